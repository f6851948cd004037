// Arithmetic on decimal texts, exact to the last digit: money never becomes a float.

interface Scaled {
  units: bigint;
  decimals: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;

function parse(text: string): Scaled | null {
  const match = DECIMAL.exec(text.trim());
  if (!match || (!match[2] && !match[3])) return null;
  const fraction = match[3] ?? '';
  const units = BigInt(`${match[2] ?? ''}${fraction}` || '0');
  return { units: match[1] === '-' ? -units : units, decimals: fraction.length };
}

function at(value: Scaled, decimals: number): bigint {
  return value.units * 10n ** BigInt(decimals - value.decimals);
}

function text(units: bigint, decimals: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function need(value: string): Scaled {
  return parse(value) ?? { units: 0n, decimals: 0 };
}

export function isDecimal(value: string): boolean {
  return parse(value) !== null;
}

export function decimalsOf(step: string): number {
  return parse(step)?.decimals ?? 0;
}

export function add(a: string, b: string): string {
  const [x, y] = [need(a), need(b)];
  const decimals = Math.max(x.decimals, y.decimals);
  return text(at(x, decimals) + at(y, decimals), decimals);
}

export function negate(a: string): string {
  const x = need(a);
  return text(-x.units, x.decimals);
}

export function subtract(a: string, b: string): string {
  return add(a, negate(b));
}

export function multiply(a: string, b: string): string {
  const [x, y] = [need(a), need(b)];
  return text(x.units * y.units, x.decimals + y.decimals);
}

export function sum(values: Iterable<string>): string {
  let total = '0';
  for (const value of values) total = add(total, value);
  return total;
}

export function compare(a: string, b: string): number {
  const [x, y] = [need(a), need(b)];
  const decimals = Math.max(x.decimals, y.decimals);
  const difference = at(x, decimals) - at(y, decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isZero(a: string): boolean {
  return need(a).units === 0n;
}

export function isNegative(a: string): boolean {
  return need(a).units < 0n;
}

/** Down to a whole number of steps: 0.123456 by 0.00001 is 0.12345. */
export function floorTo(value: string, step: string): string {
  const [x, y] = [need(value), need(step)];
  const decimals = Math.max(x.decimals, y.decimals);
  const stepUnits = at(y, decimals);
  if (stepUnits === 0n) return value;
  return rounded(text((at(x, decimals) / stepUnits) * stepUnits, decimals), y.decimals);
}

/** The nearest multiple of the step to a number that came from pixels. */
export function nearestStep(value: number, step: string): string {
  const size = Number(step);
  const steps = BigInt(Math.max(0, Math.round(value / size)));
  const y = need(step);
  return text(steps * y.units, y.decimals);
}

/** One or more steps up or down, onto the grid; never below nothing. */
export function stepBy(value: string, step: string, count: number): string {
  const onGrid = floorTo(isDecimal(value) ? value : '0', step);
  const moved = add(onGrid, multiply(step, String(count)));
  return isNegative(moved) ? text(0n, decimalsOf(step)) : rounded(moved, decimalsOf(step));
}

/** With exactly so many digits after the point, rounded half up (away from zero). */
export function rounded(value: string, decimals: number): string {
  const x = need(value);
  if (x.decimals <= decimals) return text(at(x, decimals), decimals);
  const divisor = 10n ** BigInt(x.decimals - decimals);
  const half = divisor / 2n;
  const units = x.units < 0n ? -((-x.units + half) / divisor) : (x.units + half) / divisor;
  return text(units, decimals);
}

/** a / b as text with so many digits, cut; for shares and sizes, not for money that must add up. */
export function divide(a: string, b: string, decimals: number): string {
  const [x, y] = [need(a), need(b)];
  if (y.units === 0n) return text(0n, decimals);
  const scale = 10n ** BigInt(decimals + y.decimals);
  return text((x.units * scale) / (y.units * 10n ** BigInt(x.decimals)), decimals);
}
