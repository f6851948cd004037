// What happens to an account, brought into the lists: each event counts, none twice.
import { describe, expect, it } from 'vitest';
import { makeFill, makeOrder, makePosition } from '../test/make';
import { applyBalance, applyFill, applyOrder, applyPosition } from './accountSync';

const page = <T,>(...items: T[]) => ({ items, next_cursor: null });

describe('orders', () => {
  it('come in at the top, change in place, and leave when they have ended', () => {
    const first = makeOrder({ id: '1' });
    const second = makeOrder({ id: '2' });
    const two = applyOrder(page(first), second);
    expect(two.items.map((order) => order.id)).toEqual(['2', '1']);
    const changed = applyOrder(two, makeOrder({ id: '1', status: 'partially_filled' }));
    expect(changed.items[1]?.status).toBe('partially_filled');
    expect(applyOrder(changed, makeOrder({ id: '2', status: 'filled' })).items.map((order) => order.id)).toEqual(['1']);
  });

  it('that ended before they were seen open stay out', () => {
    expect(applyOrder(page(), makeOrder({ status: 'filled' })).items).toEqual([]);
  });
});

describe('fills', () => {
  it('are each listed once, newest first', () => {
    const one = applyFill(page(), makeFill({ id: '1' }));
    const two = applyFill(applyFill(one, makeFill({ id: '2' })), makeFill({ id: '2' }));
    expect(two.items.map((fill) => fill.id)).toEqual(['2', '1']);
  });
});

describe('positions and balances', () => {
  it('take the newest state, and a flat position leaves', () => {
    const open = applyPosition(page(), makePosition());
    expect(applyPosition(open, makePosition({ quantity: '1' })).items).toMatchObject([{ quantity: '1' }]);
    expect(applyPosition(open, makePosition({ side: 'flat' })).items).toEqual([]);
    const balance = { asset: 'USDT', total: '1', available: '1', held: '0', worth: '1' };
    expect(applyBalance(page(balance), { ...balance, total: '2' }).items).toMatchObject([{ total: '2' }]);
  });
});
