// The sample file as a market that an account trades by a rule, not always well, and a backtest of the same rule over the same bars.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { type Gateway, ROOT } from './gateway';

const SYMBOL = 'SAMPLE-USDT';
const BARS = 320;
const START_MS = Date.UTC(2024, 2, 1);
const WINDOW = 12;
const QUANTITY = '0.5';
/** Of one order: far above the usual ones, and below the one that is too large. */
const LIMIT = '50000';
/** Which of the orders go another way. */
const SMALLER = 3;
const TOO_LARGE = 6;
const MISSED = 9;

const BACKTEST = {
  name: 'Above its average',
  symbols: [SYMBOL],
  interval: '1m',
  to: new Date(START_MS + BARS * 60_000).toISOString(), // the sample goes on
  strategy: {
    long_entry: `cross_above(close, sma(close, ${WINDOW}))`,
    long_exit: `cross_below(close, sma(close, ${WINDOW}))`,
    sizing: { kind: 'fixed', quantity: QUANTITY },
  },
  fills: { fill_at: 'signal_close', spread: 'bar', limit_fill: 'touch', path: 'nearer' },
  fees: { maker_bps: '2', taker_bps: '5' },
  starting_cash: '100000',
};

/** The sample as a data set; its id. */
export async function importSample(page: Page, account: string): Promise<string> {
  await page.goto(`/data?account=${account}`);
  await page.getByRole('button', { name: 'Take the sample file' }).click();
  await page.getByRole('button', { name: /^Import SAMPLE/ }).click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(page).toHaveURL(/dataset=/);
  return new URL(page.url()).searchParams.get('dataset') ?? '';
}

function closes(): number[] {
  const text = readFileSync(join(ROOT, 'frontend/public/samples/SAMPLE-USDT-1m.csv'), 'utf8');
  return text.trim().split('\n').slice(1, BARS + 1).map((line) => Number(line.split(',')[4]));
}

/** By bar, buy where a close comes above the average of the last ones, and sell where it comes below. */
function crossings(): [number, 'buy' | 'sell'][] {
  const series = closes();
  const isAbove = (bar: number) => (series[bar] ?? 0) > series.slice(bar - WINDOW + 1, bar + 1).reduce((sum, each) => sum + each, 0) / WINDOW;
  const found: [number, 'buy' | 'sell'][] = [];
  for (let bar = WINDOW; bar < series.length; bar += 1) {
    if (isAbove(bar) !== isAbove(bar - 1)) found.push([bar, isAbove(bar) ? 'buy' : 'sell']);
  }
  return found[0]?.[1] === 'sell' ? found.slice(1) : found; // nothing to sell yet
}

/** Play the sample to the account, which trades it; then test the rule on the same bars. The id of the backtest. */
export async function tradeAndTest(gateway: Gateway, account: string, dataset: string): Promise<string> {
  await gateway.api('PUT', 'risk/limits/', { account, body: { max_order_notional: LIMIT } }); // the market alone would take a part of it
  await gateway.api('PUT', 'feed/', { body: { source: 'replay', dataset, speed: 0, paused: true } });
  let at = -1;
  for (const [number, [bar, side]] of crossings().entries()) {
    await gateway.api('POST', 'feed/step/', { body: { steps: bar - at } });
    at = bar;
    if (number !== MISSED) await order(gateway, account, side, number === SMALLER ? '0.2' : number === TOO_LARGE ? '900000' : QUANTITY);
  }
  const job = await gateway.api<{ id: string }>('POST', 'backtests/', { account, body: BACKTEST });
  return resultOf(gateway, account, job.id);
}

/** At the market; that some are refused, and what follows from it as well, is part of the story. */
async function order(gateway: Gateway, account: string, side: 'buy' | 'sell', quantity: string): Promise<void> {
  await gateway.api('POST', 'orders/', { account, body: { symbol: SYMBOL, side, type: 'market', quantity } }).catch(() => undefined);
}

async function resultOf(gateway: Gateway, account: string, id: string): Promise<string> {
  let backtest = '';
  await expect(async () => {
    const job = await gateway.api<{ status: string; result: { backtest_id?: string } | null }>('GET', `jobs/${id}/`, { account });
    expect(job.status).toBe('succeeded');
    backtest = job.result?.backtest_id ?? '';
  }).toPass({ timeout: 60_000 });
  return backtest;
}
