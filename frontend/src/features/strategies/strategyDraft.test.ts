// A strategy that is to trade, from the form to the gateway and back.
import { describe, expect, it } from 'vitest';
import { SAMPLE_RULES } from '../../ui/strategy/draft';
import { withFactor } from '../../ui/strategy/factorRules';
import { emptyProgram, programProblems, withKind } from '../../ui/strategy/programs';
import { makeVersion, TEMPLATES } from '../../test/strategies';
import { changeBody, EMPTY_STRATEGY, newBody, problemsIn, type StrategyDraft, strategyDraftOf } from './strategyDraft';

const source = (symbol: string) => ({ kind: 'symbol' as const, id: symbol, symbol });
const RULES: StrategyDraft = { ...EMPTY_STRATEGY, form: { ...EMPTY_STRATEGY.form, ...SAMPLE_RULES, name: ' Mine ', sources: [source('BTC-USDT')] } };
const PAIR: StrategyDraft = {
  ...EMPTY_STRATEGY,
  form: { ...EMPTY_STRATEGY.form, program: emptyProgram('pairs'), name: 'Pair', sources: [source('BTC-USDT'), source('ETH-USDT')] },
};

describe('what is sent', () => {
  it('is rules with the bounds that are typed, and no program', () => {
    const body = newBody({ ...RULES, bounds: { fast: { least: '5', most: '50' }, gone: { least: '1', most: '2' } } });
    expect(body).toMatchObject({ name: 'Mine', symbols: ['BTC-USDT'], interval: '1h', bounds: { fast: { least: 5, most: 50 } }, allow_short: false, leverage: 1 });
    expect(body.strategy?.parameters).toEqual({ fast: 10, slow: 30 });
    expect(body.bounds).not.toHaveProperty('gone');
    expect(body).not.toHaveProperty('program');
    expect(body).not.toHaveProperty('max_open_positions');
  });

  it('is a program with whole numbers as such and money as text, and no rules', () => {
    const body = newBody(PAIR);
    expect(body.program).toEqual({ kind: 'pairs', bars: 120, notional: '1000', enter: '2', leave: '0.5' });
    expect(body.allow_short).toBe(true);
    expect(body).not.toHaveProperty('strategy');
    expect(newBody({ ...EMPTY_STRATEGY, form: { ...EMPTY_STRATEGY.form, program: emptyProgram('dca') } }).program).toEqual({ kind: 'dca', notional: '100', every_bars: 24 });
  });

  it('widens a room that was set before, since the gateway keeps what is left out', () => {
    const draft = strategyDraftOf('Mine', makeVersion({ max_open_positions: 2, max_share_percent: '40', leverage: 3 }));
    expect(changeBody(draft, { max_open_positions: 2, max_share_percent: '40' })).toMatchObject({ max_open_positions: 2, max_share_percent: '40' });
    const emptied = { ...draft, form: { ...draft.form, limits: { max_open_positions: '', max_share_percent: '' } } };
    expect(changeBody(emptied, { max_open_positions: 2, max_share_percent: '40' })).toMatchObject({ max_open_positions: 20, max_share_percent: '300' });
  });
});

describe('what cannot even be asked', () => {
  it('is named by the fields of the gateway', () => {
    expect(problemsIn(EMPTY_STRATEGY)).toMatchObject({ name: 'Give it a name.', symbols: 'Choose a symbol.', 'strategy.long_entry': 'Say when to enter.' });
    expect(problemsIn({ ...RULES, bounds: { fast: { least: '5', most: '' } } })).toEqual({ 'bounds.fast': 'Type both numbers, or neither.' });
    expect(problemsIn({ ...RULES, form: { ...RULES.form, interval: '90m' } }).interval).toContain('1m, 5m');
    expect(problemsIn(RULES)).toEqual({});
  });

  it('is another number of symbols than the program trades', () => {
    expect(problemsIn({ ...PAIR, form: { ...PAIR.form, sources: [source('BTC-USDT')] } }).symbols).toBe('A pair is of two symbols.');
    expect(problemsIn(PAIR)).toEqual({});
    expect(programProblems({ kind: 'twap', values: { side: 'buy', quantity: 'much', bars: '1.5' } })).toEqual({ 'program.quantity': 'Type a number.', 'program.bars': 'Type a whole number.' });
  });
});

it('makes the form of a version that says the same again', () => {
  const version = makeVersion({ bounds: { fast: { least: 5, most: 50 } }, max_open_positions: 2 });
  const draft = strategyDraftOf('Crossing', version);
  expect(problemsIn(draft)).toEqual({});
  const body = newBody(draft);
  expect(body).toMatchObject({ symbols: ['BTC-USDT'], interval: '1m', bounds: version.bounds, max_open_positions: 2 });
  expect(body.strategy).toMatchObject({ parameters: { fast: 20, slow: 50 }, stop: { kind: 'percent', percent: '2' } });
  const program = strategyDraftOf('Clock', TEMPLATES[1]?.spec as Parameters<typeof strategyDraftOf>[1]);
  expect(program.form.program).toMatchObject({ kind: 'dca', values: { notional: '100', times: '' } });
});

it('keeps what two kinds of programs both ask for', () => {
  expect(withKind({ kind: 'twap', values: { side: 'sell', quantity: '3', bars: '9' } }, 'iceberg').values).toEqual({ side: 'sell', quantity: '3', price: '', display_quantity: '' });
});

it('puts a factor into a rule with the values of its parameters, after what stands there', () => {
  const factor = { name: 'momentum', expression: 'returns(close, p.n)', parameters: { n: 12 } };
  const first = withFactor(EMPTY_STRATEGY.form, factor, 'long_entry');
  expect(first.rules.long_entry).toBe('(returns(close, p.n)) > 0');
  expect(first.values).toEqual({ n: '12' });
  const second = withFactor({ ...EMPTY_STRATEGY.form, rules: { ...EMPTY_STRATEGY.form.rules, long_exit: 'close < open' }, values: { n: '5' } }, factor, 'long_exit');
  expect(second.rules.long_exit).toBe('(close < open) and (returns(close, p.n)) < 0');
  expect(second.values).toEqual({ n: '5' });
});
