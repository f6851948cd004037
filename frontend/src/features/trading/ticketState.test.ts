// The ticket: what order was typed, what is wrong with it, and what the button says.
import { describe, expect, it } from 'vitest';
import { BTC } from '../../test/make';
import { EMPTY_TICKET, inWords, isFar, orderOf, reduceTicket, sizeOfShare, type Ticket } from './ticketState';

const ticket = (change: Partial<Ticket>): Ticket => reduceTicket(EMPTY_TICKET, { do: 'change', change });

describe('the order', () => {
  it('has the fields of its type and no others', () => {
    expect(orderOf(ticket({ size: '0.01' }), BTC).order).toEqual({ symbol: 'BTC-USDT', side: 'buy', type: 'market', time_in_force: 'ioc', post_only: false, quantity: '0.01' });
    expect(orderOf(ticket({ type: 'stop_limit', size: '0.01', price: '60000', stopPrice: '61000' }), BTC).order).toMatchObject({ price: '60000', stop_price: '61000', time_in_force: 'gtc' });
    expect(orderOf(ticket({ size: '100', sizeIn: 'quote' }), BTC).order).toMatchObject({ notional: '100' });
  });

  it('is none until what is wrong is mended', () => {
    const { order, problems } = orderOf(ticket({ type: 'limit', size: '0.000001', price: '1.001' }), BTC);
    expect(order).toBeNull();
    expect(problems).toEqual({ size: 'Must be a multiple of the lot size 0.00001.', price: 'Must be a multiple of the tick size 0.01.' });
    expect(orderOf(ticket({ size: '-1' }), BTC).problems).toEqual({ size: 'Must be above zero.' });
    expect(orderOf(ticket({ size: '1e3' }), BTC).problems).toEqual({ size: 'Must be a number.' });
  });
});

describe('choices', () => {
  it('give way to the type they do not go with', () => {
    const limit = ticket({ type: 'limit', timeInForce: 'gtc', isPostOnly: true });
    expect(reduceTicket(limit, { do: 'change', change: { type: 'market' } })).toMatchObject({ timeInForce: 'ioc', isPostOnly: false });
    expect(ticket({ sizeIn: 'quote', type: 'limit' }).sizeIn).toBe('base');
  });

  it('a price from the book makes it a limit order', () => {
    expect(reduceTicket(EMPTY_TICKET, { do: 'pick', price: '60000.00', side: 'sell' })).toMatchObject({ type: 'limit', price: '60000.00', side: 'sell' });
  });

  it('a step begins at the market where nothing was typed', () => {
    expect(reduceTicket(ticket({ type: 'limit' }), { do: 'nudge', field: 'price', step: '0.01', count: 10, from: '60000.00' }).price).toBe('60000.10');
  });
});

it('the button says what happens', () => {
  expect(inWords(ticket({ size: '0.0100' }), BTC)).toBe('Buy 0.01 BTC at market');
  expect(inWords(ticket({ side: 'sell', type: 'stop_limit', size: '1', price: '59000', stopPrice: '60000' }), BTC)).toBe('Sell 1 BTC at 59000, once at 60000');
});

it('a share of what is free leaves room for the fee, in whole lots', () => {
  const means = { quote: '1000', base: '1.234567', takerBps: 5 };
  const whole = sizeOfShare(ticket({}), BTC, means, '100.00', 100);
  expect(whole).toBe('9.99500');
  expect(Number(whole) * 100 * 1.0005).toBeLessThanOrEqual(1000);
  expect(sizeOfShare(ticket({ side: 'sell' }), BTC, means, null, 50)).toBe('0.61728');
  expect(sizeOfShare(ticket({ sizeIn: 'quote' }), BTC, means, null, 100)).toBe('999.50');
});

it('a slip of the finger is far from the market', () => {
  expect(isFar('6000', '60000')).toBe(true);
  expect(isFar('59000', '60000')).toBe(false);
  expect(isFar('59000', null)).toBe(false);
});
