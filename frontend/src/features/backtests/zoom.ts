// How long the bars are that a stretch of time is shown in, and which of them to ask for.
import type { BarsUsed } from '../../api/types';
import type { Sight } from '../../ui/chart/CandleChart';
import { intervalMs, intervalText } from '../../ui/strategy/intervals';
import type { TradeLine } from './trades';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Lengths of bars that people know. No longer than a day: the calendars of exchanges have no longer bars. */
const LENGTHS_MS = [1, 5, 15, 60, 240, 1_440].map((minutes) => minutes * MINUTE_MS);
/** The gateway makes no longer bar out of shorter ones. */
const MOST_SHORTER = 1_440;
/** As many candles as one request brings. */
export const PAGE_BARS = 1_000;
/** Where even the longest bars are many: thirty years of days. */
const MOST_BARS = 8_000;
/** In sight at once, so that with as many on either side one request is enough. */
const IN_SIGHT_BARS = 400;
/** What is asked for begins and ends with a block, so that going to and fro asks for nothing twice. */
const BLOCK_BARS = 200;
const LEAST_MARGIN_BARS = 25;

/** The lengths that bars can be shown in, their own first. */
export function lengthsOf(interval: string): number[] {
  const own = intervalMs(interval) ?? DAY_MS;
  const longer = LENGTHS_MS.filter((length) => length > own && length % own === 0 && length <= own * MOST_SHORTER);
  return [own, ...longer];
}

/** From the first bar to the end of the last. */
export function wholeOf({ from, to, interval }: Pick<BarsUsed, 'from' | 'to' | 'interval'>): Sight {
  return { from: Date.parse(from), to: Date.parse(to) + (intervalMs(interval) ?? 0) };
}

/** A trade with some bars around it. */
export function around(trade: TradeLine, interval: string): Sight {
  const [from, to] = [Date.parse(trade.entry_time), Date.parse(trade.exit_time)];
  const margin = Math.max(LEAST_MARGIN_BARS * (intervalMs(interval) ?? 0), (to - from) * 0.4);
  return { from: from - margin, to: to + margin };
}

/** Nearer (below 1) or farther, round the middle, within the whole. */
export function scaled(sight: Sight, factor: number, whole: Sight): Sight {
  const middle = (sight.from + sight.to) / 2;
  const half = ((sight.to - sight.from) / 2) * factor;
  return { from: Math.max(middle - half, whole.from), to: Math.min(middle + half, whole.to) };
}

export interface Asked {
  interval: string;
  from: string;
  to: string;
}

/** The bars to ask for: as short as they can be with few enough in sight, and some on either side. */
export function askedFor(sight: Sight, used: Pick<BarsUsed, 'from' | 'to' | 'interval'>): Asked {
  const whole = wholeOf(used);
  const [from, to] = [Math.max(sight.from, whole.from), Math.min(sight.to, whole.to)];
  const lengths = lengthsOf(used.interval);
  const length = lengths.find((each) => (to - from) / each <= IN_SIGHT_BARS) ?? lengths.at(-1) ?? DAY_MS;
  const block = BLOCK_BARS * length;
  const begin = Math.max(Math.floor(from / block - 1) * block, Math.floor(whole.from / length) * length);
  const end = Math.min(Math.ceil(to / block + 1) * block, whole.to);
  return { interval: intervalText(length), from: iso(Math.max(begin, end - MOST_BARS * length)), to: iso(end) };
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
