// The ticket: what order was typed, what is wrong with it, and what the button says.
import { describe, expect, it } from 'vitest';
import { BTC } from '../../test/make';
import { EMPTY_TICKET, inWords, isFar, orderOf, problemsOf, reduceTicket, sizeOfShare, type Ticket } from './ticketState';

const ticket = (change: Partial<Ticket>): Ticket => reduceTicket(EMPTY_TICKET, { do: 'change', change });

describe('the order', () => {
  it('has the fields of its type and no others', () => {
    expect(orderOf(ticket({ size: '0.01' }), BTC).order).toEqual({ symbol: 'BTC-USDT', side: 'buy', type: 'market', time_in_force: 'ioc', post_only: false, reduce_only: false, quantity: '0.01' });
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

describe('an order that waits', () => {
  it('has a trail in one of two measures, and a limit from its stop', () => {
    const trailing = ticket({ type: 'trailing_stop_limit', side: 'sell', size: '0.01', trail: '1.5', limitOffset: '0' });
    expect(orderOf(trailing, BTC).order).toEqual({
      symbol: 'BTC-USDT',
      side: 'sell',
      type: 'trailing_stop_limit',
      time_in_force: 'gtc',
      post_only: false,
      reduce_only: false,
      quantity: '0.01',
      trail_percent: '1.5',
      limit_offset: '0',
    });
    const byAmount = orderOf({ ...trailing, trailBy: 'amount', trail: '100' }, BTC).order;
    expect(byAmount).toMatchObject({ trail_amount: '100' });
    expect(byAmount).not.toHaveProperty('trail_percent');
  });

  it('waits for a better price to take a profit, as a market or a limit order', () => {
    expect(orderOf(ticket({ type: 'take_profit', size: '0.01', stopPrice: '61000' }), BTC).order).toMatchObject({ type: 'take_profit', stop_price: '61000' });
    expect(orderOf(ticket({ type: 'take_profit_limit', size: '0.01', stopPrice: '61000', price: '60990' }), BTC).order).toMatchObject({ stop_price: '61000', price: '60990' });
  });

  it('expires at a time of the zone it was typed in', () => {
    const until = ticket({ type: 'limit', size: '0.01', price: '60000', timeInForce: 'gtd' });
    expect(orderOf(until, BTC).problems).toEqual({ expiresAt: 'Needed.' });
    expect(orderOf({ ...until, expiresAt: '2026-01-02T10:00:00' }, BTC).order).toMatchObject({ time_in_force: 'gtd', expires_at: '2026-01-02T10:00:00.000Z' });
    expect(orderOf({ ...until, timeInForce: 'day', expiresAt: '2026-01-02T10:00:00' }, BTC).order).not.toHaveProperty('expires_at');
  });

  it('shows a part of itself and only reduces where that is wanted, and says nothing of it where not', () => {
    const plain = ticket({ type: 'limit', size: '0.01', price: '60000' });
    expect(orderOf({ ...plain, isReduceOnly: true, displayQuantity: '0.001' }, BTC).order).toMatchObject({ reduce_only: true, display_quantity: '0.001' });
    expect(orderOf(plain, BTC).order).toMatchObject({ reduce_only: false });
    for (const name of ['display_quantity', 'expires_at']) expect(orderOf(plain, BTC).order).not.toHaveProperty(name);
  });
});

it('what is refused is said where it was typed, or by name', () => {
  expect(problemsOf({ trail_percent: 'Too far.', expires_at: 'Is over.', reduce_only: 'Nothing to reduce.' })).toEqual({
    problems: { trail: 'Too far.', expiresAt: 'Is over.' },
    others: ['reduce only: Nothing to reduce.'],
  });
});

describe('choices', () => {
  it('give way to the type they do not go with', () => {
    const limit = ticket({ type: 'limit', timeInForce: 'gtc', isPostOnly: true });
    expect(reduceTicket(limit, { do: 'change', change: { type: 'market' } })).toMatchObject({ timeInForce: 'ioc', isPostOnly: false });
    expect(ticket({ sizeIn: 'quote', type: 'limit' }).sizeIn).toBe('base');
    expect(reduceTicket({ ...limit, displayQuantity: '0.001' }, { do: 'change', change: { timeInForce: 'ioc' } })).toMatchObject({ displayQuantity: '', isPostOnly: false });
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
  expect(inWords(ticket({ side: 'sell', type: 'trailing_stop', size: '1', trail: '2', isReduceOnly: true }), BTC)).toBe('Sell 1 BTC trailing by 2%, reducing only');
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
