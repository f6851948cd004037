// What is drawn of trades, and what is compared.
import { expect, it } from 'vitest';
import { makeTrade } from '../../test/research';
import { comparedIn, differencesOf, rebased } from './comparing';
import { linesOf, marksOf, numbered, rangeOf } from './trades';

const TRADES = numbered([makeTrade(), makeTrade({ side: 'short', symbol: 'OTHER-USDT', quantity: 0.0000001 })]);

it('draws an arrow for each way in and out, of the symbol that is shown', () => {
  expect(marksOf(TRADES, 'WAVE-USDT').map(({ side, time }) => [side, time])).toEqual([
    ['buy', '2025-01-01T00:00:00.000Z'],
    ['sell', '2025-01-01T02:00:00.000Z'],
  ]);
  expect(marksOf(TRADES, 'OTHER-USDT').map(({ side, quantity }) => [side, quantity])).toEqual([
    ['sell', '0.00000010'],
    ['buy', '0.00000010'],
  ]);
  expect(linesOf(TRADES[0] ?? null).map(({ price, tone }) => [price, tone])).toEqual([
    ['100', 'accent'],
    ['110', 'up'],
  ]);
});

it('asks for the candles around a trade, and never for more than come', () => {
  const [trade] = TRADES;
  if (!trade) throw new Error('No trade.');
  expect(rangeOf(trade, '1h', '')).toEqual({ from: '2024-12-25T18:00:00.000Z', to: '2025-01-07T08:00:00.000Z' });
  const long = { ...trade, exit_time: '2026-01-01T00:00:00.000Z' };
  const { from, to } = rangeOf(long, '1h', '');
  expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(1_000);
  expect(rangeOf(null, '1h', '2025-01-31T23:00:00.000Z')).toEqual({ from: '2025-01-11T04:00:00.000Z', to: '2025-02-01T00:00:00.000Z' });
});

it('takes each run of an address once, four at most, and no nonsense', () => {
  expect(comparedIn('a,b,a,,<x>,c,d,e')).toEqual(['a', 'b', 'c', 'd']);
  expect(comparedIn(null)).toEqual([]);
});

it('names the places at which specs differ', () => {
  const base = { strategy: { stop: null, parameters: { fast: 10 } }, symbols: ['A', 'B'], leverage: 1 };
  const other = { strategy: { stop: { percent: '2' }, parameters: { fast: 20 } }, symbols: ['A', 'B'], leverage: 1 };
  expect(differencesOf([base, other])).toEqual([
    { place: 'strategy.parameters.fast', texts: ['10', '20'] },
    { place: 'strategy.stop.percent', texts: ['', '2'] },
  ]);
});

it('lets every curve begin with a hundred', () => {
  expect(rebased(200, [{ time: '1970-01-01T00:00:01.000Z', equity: 250 }])).toEqual([[1_000, 125]]);
});
