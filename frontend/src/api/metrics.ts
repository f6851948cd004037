// The gateway's metrics page: read as numbers, and kept for an hour so that rates and charts can be made of it.
import { useQuery } from '@tanstack/react-query';
import { fetchText } from './client';
import { keys } from './keys';

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** One reading of the whole page, at a moment of the browser's clock. */
export interface Reading {
  atMs: number;
  samples: Sample[];
}

const INTERVAL_MS = 5_000;
const MAX_READINGS = 720;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function parseMetrics(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const match = line.startsWith('#') ? null : LINE.exec(line);
    if (!match) continue;
    const labels: Record<string, string> = {};
    for (const [, name = '', value = ''] of (match[2] ?? '').matchAll(LABEL)) labels[name] = value.replace(/\\(.)/g, '$1');
    samples.push({ name: match[1] ?? '', labels, value: match[3] === '+Inf' ? Infinity : Number(match[3]) });
  }
  return samples;
}

let readings: readonly Reading[] = [];

/** All readings since the application was opened, oldest first; a new array at each of them. */
export function useMetrics() {
  return useQuery<readonly Reading[]>({
    queryKey: keys.metrics,
    queryFn: async ({ signal }) => {
      const samples = parseMetrics(await fetchText('/metrics', signal));
      readings = [...readings, { atMs: Date.now(), samples }].slice(-MAX_READINGS);
      return readings;
    },
    refetchInterval: INTERVAL_MS,
    structuralSharing: false,
    gcTime: Infinity,
  });
}

export interface Endpoint {
  route: string;
  method: string;
  count: number;
  errors: number;
  /** Requests a second between the two readings; null with one reading alone. */
  perSecond: number | null;
  medianMs: number | null;
  p95Ms: number | null;
}

interface Tally {
  count: number;
  errors: number;
  /** Requests by the upper bound of their bucket, in seconds; each holds those below it too. */
  buckets: Map<number, number>;
}

function talliesOf(reading: Reading): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const tallyOf = (labels: Record<string, string>): Tally => {
    const key = `${labels.method ?? ''} ${labels.route ?? ''}`;
    const known = tallies.get(key) ?? { count: 0, errors: 0, buckets: new Map<number, number>() };
    tallies.set(key, known);
    return known;
  };
  for (const { name, labels, value } of reading.samples) {
    if (name === 'sandbar_requests_total') {
      const tally = tallyOf(labels);
      tally.count += value;
      if (Number(labels.status) >= 400) tally.errors += value;
    } else if (name === 'sandbar_request_seconds_bucket') {
      const bound = labels.le === '+Inf' ? Infinity : Number(labels.le);
      const { buckets } = tallyOf(labels);
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
  }
  return tallies;
}

/** The endpoints that were called, with their rate since the reading before. */
export function endpointsOf(readings: readonly Reading[]): Endpoint[] {
  const last = readings.at(-1);
  if (!last) return [];
  const before = readings.at(-2);
  const earlier = before && talliesOf(before);
  const seconds = before ? (last.atMs - before.atMs) / 1_000 : 0;
  return [...talliesOf(last)].map(([key, tally]) => {
    const [method = '', route = ''] = key.split(' ');
    const rise = tally.count - (earlier?.get(key)?.count ?? 0);
    return {
      route,
      method,
      count: tally.count,
      errors: tally.errors,
      perSecond: seconds > 0 ? Math.max(0, rise) / seconds : null,
      medianMs: quantileMs(tally.buckets, 0.5),
      p95Ms: quantileMs(tally.buckets, 0.95),
    };
  });
}

/** A quantile out of a histogram, in milliseconds: within its bucket as if all were spread evenly. */
export function quantileMs(buckets: ReadonlyMap<number, number>, share: number): number | null {
  const bounds = [...buckets].sort((a, b) => a[0] - b[0]);
  const wanted = (bounds.at(-1)?.[1] ?? 0) * share;
  if (wanted === 0) return null;
  let low = 0;
  let below = 0;
  for (const [bound, count] of bounds) {
    if (count >= wanted) {
      if (bound === Infinity) return low * 1_000;
      const within = count === below ? 1 : (wanted - below) / (count - below);
      return Number(((low + (bound - low) * within) * 1_000).toFixed(6));
    }
    low = bound;
    below = count;
  }
  return low * 1_000;
}

/** What was asked between two readings: requests a second and the 95th percentile of their latency. */
export function trafficOf(readings: readonly Reading[]): { atMs: number; perSecond: number; p95Ms: number | null }[] {
  const tallies = readings.map((reading) => allOf(reading));
  return readings.slice(1).map((reading, index) => {
    const [earlier, later] = [tallies[index], tallies[index + 1]];
    const seconds = (reading.atMs - (readings[index]?.atMs ?? 0)) / 1_000;
    const rise = new Map([...(later?.buckets ?? [])].map(([bound, count]) => [bound, Math.max(0, count - (earlier?.buckets.get(bound) ?? 0))]));
    const count = Math.max(0, (later?.count ?? 0) - (earlier?.count ?? 0));
    return { atMs: reading.atMs, perSecond: seconds > 0 ? count / seconds : 0, p95Ms: quantileMs(rise, 0.95) };
  });
}

function allOf(reading: Reading): Tally {
  const all: Tally = { count: 0, errors: 0, buckets: new Map() };
  for (const tally of talliesOf(reading).values()) {
    all.count += tally.count;
    for (const [bound, count] of tally.buckets) all.buckets.set(bound, (all.buckets.get(bound) ?? 0) + count);
  }
  return all;
}
