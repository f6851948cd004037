// What nobody has acknowledged, event by event.
import { expect, it } from 'vitest';
import type { AlertEvent, Page } from '../api/types';
import { makeAlertEvent } from '../test/make';
import { applyAlert } from './alertSync';

const at = (id: string, second: number) => makeAlertEvent({ id, time: `2026-01-01T00:00:0${second}.000Z` });
const page: Page<AlertEvent> = { items: [at('c', 5), at('a', 1)], next_cursor: null };
const ids = (found: Page<AlertEvent>) => found.items.map((each) => each.id);

it('takes a new event in at the place of its time', () => {
  expect(ids(applyAlert(page, at('d', 7)))).toEqual(['d', 'c', 'a']);
  expect(ids(applyAlert(page, at('b', 3)))).toEqual(['c', 'b', 'a']);
  expect(ids(applyAlert(page, at('z', 0)))).toEqual(['c', 'a', 'z']);
});

it('replaces an event whose delivery has ended', () => {
  const changed = { ...at('a', 1), deliveries: [] };
  expect(applyAlert(page, changed).items[1]).toBe(changed);
});

it('leaves out what was acknowledged', () => {
  expect(ids(applyAlert(page, { ...at('c', 5), acknowledged_at: '2026-01-01T00:01:00.000Z' }))).toEqual(['a']);
  expect(applyAlert(page, { ...at('x', 9), acknowledged_at: '2026-01-01T00:01:00.000Z' })).toBe(page);
});
