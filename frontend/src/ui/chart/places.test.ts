// Moments among bars: within a bar, over a gap, and beyond both ends.
import { expect, it } from 'vitest';
import { lastBefore, momentAt, placeOf } from './places';

/** An hour apart, with a gap of three hours. */
const TIMES = [0, 60, 120, 300, 360];

it('finds the bar that a moment falls into', () => {
  expect([-1, 0, 59, 60, 299, 1_000].map((time) => lastBefore(TIMES, time))).toEqual([-1, 0, 0, 1, 2, 4]);
  expect(lastBefore([], 5)).toBe(-1);
});

it('counts parts of bars, over a gap as within one', () => {
  expect([0, 30, 60, 210, 360].map((time) => placeOf(TIMES, time))).toEqual([0, 0.5, 1, 2.5, 4]);
});

it('goes on beyond both ends by the mean length of a bar', () => {
  expect([-90, 450].map((time) => placeOf(TIMES, time))).toEqual([-1, 5]);
});

it('is undone by asking for the moment', () => {
  for (const time of [-500, 0, 7, 119, 200, 300, 360, 999]) expect(momentAt(TIMES, placeOf(TIMES, time))).toBeCloseTo(time, 9);
});
