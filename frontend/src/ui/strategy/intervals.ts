// Lengths of bars, as the gateway writes them: minutes, hours or days.

export const COMMON_INTERVALS = ['1m', '5m', '15m', '30m', '1h', '2h', '4h', '12h', '1d'] as const;

const UNITS_MS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const DAY_MS = 86_400_000;

/** Milliseconds of `90m`; null for what is no interval. */
export function intervalMs(interval: string): number | null {
  const match = /^([1-9]\d{0,4})([mhd])$/.exec(interval);
  return match ? Number(match[1]) * (UNITS_MS[match[2] ?? ''] ?? 0) : null;
}

/** The one text of a length in whole minutes: an hour is `1h`, never `60m`. */
export function intervalText(length: number): string {
  const unit = length % DAY_MS === 0 ? 'd' : length % 3_600_000 === 0 ? 'h' : 'm';
  return `${length / (UNITS_MS[unit] ?? 1)}${unit}`;
}

/** The common ones, and the one that is chosen where it is none of them. */
export function intervalChoices(chosen: string): string[] {
  const known: readonly string[] = COMMON_INTERVALS;
  return known.includes(chosen) ? [...known] : [chosen, ...known];
}

/** Bars of a year of a market that never closes. */
export function barsPerYear(interval: string): number | null {
  const length = intervalMs(interval);
  return length === null ? null : Math.round((365 * DAY_MS) / length);
}
