// How quick the pages of research are with much in them: a backtest of a million bars, and a heat map of fifty by fifty. Asked for
// with PERF=1, on a quiet machine; the figures are printed.
import type { Page } from '@playwright/test';
import { expect, test } from './journey';
import { importHours, importMinutes } from './prices';

const BARS = 1_000_000;
const LEAST_TRADES = 10_000;
const OPENED_MS = 2_000;
const FRAME_MS = 20; // fifty a second
const HEAT_MS = 100;
const ZOOM_FRAMES = 240;
const ROUNDS = 3;
const WORK_MS = 240_000;

interface Done {
  result: Record<string, string> | null;
}

/** Milliseconds since the page was asked for, once what is there has been painted. */
function paintedAt(page: Page): Promise<number> {
  return page.evaluate(() => new Promise<number>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))));
}

/** Turns the wheel over the chart at every frame, towards the middle and away again, and drags it to and fro; how long each frame took. */
function zoomAndDrag(frames: number): Promise<number[]> {
  const chart = document.querySelector('figure [role="img"] canvas');
  if (!chart) throw new Error('There is no chart.');
  const box = chart.getBoundingClientRect();
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const say = (event: Event) => chart.dispatchEvent(event);
  return new Promise((resolve) => {
    const taken: number[] = [];
    let before = performance.now();
    const turn = (now: number) => {
      taken.push(now - before);
      before = now;
      const number = taken.length;
      if (number > frames) {
        resolve(taken.slice(1));
        return;
      }
      const isIn = number % 80 < 40;
      say(new WheelEvent('wheel', { ...at, deltaY: isIn ? -60 : 60, bubbles: true, cancelable: true }));
      say(new WheelEvent('wheel', { ...at, deltaX: number % 20 < 10 ? 40 : -40, bubbles: true, cancelable: true }));
      requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  });
}

/** What the thread of the page has computed since, in milliseconds of its own time: as much on a busy machine as on a quiet one. */
async function threadWork(page: Page): Promise<() => Promise<Record<string, number>>> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    const names = ['TaskDuration', 'ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'];
    return Object.fromEntries(names.map((name) => [name, (metrics.find((each) => each.name === name)?.value ?? 0) * 1_000]));
  };
  const before = await read();
  return async () => Object.fromEntries(Object.entries(await read()).map(([name, value]) => [name, Math.round(value - (before[name] ?? 0))]));
}

/** Forward in the history to a heat map of so many cells; how many milliseconds until it is painted. */
function goForward(cells: number): Promise<number> {
  return new Promise((resolve) => {
    const start = performance.now();
    const look = () => {
      const isThere = document.querySelectorAll('[role="gridcell"]').length === cells;
      requestAnimationFrame(isThere ? () => resolve(performance.now() - start) : look);
    };
    history.forward();
    requestAnimationFrame(look);
  });
}

/** By how many pixels the last cells of the rows and the last head end apart: a dense map has no boxes that keep its columns. */
function spreadOfColumns(map: Element): number {
  const ends = [...map.querySelectorAll('tr')].map((row) => row.lastElementChild?.getBoundingClientRect().right ?? NaN);
  return Math.max(...ends) - Math.min(...ends);
}

/** Leaves in the window how many milliseconds the next change of a choice takes until what comes of it is painted. */
function timeChange(choice: Element): void {
  const changed = new Promise<number>((resolve) => {
    const begin = () => {
      const start = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    };
    choice.addEventListener('change', begin, { capture: true, once: true });
  });
  Object.assign(window, { changed });
}

const wordsOf = (values: readonly number[]) => `${values.map((each) => each.toFixed(0)).join(', ')} ms`;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

function p95(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
}

test.use({ trace: 'off' }); // a trace keeps every cell of the map at every step

test.describe('with much in it', () => {
  test.skip(process.env.PERF !== '1', 'PERF=1 asks for it.');
  test.describe.configure({ timeout: WORK_MS + 60_000 });

  test('a backtest of a million bars opens at once, and its chart follows the wheel', async ({ page, gateway, account }) => {
    const dataset = await importMinutes(gateway, BARS);
    const strategy = { long_entry: 'cross_above(close, sma(close, 48))', long_exit: 'cross_below(close, sma(close, 48))', sizing: { kind: 'fixed', quantity: '1' } };
    const asked = { datasets: [dataset], interval: '1m', strategy, name: 'A million bars' };
    const { id } = await gateway.api<{ id: string }>('POST', 'backtests/', { account, body: asked });
    const done = await gateway.ended<Done>(id, account, WORK_MS);
    await page.goto(`/?account=${account}`); // what all pages share is in the browser by then, as for a person
    await page.goto(`/backtests/${done.result?.backtest_id ?? ''}?account=${account}`, { waitUntil: 'commit' });
    await page.waitForFunction(() => /with [\d,]{6,} trades/.test(document.querySelector('figure [role="img"][aria-label*="trades"]')?.getAttribute('aria-label') ?? ''), null, { polling: 'raf' });
    const openedMs = await paintedAt(page);
    const words = await page.getByRole('img', { name: /with [\d,]+ trades/ }).getAttribute('aria-label');
    const trades = Number(/with ([\d,]+) trades/.exec(words ?? '')?.[1]?.replace(/,/g, '') ?? 0);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    const settledMs = await paintedAt(page);
    await page.locator('figure [role="img"][aria-label*="trades"]').scrollIntoViewIfNeeded();
    const frames = await page.evaluate(zoomAndDrag, ZOOM_FRAMES);
    const perSecond = (frames.length * 1_000) / frames.reduce((sum, each) => sum + each, 0);
    console.log(`${BARS} bars, ${trades} trades: the chart after ${openedMs.toFixed(0)} ms, all of the page after ${settledMs.toFixed(0)} ms; ${perSecond.toFixed(1)} frames a second while zoomed, 95th percentile ${p95(frames).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(1)} ms`);
    expect(trades).toBeGreaterThanOrEqual(LEAST_TRADES);
    expect(openedMs).toBeLessThan(OPENED_MS);
    expect(p95(frames)).toBeLessThanOrEqual(FRAME_MS);
    expect(perSecond).toBeGreaterThanOrEqual(50);
  });

  test('a heat map of fifty by fifty is drawn at once', async ({ page, gateway, account }) => {
    const dataset = await importHours(gateway);
    const strategy = { long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))', long_exit: 'cross_below(sma(close, p.fast), sma(close, p.slow))' };
    const parameters = { fast: { from: 2, to: 51, step: 1 }, slow: { from: 60, to: 158, step: 2 } };
    const { id } = await gateway.api<{ id: string }>('POST', 'backtests/sweeps/', { account, body: { datasets: [dataset], interval: '1h', strategy, parameters, name: 'Fifty by fifty' } });
    const done = await gateway.ended<Done>(id, account, WORK_MS);
    await page.goto(`/sweeps?account=${account}`);
    const link = page.getByRole('link', { name: /Fifty by fifty/ });
    await link.click();
    const cells = page.getByRole('gridcell');
    await expect(cells).toHaveCount(2_500);
    expect(new URL(page.url()).pathname).toBe(`/sweeps/${done.result?.sweep_id ?? ''}`);
    expect(await page.getByRole('grid').evaluate(spreadOfColumns)).toBeLessThan(1);
    // Everything is in the browser by now: what is measured is the page being made and painted.
    const madeMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await page.goBack();
      await expect(link).toBeVisible();
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      madeMs.push(await page.evaluate(goForward, 2_500));
    }
    const figure = page.getByRole('combobox', { name: 'Figure' });
    const work = await threadWork(page);
    const changedMs: number[] = [];
    for (const name of ['total_return', 'trades', 'max_drawdown', 'sharpe']) {
      await figure.evaluate(timeChange);
      await figure.selectOption(name);
      changedMs.push(await page.evaluate(() => (window as unknown as { changed: Promise<number> }).changed));
    }
    console.log(JSON.stringify(await work()));
    console.log(`50 x 50: the page made anew in ${wordsOf(madeMs)}, another figure in ${wordsOf(changedMs)}`);
    expect(median(changedMs)).toBeLessThan(HEAT_MS);
    expect(median(madeMs)).toBeLessThan(HEAT_MS); // with all else of the page
  });
});
