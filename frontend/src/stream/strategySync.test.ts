// Runs as the stream tells them: there while they go on.
import { expect, it } from 'vitest';
import type { Page, StrategyRun } from '../api/types';
import { makeRun } from '../test/strategies';
import { applyRun } from './strategySync';

const page: Page<StrategyRun> = { items: [makeRun(), makeRun({ id: 'run-0' })], next_cursor: null };
const ids = (found: Page<StrategyRun>) => found.items.map((run) => run.id);

it('puts a run that begins first, and changes one where it stands', () => {
  expect(ids(applyRun(page, makeRun({ id: 'run-2', state: 'starting' })))).toEqual(['run-2', 'run-1', 'run-0']);
  const changed = applyRun(page, makeRun({ id: 'run-0', waiting_for: 'a market' }));
  expect(changed.items[1]?.waiting_for).toBe('a market');
});

it('leaves out a run that ended', () => {
  expect(ids(applyRun(page, makeRun({ state: 'failed', reason: 'It raised.' })))).toEqual(['run-0']);
  expect(ids(applyRun(page, makeRun({ id: 'run-9', state: 'stopped' })))).toEqual(['run-1', 'run-0']);
});
