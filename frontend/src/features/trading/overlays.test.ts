// What is one's own on the chart.
import { expect, it, vi } from 'vitest';
import { makeFill, makeOrder, makePosition, makeScenario } from '../../test/make';
import { handlesOf, linesOf, marksOf, notesOf } from './overlays';
import { joined } from './useCandles';

it('draws a limit solid, a waiting stop dashed, and the entry of the position', () => {
  const stop = makeOrder({ id: 's', type: 'stop_limit', status: 'pending', side: 'sell', stop_price: '59000.00', price: '58900.00' });
  const lines = linesOf([makeOrder(), stop], makePosition());
  expect(lines.map((line) => [line.id, line.price, line.tone, line.isDashed])).toEqual([
    ['order-1 price', '60000.00', 'up', false],
    ['s stop_price', '59000.00', 'down', true],
    ['s price', '58900.00', 'down', false],
    ['position', '60000.00', 'accent', true],
  ]);
});

it('a triggered stop has no stop to move any more', () => {
  expect(linesOf([makeOrder({ type: 'stop_limit', status: 'open', stop_price: '59000.00' })], null)).toHaveLength(1);
});

it('handles move the price they stand for and cancel their order', () => {
  const moves = { onMove: vi.fn(), onSettle: vi.fn(), onCancel: vi.fn() };
  const order = makeOrder();
  const [handle] = handlesOf([order], moves);
  handle?.onMove('59000.00', 'drag');
  handle?.onSettle?.(true);
  handle?.onRemove?.();
  expect(handle).toMatchObject({ label: 'Buy 0.01 limit', isMovable: true });
  expect(moves.onMove).toHaveBeenCalledWith(order, 'price', '59000.00', 'drag');
  expect(moves.onSettle).toHaveBeenCalledWith(true);
  expect(moves.onCancel).toHaveBeenCalledWith('order-1');
});

it('a trailing stop can be canceled on the chart, and is moved by the market alone', () => {
  const trailing = makeOrder({ type: 'trailing_stop', status: 'pending', side: 'sell', price: null, stop_price: '59000.00', trail_percent: '1' });
  const [handle] = handlesOf([trailing], { onMove: vi.fn(), onSettle: vi.fn(), onCancel: vi.fn() });
  expect(handle).toMatchObject({ label: 'Sell 0.01 trailing stop', isMovable: false });
  expect(handle?.onRemove).toBeDefined();
});

it('names what waits for a profit by that', () => {
  const taking = makeOrder({ type: 'take_profit', status: 'pending', side: 'sell', price: null, stop_price: '61000.00' });
  expect(linesOf([taking], null).map((line) => line.title)).toEqual(['Sell 0.01 take profit']);
});

it('marks own fills of the symbol alone', () => {
  expect(marksOf([makeFill(), makeFill({ id: '2', symbol: 'ETH-USDT' })], 'BTC-USDT')).toMatchObject([{ side: 'buy', quantity: '0.01000' }]);
});

it('joins pages of candles in time, each bar once', () => {
  const bar = (minute: number, close: string) => ({ time: `2026-01-01T00:0${minute}:00.000Z`, open: '1', high: '1', low: '1', close, volume: '1' });
  const bars = joined([{ items: [bar(2, 'new'), bar(3, 'c')] }, { items: [bar(1, 'a'), bar(2, 'old')] }]);
  expect(bars.map((each) => each.close)).toEqual(['a', 'new', 'c']);
});

it('marks where scenarios of the symbol began and ended', () => {
  const scenarios = [
    makeScenario({ id: '1', status: 'ended', start: 'a', end: 'b' }),
    makeScenario({ id: '2', kind: 'halt', start: 'c' }),
    makeScenario({ id: '3', status: 'scheduled' }),
    makeScenario({ id: '4', symbols: ['ETH-USDT'] }),
  ];
  expect(notesOf(scenarios, 'BTC-USDT').map((note) => `${note.time} ${note.text}`)).toEqual(['a Crash', 'b End', 'c Halted']);
});
