// Numbers and times as people read them. What is not there is a dash, never a zero.
import { isNegative, isZero, rounded } from './decimal';

export const NOTHING = '—';
const MINUS = '−';

/** Grouped by thousands, the digits after the point as they are: 64000.10 is 64,000.10. */
export function grouped(value: string): string {
  const isBelow = value.startsWith('-');
  const [whole = '', fraction] = (isBelow ? value.slice(1) : value).split('.');
  const text = (whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole) + (fraction === undefined ? '' : `.${fraction}`);
  return isBelow ? MINUS + text : text;
}

export function decimal(value: string | null | undefined, decimals?: number): string {
  if (value === null || value === undefined) return NOTHING;
  return grouped(decimals === undefined ? value : rounded(value, decimals));
}

const WHOLE_DIGITS_ALONE = 5;

/** A size in a narrow column: from 10,000 on the digits after the point say nothing more, and would not fit. */
export function size(value: string): string {
  const [whole = ''] = value.split('.');
  return grouped(whole.length >= WHOLE_DIGITS_ALONE ? rounded(value, 0) : value);
}

/** With a sign, also when it is above zero. */
export function signed(value: string | null | undefined, decimals?: number): string {
  if (value === null || value === undefined) return NOTHING;
  const text = decimal(value, decimals);
  return isNegative(value) || isZero(value) ? text : `+${text}`;
}

export function direction(value: string | null | undefined): 'up' | 'down' | 'flat' {
  if (value === null || value === undefined || isZero(value)) return 'flat';
  return isNegative(value) ? 'down' : 'up';
}

/** Without zeros at the end: 0.01000 is 0.01. */
export function trimmed(value: string): string {
  return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

export function compact(value: number | string | null | undefined): string {
  return value === null || value === undefined ? NOTHING : COMPACT.format(Number(value));
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < BYTE_UNITS.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${size.toFixed(unit === 0 || size >= 100 ? 0 : 1)} ${BYTE_UNITS[unit] ?? ''}`;
}

export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  if (value >= 1_000) return `${(value / 1_000).toFixed(1)} s`;
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

const STEPS: [number, string][] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** A length of time with its two largest units: 3 h 12 min. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = STEPS.findIndex(([size]) => whole >= size);
  if (first < 0) return '0 s';
  const [size, unit] = STEPS[first] ?? [1, 's'];
  const next = STEPS[first + 1];
  const rest = next ? Math.floor((whole % size) / next[0]) : 0;
  return `${Math.floor(whole / size)} ${unit}${next && rest > 0 ? ` ${rest} ${next[1]}` : ''}`;
}

/** The part of an id that tells it from others of the same hours: ids begin with the time, and end alike as long as a process lives. */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(4, 13) : id;
}

export type TimeZone = 'utc' | 'local';

function formatter(zone: TimeZone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', { ...options, ...(zone === 'utc' ? { timeZone: 'UTC' } : {}), hour12: false });
}

const SHAPES = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  minute: { hour: '2-digit', minute: '2-digit' },
  date: { year: 'numeric', month: 'short', day: '2-digit' },
  day: { month: 'short', day: '2-digit' },
  month: { year: 'numeric', month: 'short' },
  year: { year: 'numeric' },
  full: { year: 'numeric', month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export type TimeShape = keyof typeof SHAPES;
const formatters = new Map<string, Intl.DateTimeFormat>();

export function timeText(value: string | number | null | undefined, shape: TimeShape, zone: TimeZone): string {
  if (value === null || value === undefined) return NOTHING;
  const name = `${shape} ${zone}`;
  const found = formatters.get(name) ?? formatter(zone, SHAPES[shape]);
  formatters.set(name, found);
  return found.format(new Date(value));
}

/** The zone as it is printed beside times: UTC, or the browser's own offset. */
export function zoneName(zone: TimeZone): string {
  if (zone === 'utc') return 'UTC';
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' }).formatToParts(new Date());
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'local';
}
