// Repairs: what can be chosen, what is proposed, and when there is nothing to do.
import { expect, it } from 'vitest';
import { dryRunOf, choicesOf, isNoChange, planOf } from './repairs';

const RUN = { dry_run: true, steps: [], rows_before: 10, rows_after: 12, content_hash: 'after', verdict: 'good' };

it('begins with what the report proposes, and changes nothing where it proposes nothing', () => {
  const proposal = { duplicates: 'last', contradictions: 'drop', gaps: 'fill', outliers: 'keep', bar_time: 'close', time_zone: null };
  expect(planOf({ proposal })).toEqual(proposal);
  expect(planOf({ proposal: null })).toMatchObject({ gaps: 'leave', outliers: 'keep', bar_time: 'open', time_zone: null });
});

it('offers what is about bars for candles alone', () => {
  expect(choicesOf('candles').map((choice) => choice.name)).toContain('gaps');
  expect(choicesOf('trades').map((choice) => choice.name)).toEqual(['outliers']);
});

it('tells a look from a repair that was made', () => {
  expect(dryRunOf(RUN)?.rows_after).toBe(12);
  expect(dryRunOf({ id: 'made', rows: 12 })).toBeNull();
  expect(dryRunOf(null)).toBeNull();
});

it('sees that the same data would come of it', () => {
  const run = dryRunOf(RUN);
  expect(run && isNoChange(run, { content_hash: 'after' })).toBe(true);
  expect(run && isNoChange(run, { content_hash: 'before' })).toBe(false);
});
