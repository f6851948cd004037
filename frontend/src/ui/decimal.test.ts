// Decimal texts: exact, whatever their length.
import { expect, it } from 'vitest';
import { add, compare, divide, floorTo, multiply, nearestStep, rounded, stepBy, subtract } from './decimal';

it('adds and multiplies to the last digit, where floats would not', () => {
  expect(add('0.1', '0.2')).toBe('0.3');
  expect(subtract('1', '0.00000001')).toBe('0.99999999');
  expect(multiply('64000.10', '0.00001')).toBe('0.6400010');
  expect(add('123456789012345678.12345678', '0.00000001')).toBe('123456789012345678.12345679');
});

it('compares by value and not by text', () => {
  expect(compare('10', '9.5')).toBe(1);
  expect(compare('1.0', '1')).toBe(0);
  expect(compare('-2', '1')).toBe(-1);
});

it('rounds half away from zero, and cuts to steps', () => {
  expect(rounded('2.345', 2)).toBe('2.35');
  expect(rounded('-2.345', 2)).toBe('-2.35');
  expect(rounded('2', 2)).toBe('2.00');
  expect(floorTo('0.123456', '0.00001')).toBe('0.12345');
  expect(divide('1', '3', 4)).toBe('0.3333');
});

it('goes up and down by ticks, onto the grid, never below nothing', () => {
  expect(stepBy('100.005', '0.01', 1)).toBe('100.01');
  expect(stepBy('100.00', '0.01', -10)).toBe('99.90');
  expect(stepBy('0.01', '0.01', -5)).toBe('0.00');
  expect(nearestStep(99.996, '0.01')).toBe('100.00');
});
