// A back-fill as it is typed, and as it is asked for.
import type { BackfillIn, Interval } from '../../api/types';
import type { TimeZone } from '../../ui/format';
import { momentOf } from '../../ui/moments';

export interface BackfillForm {
  /** Empty: that of the live market. */
  exchange: string;
  symbol: string;
  interval: Interval;
  /** Fields of moments; `to` may be empty: until now. */
  from: string;
  to: string;
}

/** Null while something is missing. */
export function bodyOf(form: BackfillForm, zone: TimeZone): BackfillIn | null {
  const symbol = form.symbol.trim().toUpperCase();
  const exchange = form.exchange.trim().toLowerCase();
  const from = momentOf(form.from, zone);
  const to = momentOf(form.to, zone);
  if (symbol === '' || from === null) return null;
  return { symbol, interval: form.interval, from, ...(exchange ? { exchange } : {}), ...(to === null ? {} : { to }) };
}
