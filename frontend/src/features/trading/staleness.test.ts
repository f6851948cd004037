// How old a price is, and what was dropped of a live feed.
import { expect, it } from 'vitest';
import { makeTicker } from '../../test/make';
import { droppedWords } from './liveWords';
import { ageOf } from './staleness';

it('adds the silence since to the age that was told', () => {
  expect(ageOf(makeTicker({ stale: true, age_ms: 12_000 }), 3_000)).toBe(15);
  expect(ageOf(makeTicker(), 3_000)).toBe(3);
});

it('knows no age before there was a price', () => {
  expect(ageOf(undefined, null)).toBeNull();
});

it('says what was dropped, and why', () => {
  expect(droppedWords({})).toBeNull();
  expect(droppedWords({ zero: 0 })).toBeNull();
  expect(droppedWords({ zero: 1 })).toBe('1 tick dropped: 1 zero');
  expect(droppedWords({ jump: 2, out_of_order: 1, odd: 1 })).toBe('4 ticks dropped: 2 too far away, 1 out of order, 1 odd');
});
