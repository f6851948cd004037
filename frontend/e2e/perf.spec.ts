// How quick the trading page is. The figures are printed. That nothing shifts is asserted always; times (PERF=1) and the soak
// (SOAK_SECONDS=60) only when that is asked for, on a quiet machine.
import type { Page } from '@playwright/test';
import { expect, openTrading, test } from './journey';

interface Vitals {
  lcpMs: number;
  cls: number;
  inpMs: number;
}

interface Entry extends PerformanceEntry {
  value?: number;
  hadRecentInput?: boolean;
  interactionId?: number;
}

async function watchVitals(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const vitals: Vitals = { lcpMs: 0, cls: 0, inpMs: 0 };
    Object.assign(window, { vitals });
    const watch = (type: string, act: (entry: Entry) => void, more: object = {}) =>
      new PerformanceObserver((list) => (list.getEntries() as Entry[]).forEach(act)).observe({ type, buffered: true, ...more });
    watch('largest-contentful-paint', (entry) => (vitals.lcpMs = entry.startTime));
    watch('layout-shift', (entry) => (vitals.cls += entry.hadRecentInput ? 0 : (entry.value ?? 0)));
    watch('event', (entry) => (vitals.inpMs = entry.interactionId ? Math.max(vitals.inpMs, entry.duration) : vitals.inpMs), { durationThreshold: 16 });
  });
}

/** Opens the page, does a little in it, and returns what that was like. */
async function visit(page: Page, account: string): Promise<Vitals> {
  await openTrading(page, account);
  await page.keyboard.press('b');
  await page.keyboard.type('0.01', { delay: 40 });
  await page.getByRole('tab', { name: /Balances/ }).click();
  await page.getByRole('combobox', { name: 'Type' }).selectOption('limit');
  await page.getByRole('button', { name: /^Bid/ }).first().click();
  await page.waitForTimeout(500); // the observers hear of an interaction a little later
  const vitals = await page.evaluate(() => (window as unknown as { vitals: Vitals }).vitals);
  console.log(`LCP ${vitals.lcpMs.toFixed(0)} ms, CLS ${vitals.cls.toFixed(4)}, INP ${vitals.inpMs.toFixed(0)} ms`);
  return vitals;
}

test('the trading page appears at once, stays where it is, and answers to keys', async ({ page, account }) => {
  await watchVitals(page);
  let vitals = await visit(page, account);
  // On a busy machine answers come one by one, and each may move a row: the page itself shows in the calmest of three visits.
  for (let again = 0; again < 2 && vitals.cls > 0.05; again += 1) vitals = await visit(page, account);
  expect(vitals.cls).toBeLessThanOrEqual(0.05);
  if (process.env.PERF === '1') {
    expect(vitals.lcpMs).toBeLessThanOrEqual(1_500);
    expect(vitals.inpMs).toBeLessThanOrEqual(200);
  }
});

const SOAK_SECONDS = Number(process.env.SOAK_SECONDS ?? 0);
const FRAMES_PER_SECOND = Number(process.env.SOAK_FRAMES ?? 50);
const SYMBOLS = 20;

interface Soak {
  longestTaskMs: number;
  tasksOver50: number;
  frameP95Ms: number;
  paintP95Ms: number;
  frames: number;
}

/** In place of the socket: one that makes tickers, books and prints of 20 symbols itself, at so many frames a second. */
function fakeSocket(framesPerSecond: number): void {
  const price = (index: number, at: number) => (100 + index * 10 + Math.sin(at / 300 + index)).toFixed(2);
  class Fake extends EventTarget {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readyState = 0;
    binaryType = 'blob';
    bufferedAmount = 0;
    private readonly seqs = new Map<string, number>();
    private sent = 0;
    constructor() {
      super();
      setTimeout(() => {
        this.readyState = 1;
        this.dispatchEvent(new Event('open'));
        setInterval(() => this.beat(), 1_000 / framesPerSecond);
      }, 10);
    }
    send(text: string): void {
      const message = JSON.parse(text) as { op: string; id: number; channels: (string | { name: string })[] };
      if (message.op !== 'subscribe') return;
      const names = message.channels.map((each) => (typeof each === 'string' ? each : each.name));
      this.say({ type: 'ack', id: message.id, channels: names.map((name) => ({ name, stream: 's', seq: 0 })) });
      for (const name of names) {
        this.seqs.set(name, 0);
        this.say({ type: 'snapshot', channel: name, seq: 0, time: '', data: this.dataOf(name, true) });
      }
    }
    close(): void {
      this.readyState = 3;
    }
    private beat(): void {
      const names = [...this.seqs.keys()].filter((name) => /^(ticker|trades):/.test(name));
      const name = names[this.sent++ % Math.max(1, names.length)];
      if (!name) return;
      const seq = (this.seqs.get(name) ?? 0) + 1;
      this.seqs.set(name, seq);
      this.say({ type: 'update', channel: name, seq, time: '', data: this.dataOf(name, false) });
    }
    private dataOf(name: string, isFirst: boolean): unknown {
      const [kind, symbol = ''] = name.split(':');
      const index = Number(symbol.slice(1, 3));
      const last = price(index, this.sent);
      if (kind === 'ticker') {
        const soak = (window as unknown as { soak?: { at: number; last: string } }).soak;
        if (soak && symbol === 'S00-USD') Object.assign(soak, { at: performance.now(), last });
        return { symbol, last, bid: last, ask: last, change_24h: '1.0', high_24h: last, low_24h: last, volume_24h: '1', time: null, source: 'fake', stale: false };
      }
      const print = { price: last, quantity: '0.10', side: 'buy', time: new Date().toISOString() };
      if (kind === 'trades') return isFirst ? [] : print;
      if (kind === 'orderbook') return { symbol, bids: [], asks: [], checksum: 0, time: null, source: 'fake', stale: false };
      return kind === 'candles' ? null : [];
    }
    private say(frame: object): void {
      this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
    }
  }
  Object.assign(window, { WebSocket: Fake });
}

/** Watches tasks, frames, and how long a price takes from the socket onto the page. */
function watchSoak(): void {
  const state = { at: 0, last: '', tasks: [] as number[], frames: [] as number[], paints: [] as number[] };
  Object.assign(window, { soak: state });
  new PerformanceObserver((list) => state.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  let before = performance.now();
  let seen = '';
  const look = (now: number) => {
    state.frames.push(now - before);
    before = now;
    const text = document.querySelector('[data-testid="last-price"]')?.textContent ?? '';
    if (state.last && state.last !== seen && text.includes(state.last)) {
      seen = state.last;
      state.paints.push(performance.now() - state.at);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

function readSoak(): Soak {
  const { tasks, frames, paints } = (window as unknown as { soak: { tasks: number[]; frames: number[]; paints: number[] } }).soak;
  const p95 = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
  return {
    longestTaskMs: Math.max(0, ...tasks),
    tasksOver50: tasks.length,
    frameP95Ms: p95(frames),
    paintP95Ms: p95(paints),
    frames: frames.length,
  };
}

test.describe('soak', () => {
  test.skip(SOAK_SECONDS === 0, 'SOAK_SECONDS says how long.');

  test('many frames a second do not hold the page up', async ({ page, account }) => {
    test.setTimeout((SOAK_SECONDS + 60) * 1_000);
    const symbols = Array.from({ length: SYMBOLS }, (_, index) => `S${String(index).padStart(2, '0')}-USD`);
    await page.route('**/api/v1/symbols/**', (route) =>
      route.fulfill({
        json: {
          status: 'success',
          data: {
            items: symbols.map((symbol) => ({ symbol, base: symbol.slice(0, 3), quote: 'USD', tick_size: '0.01', lot_size: '0.01', min_notional: '1', fees: { maker_bps: 2, taker_bps: 5 }, calendar: '24/7' })),
            next_cursor: null,
          },
        },
      }),
    );
    await page.route('**/api/v1/markets/**', (route) => route.fulfill({ json: { status: 'success', data: { items: [], next_cursor: null, source: 'fake', stale: false } } }));
    await page.addInitScript(fakeSocket, FRAMES_PER_SECOND);
    await page.goto(`/trading/S00-USD?account=${account}`);
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    await page.waitForTimeout(3_000);
    const client = await page.context().newCDPSession(page);
    const heap = async () => {
      await client.send('HeapProfiler.collectGarbage');
      return (await client.send('Runtime.getHeapUsage')).usedSize / 1e6;
    };
    const before = await heap();
    await page.evaluate(watchSoak);
    await page.waitForTimeout(SOAK_SECONDS * 1_000);
    const soak = await page.evaluate(readSoak);
    const after = await heap();
    console.log(JSON.stringify({ ...soak, heapBeforeMB: before.toFixed(1), heapAfterMB: after.toFixed(1) }));
    expect(soak.longestTaskMs).toBeLessThanOrEqual(100);
    expect(soak.frameP95Ms).toBeLessThanOrEqual(20);
    expect(soak.paintP95Ms).toBeLessThanOrEqual(150);
    expect(after - before).toBeLessThan(10);
  });
});
