// Floats as they are read.
import { expect, it } from 'vitest';
import { scaleOf, ticksOf } from './plots/scale';
import { percent, price, ratio, signedPercent, signedRatio } from './numbers';

it('writes shares and ratios with their sign, and a dash for what is not known', () => {
  expect(percent(0.12345)).toBe('12.35%');
  expect(signedPercent(0.5, 0)).toBe('+50%');
  expect(signedPercent(-0.0001, 2)).toBe('−0.01%');
  expect(percent(-0.00000001, 1)).toBe('0.0%');
  expect(signedRatio(1_234.5)).toBe('+1,234.50');
  expect([ratio(null), percent(undefined), price(null)]).toEqual(['—', '—', '—']);
});

it('gives prices as many digits as they need', () => {
  expect([price(64_000.128), price(92.5), price(0.00003456)]).toEqual(['64,000.13', '92.50', '0.00003456']);
});

it('puts round numbers within what is drawn', () => {
  const scale = scaleOf([0, 97], 0, 100);
  expect(ticksOf(scale)).toEqual([0, 25, 50, 75, 100]);
  expect(scale.at(scale.low)).toBe(0);
  expect(scale.at(scale.high)).toBeCloseTo(100);
  expect(ticksOf(scaleOf([], 0, 100)).length).toBeGreaterThan(2);
  expect(ticksOf(scaleOf([5, 5], 0, 100)).length).toBeGreaterThan(2);
});
