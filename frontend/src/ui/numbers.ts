// Floats of analytics as people read them; money of accounts is text and goes by `decimal.ts`.
import { grouped, NOTHING } from './format';

type Maybe = number | null | undefined;

function text(value: number, digits: number): string {
  const shown = grouped(value.toFixed(digits));
  return /^−[0.,]*$/.test(shown) ? shown.slice(1) : shown; // no minus before a zero
}

export function ratio(value: Maybe, digits = 2): string {
  return value === null || value === undefined ? NOTHING : text(value, digits);
}

/** A share as percent: 0.1 is 10.00%. */
export function percent(value: Maybe, digits = 2): string {
  return value === null || value === undefined ? NOTHING : `${text(value * 100, digits)}%`;
}

/** With a sign also above zero. */
export function signedPercent(value: Maybe, digits = 2): string {
  return value !== null && value !== undefined && value > 0 ? `+${percent(value, digits)}` : percent(value, digits);
}

export function signedRatio(value: Maybe, digits = 2): string {
  return value !== null && value !== undefined && value > 0 ? `+${ratio(value, digits)}` : ratio(value, digits);
}

/** So many digits that it says something: prices of 0.00003 as well as of 64,000. */
export function price(value: Maybe): string {
  if (value === null || value === undefined) return NOTHING;
  const size = Math.abs(value);
  const digits = size === 0 || size >= 1_000 ? 2 : size >= 1 ? 4 : Math.min(12, 4 - Math.floor(Math.log10(size)));
  return text(value, digits).replace(/(\.\d{2,}?)0+$/, '$1');
}

export function wayOf(value: Maybe): 'up' | 'down' | 'flat' {
  if (value === null || value === undefined || value === 0) return 'flat';
  return value > 0 ? 'up' : 'down';
}

/** A number as it is typed; null for anything else, an empty text among it. */
export function numberOf(text: string): number | null {
  const value = Number(text.trim());
  return text.trim() === '' || !Number.isFinite(value) ? null : value;
}
