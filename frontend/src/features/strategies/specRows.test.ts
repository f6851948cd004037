// Two versions beside each other: lines, and within a rule words.
import { expect, it } from 'vitest';
import { makeVersion } from '../../test/strategies';
import { changesOf, piecesOf, rowsOf } from './specRows';

it('has the lines that are not alike, those that are gone among them', () => {
  const before = rowsOf(makeVersion());
  const strategy = { long_entry: 'close > sma(close, p.slow)', parameters: { slow: 50 }, sizing: { kind: 'equity_share', percent: '100' } };
  const after = rowsOf(makeVersion({ version: 2, strategy, bounds: {}, symbols: ['BTC-USDT', 'ETH-USDT'] }));
  expect(changesOf(before, after).map(({ name, before: old, after: now }) => [name, old, now])).toEqual([
    ['Trades', 'BTC-USDT', 'BTC-USDT, ETH-USDT'],
    ['Buy when', 'cross_above(sma(close, p.fast), sma(close, p.slow))', 'close > sma(close, p.slow)'],
    ['Sell when', 'cross_below(sma(close, p.fast), sma(close, p.slow))', null],
    ['p.fast', '20, in a run from 5 to 50', null],
    ['Stop', 'percent, percent 2', null],
  ]);
  expect(changesOf(before, before)).toEqual([]);
});

it('says a program by its own words', () => {
  const rows = rowsOf(makeVersion({ strategy: null, program: { kind: 'dca', notional: '100', every_bars: 24, times: null } }));
  expect(rows).toContainEqual({ name: 'Program', text: 'Buy by the clock' });
  expect(rows).toContainEqual({ name: 'Every so many bars', text: '24' });
  expect(rows.some(({ name }) => name.startsWith('How often'))).toBe(false);
});

it('marks the words of a rule that are not alike', () => {
  const { before, after } = piecesOf('sma(close, 20) > 1', 'ema(close, 30) > 1');
  expect(before.filter((piece) => !piece.isShared).map(({ text }) => text)).toEqual(['sma', '20']);
  expect(after.filter((piece) => !piece.isShared).map(({ text }) => text)).toEqual(['ema', '30']);
  for (const [pieces, text] of [[before, 'sma(close, 20) > 1'], [after, 'ema(close, 30) > 1']] as const) expect(pieces.map((piece) => piece.text).join('')).toBe(text);
});

it('shows texts that are too long to compare as replaced', () => {
  const long = Array.from({ length: 600 }, (_, index) => `a${index}`).join(' ');
  expect(piecesOf(long, `${long} b`).after).toEqual([{ text: `${long} b`, isShared: false }]);
});
