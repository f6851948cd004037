// The order book of a symbol, put together from a snapshot and absolute level changes, and proved by its checksum.
import type { OrderBook } from '../api/types';

export interface Level {
  price: string;
  quantity: string;
}

/** Best level first. A new object at each change, so that a reader can tell. */
export interface BookView {
  bids: Level[];
  asks: Level[];
  time: string | null;
  isStale: boolean;
}

const CHECKSUM_LEVELS = 10;

export class Book {
  private readonly bids = new Map<string, string>();
  private readonly asks = new Map<string, string>();
  private checksum = 0;
  private time: string | null = null;
  private isStale = true;

  replace(book: OrderBook): void {
    this.bids.clear();
    this.asks.clear();
    this.change(book);
  }

  change(book: OrderBook): void {
    put(this.bids, book.bids);
    put(this.asks, book.asks);
    this.checksum = book.checksum;
    this.time = book.time;
    this.isStale = book.stale;
  }

  view(): BookView {
    return {
      bids: sorted(this.bids, (a, b) => b - a),
      asks: sorted(this.asks, (a, b) => a - b),
      time: this.time,
      isStale: this.isStale,
    };
  }

  /** Whether what we have is what the gateway has. */
  isRight(view: BookView): boolean {
    return checksumOf(view) === this.checksum;
  }
}

function put(side: Map<string, string>, levels: string[][]): void {
  for (const [price, quantity] of levels) {
    if (price === undefined || quantity === undefined) continue;
    if (Number(quantity) === 0) side.delete(price);
    else side.set(price, quantity);
  }
}

function sorted(side: Map<string, string>, order: (a: number, b: number) => number): Level[] {
  return [...side]
    .map(([price, quantity]) => ({ price, quantity, value: Number(price) }))
    .sort((a, b) => order(a.value, b.value))
    .map(({ price, quantity }) => ({ price, quantity }));
}

/** CRC32 of the ten best bids then the ten best asks, each `price:quantity`, joined by `|`. */
export function checksumOf(view: Pick<BookView, 'bids' | 'asks'>): number {
  const best = [...view.bids.slice(0, CHECKSUM_LEVELS), ...view.asks.slice(0, CHECKSUM_LEVELS)];
  return crc32(best.map((level) => `${level.price}:${level.quantity}`).join('|'));
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function crc32(text: string): number {
  let value = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    value = (TABLE[(value ^ text.charCodeAt(index)) & 0xff] ?? 0) ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}
