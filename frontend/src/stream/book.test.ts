// The order book: put together from changes, in order, and proved by its checksum.
import { describe, expect, it } from 'vitest';
import type { OrderBook } from '../api/types';
import { Book, checksumOf, crc32 } from './book';

const book = (change: Partial<OrderBook>): OrderBook => ({ symbol: 'S', bids: [], asks: [], checksum: 0, time: null, source: null, stale: false, scenarios: [], age_ms: null, ...change });

describe('the book', () => {
  it('has the best levels first, by number and not by text', () => {
    const own = new Book();
    own.replace(book({ bids: [['9.5', '1'], ['10.0', '2']], asks: [['11.0', '3'], ['10.5', '4']] }));
    expect(own.view().bids.map((level) => level.price)).toEqual(['10.0', '9.5']);
    expect(own.view().asks.map((level) => level.price)).toEqual(['10.5', '11.0']);
  });

  it('takes absolute quantities, and a zero as gone', () => {
    const own = new Book();
    own.replace(book({ bids: [['10.0', '2'], ['9.5', '1']] }));
    own.change(book({ bids: [['10.0', '0.00000'], ['9.5', '7']] }));
    expect(own.view().bids).toEqual([{ price: '9.5', quantity: '7' }]);
  });

  it('forgets what it had when it is replaced', () => {
    const own = new Book();
    own.replace(book({ bids: [['10.0', '2']] }));
    own.replace(book({ asks: [['11.0', '1']] }));
    expect(own.view().bids).toEqual([]);
  });

  it('knows whether it is what the gateway has', () => {
    const own = new Book();
    const checksum = crc32('10.0:2|11.0:1');
    own.replace(book({ bids: [['10.0', '2']], asks: [['11.0', '1']], checksum }));
    expect(own.isRight(own.view())).toBe(true);
    own.change(book({ bids: [['10.0', '3']], checksum }));
    expect(own.isRight(own.view())).toBe(false);
  });
});

describe('the checksum', () => {
  it('is the usual CRC32', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
  });

  it('takes ten levels of each side', () => {
    const level = (price: number) => ({ price: String(price), quantity: '1' });
    const many = Array.from({ length: 12 }, (_, index) => level(index));
    expect(checksumOf({ bids: many, asks: [] })).toBe(checksumOf({ bids: many.slice(0, 10), asks: [] }));
  });
});
