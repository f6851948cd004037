// Values of settings, shown and typed.
import { expect, it } from 'vitest';
import { boundsText, typedValue, valueText } from './values';

it('gives what was typed in the type of the setting', () => {
  expect(typedValue({ type: 'int' }, '500')).toBe(500);
  expect(typedValue({ type: 'bool' }, 'on')).toBe(true);
  expect(typedValue({ type: 'decimal' }, '0.10')).toBe('0.10');
  expect(typedValue({ type: 'int' }, 'many')).toBe('many');
});

it('shows values and bounds in words', () => {
  expect([valueText(false), valueText(null), valueText(5), valueText(['a'])]).toEqual(['off', '—', '5', '["a"]']);
  expect(boundsText({ minimum: 1, maximum: 9, unit: 'seconds' })).toBe('at least 1, at most 9 seconds');
});
