// Prices of the journeys' own, always the same: hours that swing, and days of many symbols, imported as a person's file would be.
import type { Gateway } from './gateway';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A million lines on a busy machine. */
const IMPORT_MS = 120_000;
const START_MS = Date.UTC(2025, 0, 1);

/** A seeded generator (mulberry32): numbers from 0 to 1. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Bars as lines of a CSV: a walk with swings in it, each bar opening where the last one closed. */
function walk(seed: number, count: number, stepMs: number, level: number): string[] {
  const next = chance(seed);
  const lines: string[] = [];
  let open = level;
  for (let place = 0; place < count; place += 1) {
    const drift = 0.0006 * Math.sin(place / 55 + seed) + 0.0004 * Math.sin(place / 9);
    const close = open * (1 + drift + (next() - 0.5) * 0.016);
    const high = Math.max(open, close) * (1 + next() * 0.003);
    const low = Math.min(open, close) * (1 - next() * 0.003);
    const volume = 20 + next() * 60;
    lines.push([new Date(START_MS + place * stepMs).toISOString(), ...[open, high, low, close].map((price) => price.toFixed(2)), volume.toFixed(3)].join(','));
    open = close;
  }
  return lines;
}

async function importFile(gateway: Gateway, name: string, text: string): Promise<string[]> {
  const form = new FormData();
  form.set('file', new Blob([text], { type: 'text/csv' }), name);
  const response = await fetch(`${gateway.url}/api/v1/datasets/?wait=25`, { method: 'POST', body: form });
  const { data } = (await response.json()) as { data: { id: string } };
  const { result } = await gateway.ended<{ result: { id: string } | { datasets: { id: string }[] } }>(data.id, 'default', IMPORT_MS);
  return 'datasets' in result ? result.datasets.map((each) => each.id) : [result.id];
}

/** A year of hours of WAVE-USDT; the id of its data set. */
export async function importHours(gateway: Gateway): Promise<string> {
  const text = ['time,open,high,low,close,volume', ...walk(7, 8_760, HOUR_MS, 100)].join('\n');
  return (await importFile(gateway, 'WAVE-USDT-1h.csv', text))[0] ?? '';
}

/** So many minutes of TIDE-USDT: a wave of 96 minutes on a slow swing, so that a rule has a trade in each wave; the id of its data set. */
export async function importMinutes(gateway: Gateway, count: number): Promise<string> {
  const priceAt = (place: number) => 100 * (1 + 0.2 * Math.sin(place / 40_000)) * (1 + 0.004 * Math.sin((place * 2 * Math.PI) / 96));
  const lines = ['time,open,high,low,close,volume'];
  for (let place = 0; place < count; place += 1) {
    const [open, close] = [priceAt(place - 1), priceAt(place)];
    const prices = [open, Math.max(open, close) + 0.01, Math.min(open, close) - 0.01, close].map((each) => each.toFixed(4));
    lines.push(`${new Date(START_MS + place * MINUTE_MS).toISOString().slice(0, 19)},${prices.join(',')},10`);
  }
  return (await importFile(gateway, 'TIDE-USDT-1m.csv', lines.join('\n')))[0] ?? '';
}

/** Five hundred days of each of twelve symbols, D1-USDT to D12-USDT, in one file. */
export async function importDays(gateway: Gateway): Promise<string[]> {
  const rows = Array.from({ length: 12 }, (_, index) => walk(100 + index, 500, DAY_MS, 50 + 10 * index).map((line) => `D${index + 1}-USDT,${line}`)).flat();
  return importFile(gateway, 'days.csv', ['symbol,time,open,high,low,close,volume', ...rows].join('\n'));
}
