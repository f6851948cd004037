// What is drawn of trades, and what is compared.
import { expect, it } from 'vitest';
import { makeTrade } from '../../test/research';
import { comparedIn, differencesOf, rebased } from './comparing';
import { linesIn, linesOf, marksOf, numbered, segmentsOf } from './trades';
import { isFound } from './words';
import { around, askedFor, lengthsOf, scaled, wholeOf } from './zoom';

const TRADES = numbered([makeTrade(), makeTrade({ side: 'short', symbol: 'OTHER-USDT', quantity: 0.0000001 })]);

const HOUR_MS = 3_600_000;
const YEAR = { from: '2025-01-01T00:00:00.000Z', to: '2025-12-31T23:00:00.000Z', interval: '1h' };
const bars = ({ from, to }: { from: string; to: string }, length = HOUR_MS) => (Date.parse(to) - Date.parse(from)) / length;

it('draws an arrow for each way in and out, of the symbol and the time that are shown', () => {
  const [from, to] = ['2025-01-01T01:00:00.000Z', '2025-01-02T00:00:00.000Z'];
  expect(marksOf(TRADES, 'WAVE-USDT', from, to).map(({ side, time, label }) => [side, time, label])).toEqual([
    ['buy', '2025-01-01T00:00:00.000Z', '1'],
    ['sell', '2025-01-01T02:00:00.000Z', '1'],
  ]);
  expect(marksOf(TRADES, 'OTHER-USDT', from, to).map(({ side }) => side)).toEqual(['sell', 'buy']);
  expect(marksOf(TRADES, 'WAVE-USDT', to, to)).toEqual([]);
  const many = numbered(Array.from({ length: 151 }, () => makeTrade()));
  expect(marksOf(many, 'WAVE-USDT', from, to)).toEqual([]);
  expect(linesOf(TRADES[0] ?? null).map(({ price, tone }) => [price, tone])).toEqual([
    ['100', 'accent'],
    ['110', 'up'],
  ]);
});

it('draws a line for each trade of a symbol, and numbers those that are a part of very many', () => {
  const columns = {
    count: 7,
    every: 3,
    symbols: [0, 1, 0],
    sides: ['long' as const, 'short' as const, 'long' as const],
    entry_times: Array.from({ length: 3 }, () => '2025-01-01T00:00:00.000Z'),
    exit_times: Array.from({ length: 3 }, () => '2025-01-01T01:00:00.000Z'),
    entry_prices: [100, 50, 90],
    exit_prices: [110, 60, 80],
    profits: [9, -10, -11],
  };
  const lines = linesIn(columns, ['WAVE-USDT', 'OTHER-USDT']);
  expect(lines.map(({ number, symbol, side }) => [number, symbol, side])).toEqual([
    [1, 'WAVE-USDT', 'long'],
    [4, 'OTHER-USDT', 'short'],
    [7, 'WAVE-USDT', 'long'],
  ]);
  const begin = Date.parse('2025-01-01T00:00:00.000Z') / 1_000;
  expect(segmentsOf(lines, 'WAVE-USDT')).toEqual([
    { id: 1, from: begin, to: begin + 3_600, fromPrice: 100, toPrice: 110, isGood: true },
    { id: 7, from: begin, to: begin + 3_600, fromPrice: 90, toPrice: 80, isGood: false },
  ]);
});

it('shows a whole run in longer bars, and a part of it in its own', () => {
  const all = askedFor(wholeOf(YEAR), YEAR);
  expect(all).toEqual({ interval: '1d', from: YEAR.from, to: '2026-01-01T00:00:00.000Z' });
  const part = { from: Date.parse('2025-06-01T00:00:00Z'), to: Date.parse('2025-06-05T00:00:00Z') };
  const near = askedFor(part, YEAR);
  expect(near.interval).toBe('1h');
  expect(Date.parse(near.from)).toBeLessThan(part.from);
  expect(Date.parse(near.to)).toBeGreaterThan(part.to);
});

it('asks for no more bars than come, and for the same ones after a small step aside', () => {
  const at = (from: number) => askedFor({ from, to: from + 399 * HOUR_MS }, YEAR);
  const start = Date.parse('2025-05-01T00:00:00Z');
  for (let step = 0; step < 300; step += 7) expect(bars(at(start + step * HOUR_MS))).toBeLessThanOrEqual(1_000);
  expect(new Set(Array.from({ length: 10 }, (_, step) => at(start + step * HOUR_MS).from)).size).toBeLessThanOrEqual(2);
  const century = { from: '1925-01-01T00:00:00.000Z', to: '2025-01-01T00:00:00.000Z', interval: '1m' };
  expect(bars(askedFor(wholeOf(century), century), 24 * HOUR_MS)).toBeLessThanOrEqual(8_000);
});

it('has only lengths that bars can be made of', () => {
  const minutes = (interval: string) => lengthsOf(interval).map((length) => length / 60_000);
  expect(minutes('1m')).toEqual([1, 5, 15, 60, 240, 1_440]);
  expect(minutes('90m')).toEqual([90, 1_440]);
  expect(minutes('1d')).toEqual([1_440]);
});

it('goes nearer to the middle, and no farther than the whole', () => {
  const whole = { from: 0, to: 1_000 };
  expect(scaled({ from: 100, to: 300 }, 0.5, whole)).toEqual({ from: 150, to: 250 });
  expect(scaled({ from: 100, to: 300 }, 8, whole)).toEqual({ from: 0, to: 1_000 });
  const [trade] = TRADES;
  if (!trade) throw new Error('No trade.');
  expect(bars({ from: new Date(around(trade, '1h').from).toISOString(), to: trade.entry_time })).toBe(25);
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

it('is found by all the words that are sought, wherever they stand', () => {
  const backtest = { name: 'Crossing averages', symbols: ['WAVE-USDT', 'TIDE-USDT'], interval: '1h' };
  expect(['', 'cross', 'tide 1h', ' AVERAGES  wave '].map((sought) => isFound(sought)(backtest))).toEqual([true, true, true, true]);
  expect(['sea', 'cross 5m'].map((sought) => isFound(sought)(backtest))).toEqual([false, false]);
});
