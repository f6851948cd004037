// Moments as the browser's fields write them: a day and a clock without a zone.
import type { TimeZone } from './format';

const MINUTE_MS = 60_000;
const TO_SECONDS = 'YYYY-MM-DDThh:mm:ss'.length;

/** What a field shows for a moment. */
export function fieldText(moment: string | number, zone: TimeZone): string {
  const date = new Date(moment);
  const shift = zone === 'utc' ? 0 : date.getTimezoneOffset() * MINUTE_MS;
  return new Date(date.getTime() - shift).toISOString().slice(0, TO_SECONDS);
}

/** The moment that a field shows, in ISO 8601; null while it shows none. */
export function momentOf(text: string, zone: TimeZone): string | null {
  const date = new Date(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
