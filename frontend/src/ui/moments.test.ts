// Moments in fields: there and back in both zones.
import { expect, it } from 'vitest';
import { fieldText, momentOf } from './moments';

it('is the same moment there and back', () => {
  const moment = '2026-03-29T01:30:07.000Z';
  for (const zone of ['utc', 'local'] as const) expect(momentOf(fieldText(moment, zone), zone)).toBe(moment);
  expect(fieldText(moment, 'utc')).toBe('2026-03-29T01:30:07');
});

it('is read with and without seconds', () => {
  expect(momentOf('2026-03-29T01:30', 'utc')).toBe('2026-03-29T01:30:00.000Z');
});

it('is none while the field is not filled in', () => {
  expect(momentOf('', 'utc')).toBeNull();
  expect(momentOf('', 'local')).toBeNull();
});
