// Numbers and times as people read them.
import { expect, it } from 'vitest';
import { bytes, decimal, direction, duration, grouped, milliseconds, NOTHING, shortId, signed, size, timeText, trimmed } from './format';

it('groups whole digits alone and shows what is not there as a dash', () => {
  expect(grouped('1234567.00012345')).toBe('1,234,567.00012345');
  expect(grouped('-1000')).toBe('−1,000');
  expect(decimal(null, 2)).toBe(NOTHING);
  expect(decimal('64000.1', 2)).toBe('64,000.10');
});

it('signs changes, and nothing is neither', () => {
  expect(signed('1.5', 2)).toBe('+1.50');
  expect(signed('-1.5', 2)).toBe('−1.50');
  expect(signed('0', 2)).toBe('0.00');
  expect([direction('0.01'), direction('-0.01'), direction('0.00'), direction(null)]).toEqual(['up', 'down', 'flat', 'flat']);
});

it('shortens sizes and lengths of time', () => {
  expect(bytes(1536)).toBe('1.5 KiB');
  expect(duration(3_725)).toBe('1 h 2 min');
  expect(milliseconds(0.25)).toBe('0.25 ms');
  expect(milliseconds(2_500)).toBe('2.5 s');
  expect(trimmed('0.01000')).toBe('0.01');
});

it('says a moment in UTC, whatever the machine’s zone', () => {
  expect(timeText('2026-03-01T23:30:05Z', 'full', 'utc')).toBe('01 Mar 2026, 23:30:05');
});

it('a size that is too long for its column goes without the digits after the point', () => {
  expect(size('9999.12345')).toBe('9,999.12345');
  expect(size('21227.42224')).toBe('21,227');
  expect(size('154783.28755')).toBe('154,783');
  expect(size('123826630.5')).toBe('123,826,631');
  expect(size('2')).toBe('2');
});

it('shortens ids to what differs between those of one process', () => {
  expect(shortId('01a21bf0-8fc7-7000-ba1f-4c09c5a8c83a')).toBe('1bf0-8fc7');
  expect(shortId('default')).toBe('default');
});
