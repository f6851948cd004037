// Directing in numbers and words: what is asked of the gateway, and what is said of a scenario.
import { describe, expect, it } from 'vitest';
import { makeScenario } from '../../test/make';
import { courseOf, formFor, inOrder, KINDS, scenarioOf, type ScenarioKind } from './direction';

const ALL = Object.keys(KINDS) as ScenarioKind[];

describe('a scenario that is asked for', () => {
  it('has the usual figures of its kind, for the symbol that is looked at, from now on', () => {
    expect(scenarioOf(formFor('crash'), 'BTC-USDT', 'utc')).toEqual({ kind: 'crash', seed: 1, symbols: ['BTC-USDT'], percent: 20, duration_seconds: 600, recovery_percent: 50 });
    expect(scenarioOf(formFor('halt'), 'BTC-USDT', 'utc')).toEqual({ kind: 'halt', seed: 1, symbols: ['BTC-USDT'], duration_seconds: 300 });
    for (const kind of ALL) expect(scenarioOf(formFor(kind), 'BTC-USDT', 'utc'), kind).not.toBeNull();
  });

  it('leaves symbols out where all are meant, and begins when it is told to', () => {
    const form = { ...formFor('halt'), isAll: true, start: '2026-01-01T10:00' };
    expect(scenarioOf(form, 'BTC-USDT', 'utc')).toEqual({ kind: 'halt', seed: 1, start: '2026-01-01T10:00:00.000Z', duration_seconds: 300 });
  });

  it('takes numbers as people write them', () => {
    const form = { ...formFor('gap'), figures: { percent: '−2,5' } };
    expect(scenarioOf(form, 'BTC-USDT', 'utc')).toMatchObject({ percent: -2.5 });
  });

  it('is not asked for without a figure that its kind needs, or with one that is no number', () => {
    const crash = formFor('crash');
    expect(scenarioOf({ ...crash, figures: { ...crash.figures, percent: '' } }, 'BTC-USDT', 'utc')).toBeNull();
    expect(scenarioOf({ ...crash, figures: { ...crash.figures, recovery_percent: 'half' } }, 'BTC-USDT', 'utc')).toBeNull();
    expect(scenarioOf({ ...crash, figures: { ...crash.figures, recovery_percent: '' } }, 'BTC-USDT', 'utc')).not.toBeNull();
    expect(scenarioOf({ ...crash, seed: '' }, 'BTC-USDT', 'utc')).toBeNull();
  });
});

it('says how a scenario goes', () => {
  expect(courseOf(makeScenario({ recovery_percent: 50 }))).toBe('down 20% in 10 min, 50% of it won back');
  expect(courseOf(makeScenario({ kind: 'gap', percent: -5, duration_seconds: null }))).toBe('−5%, to stay');
  expect(courseOf(makeScenario({ kind: 'gap', percent: 5, duration_seconds: 60 }))).toBe('+5% for 1 min');
  expect(courseOf(makeScenario({ kind: 'spread', percent: null, times: 10 }))).toBe('10 times as wide for 10 min');
  expect(courseOf(makeScenario({ kind: 'thin_book', percent: 90 }))).toBe('90% of the depth gone for 10 min');
  expect(courseOf(makeScenario({ kind: 'halt', percent: null, duration_seconds: 30 }))).toBe('for 30 s');
});

it('lists first what can still be ended', () => {
  const list = [makeScenario({ id: '3', status: 'ended' }), makeScenario({ id: '2' }), makeScenario({ id: '1', status: 'ended' })];
  expect(inOrder(list).map((each) => each.id)).toEqual(['2', '3', '1']);
});
