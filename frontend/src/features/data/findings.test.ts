// Findings in words.
import { expect, it } from 'vitest';
import { makeFinding } from '../../test/make';
import { kindOf, placeOf, verdictWords } from './findings';

it('names kinds, also those that are new', () => {
  expect(kindOf({ kind: 'zero_volume' })).toBe('Without volume');
  expect(kindOf({ kind: 'moon_phase' })).toBe('Moon phase');
});

it('says where: a row that is there, a line that was left out', () => {
  expect(placeOf({ row: 7, line: null })).toBe('Row 7');
  expect(placeOf({ row: null, line: 12 })).toBe('Line 12');
  expect(placeOf({ row: null, line: null })).toBe('—');
});

it('says of a verdict what it means', () => {
  expect(verdictWords({ verdict: 'doubtful', findings: [makeFinding()] })).toContain('wrong');
  expect(verdictWords({ verdict: 'good', findings: [] })).toBe('Nothing was found.');
  expect(verdictWords({ verdict: 'good', findings: [makeFinding({ handled: true })] })).not.toBe('Nothing was found.');
});
