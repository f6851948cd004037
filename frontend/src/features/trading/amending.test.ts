// What of an order can be changed, and that only what was changed is asked for.
import { expect, it } from 'vitest';
import { makeOrder } from '../../test/make';
import { amendable, changeOf, valuesOf } from './amending';

it('offers what the order has', () => {
  expect(amendable(makeOrder())).toEqual(['quantity', 'price']);
  expect(amendable(makeOrder({ time_in_force: 'gtd', expires_at: '2026-01-02T00:00:00.000Z', display_quantity: '0.00100' }))).toEqual(['quantity', 'price', 'display_quantity', 'expires_at']);
  expect(amendable(makeOrder({ time_in_force: 'day', expires_at: '2026-01-02T00:00:00.000Z' }))).toEqual(['quantity', 'price']);
});

it('offers the trail of a trailing stop, not the stop it has come to', () => {
  const trailing = makeOrder({ type: 'trailing_stop_limit', price: null, stop_price: '59000.00', trail_percent: '1.50', limit_offset: '5.00' });
  expect(amendable(trailing)).toEqual(['quantity', 'trail_percent', 'limit_offset']);
  expect(valuesOf(trailing, 'utc')).toEqual({ quantity: '0.01', trail_percent: '1.5', limit_offset: '5' });
});

it('asks for what is another value, and for nothing where none is', () => {
  const order = makeOrder({ time_in_force: 'gtd', expires_at: '2026-01-02T00:00:00.000Z' });
  const values = valuesOf(order, 'utc');
  expect(changeOf(order, values, 'utc')).toEqual({});
  expect(changeOf(order, { ...values, price: '59000', expires_at: '2026-01-03T00:00:00' }, 'utc')).toEqual({ price: '59000', expires_at: '2026-01-03T00:00:00.000Z' });
});
