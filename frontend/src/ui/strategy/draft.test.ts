// A strategy from the form to the gateway and back.
import { describe, expect, it } from 'vitest';
import { makeResult, SPEC } from '../../test/research';
import { numberOf } from '../numbers';
import { bodyOf, type Draft, draftOf, EMPTY_DRAFT, parametersOf, problemsOf, SAMPLE_RULES, type Spec } from './draft';
import { barsPerYear, intervalChoices, intervalMs } from './intervals';

const READY: Draft = { ...EMPTY_DRAFT, ...SAMPLE_RULES, sources: [{ kind: 'dataset', id: 'dataset-1', symbol: 'WAVE-USDT' }] };

it('asks for bars, rules, parameters and rules of filling, and for no distance that there is none of', () => {
  const body = bodyOf({ ...READY, from: '2025-01-01T00:00:00', distances: { ...READY.distances, stop: { kind: 'atr', size: '2.5', bars: '20' } } }, 'utc');
  expect(body).toMatchObject({
    datasets: ['dataset-1'],
    interval: '1h',
    from: '2025-01-01T00:00:00.000Z',
    to: null,
    strategy: { parameters: { fast: 10, slow: 30 }, sizing: { kind: 'equity_share', percent: '100' }, stop: { kind: 'atr', multiple: '2.5', bars: 20 } },
    fills: { path: 'pessimistic', slippage_ticks: 0 },
    starting_cash: '100000',
  });
  expect(body).not.toHaveProperty('symbols');
  expect(body.strategy).not.toHaveProperty('target');
  expect(body.strategy).not.toHaveProperty('short_entry');
});

it('leaves the rules of the short side out while that is not allowed', () => {
  const draft = { ...READY, rules: { ...READY.rules, short_entry: 'close < p.low' } };
  expect(parametersOf(draft)).toEqual(['fast', 'slow']);
  expect(bodyOf(draft, 'utc').strategy).not.toHaveProperty('short_entry');
  expect(parametersOf({ ...draft, allow_short: true })).toEqual(['fast', 'slow', 'low']);
});

describe('what cannot even be asked', () => {
  it('is named by the fields of the gateway', () => {
    expect(problemsOf(EMPTY_DRAFT)).toMatchObject({ symbols: 'Choose a symbol or a data set.', 'strategy.long_entry': 'Say when to enter.' });
    expect(problemsOf({ ...READY, values: { fast: 'ten' } })).toEqual({ 'strategy.parameters.fast': 'Type a number.', 'strategy.parameters.slow': 'Type a number.' });
    expect(problemsOf({ ...READY, leverage: '1.5' })).toEqual({ leverage: 'Type a whole number.' });
    expect(problemsOf({ ...READY, distances: { ...READY.distances, target: { kind: 'percent', size: '', bars: '' } } })).toEqual({ 'strategy.target.percent': 'Type a number.' });
  });

  it('is nothing where all is said, and swept parameters need no value', () => {
    expect(problemsOf(READY)).toEqual({});
    expect(problemsOf({ ...READY, values: {} }, ['fast', 'slow'])).toEqual({});
    expect(bodyOf({ ...READY, values: {} }, 'utc', ['fast', 'slow']).strategy?.parameters).toEqual({});
  });
});

it('makes the form of a result that asks for the same bars and the same rules again', () => {
  const draft = draftOf('Crossing', SPEC as unknown as Spec, makeResult().data, 'utc');
  expect(draft.sources).toEqual([{ kind: 'dataset', id: 'dataset-1', symbol: 'WAVE-USDT' }]);
  expect(problemsOf(draft)).toEqual({});
  expect(bodyOf(draft, 'utc')).toMatchObject({
    name: 'Crossing',
    datasets: ['dataset-1'],
    from: '2025-01-01T00:00:00.000Z',
    to: '2025-01-01T03:00:00.000Z', // behind the last bar, which is an hour long
    strategy: { long_entry: SPEC.strategy.long_entry, parameters: { fast: 10, slow: 30 }, stop: { kind: 'percent', percent: '2' } },
    fills: { slippage_ticks: 1 },
    limits: { max_open_positions: 500 },
    starting_cash: '10000',
  });
});

describe('a program in the place of rules', () => {
  const spec = { ...SPEC, strategy: {}, program: { kind: 'grid', percent: '4', lines: 20, notional: '500' } } as unknown as Spec;
  const draft = draftOf('Grid', { ...spec, fills: undefined, limits: { max_open_positions: 3 } }, makeResult().data, 'utc');

  it('is asked for alone, over fills as the exchange has them', () => {
    expect(problemsOf(draft)).toEqual({});
    const body = bodyOf({ ...draft, close_at_end: true }, 'utc');
    expect(body).toMatchObject({ program: { kind: 'grid', percent: '4', lines: 20, notional: '500' }, fills: { path: 'nearer', spread: 'bar', limit_fill: 'touch' }, allow_short: false, close_at_end: false });
    expect(body).not.toHaveProperty('strategy');
    expect(body).not.toHaveProperty('limits');
  });

  it('needs its numbers and its symbols, and no rules', () => {
    const pair = { ...draft, program: { kind: 'pairs' as const, values: { bars: '120', notional: '', enter: '2', leave: '0.5' } } };
    expect(problemsOf(pair)).toEqual({ symbols: 'A pair is of two symbols.', 'program.notional': 'Type a number.' });
    expect(bodyOf(pair, 'utc').allow_short).toBe(true);
  });
});

it('reads numbers and lengths of bars, and nothing else', () => {
  expect([numberOf(' 1.5 '), numberOf(''), numberOf('1,5'), numberOf('Infinity')]).toEqual([1.5, null, null, null]);
  expect([intervalMs('90m'), intervalMs('1d'), intervalMs('0m'), intervalMs('x')]).toEqual([5_400_000, 86_400_000, null, null]);
  expect(barsPerYear('1h')).toBe(8_760);
  expect(intervalChoices('90m')[0]).toBe('90m');
});
