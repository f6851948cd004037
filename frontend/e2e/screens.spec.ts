// The pictures of docs/screens, made anew with SCREENS=1: every page in both themes, and on a phone.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SITE } from '../src/site';
import { type Gateway, ROOT } from './gateway';
import { chooseTheme, expect, test } from './journey';
import { importDays, importHours } from './prices';
import { importSample, tradeAndTest } from './session';

const FOLDER = join(ROOT, 'docs/screens');

test.skip(!process.env.SCREENS, 'SCREENS=1 makes them.');
test.describe.configure({ timeout: 480_000 });

async function trade(gateway: Gateway, account: string): Promise<void> {
  const place = (body: object) => gateway.api('POST', 'orders/', { account, body });
  await place({ symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '0.35' });
  await place({ symbol: 'ETH-USDT', side: 'buy', type: 'market', quantity: '4' });
  await place({ symbol: 'BTC-USDT', side: 'sell', type: 'market', quantity: '0.1' });
  await gateway.api('PUT', 'feed/', { body: { speed: 60 } });
  await new Promise((resolve) => setTimeout(resolve, 25_000)); // some history of what the account was worth
  await gateway.api('PUT', 'feed/', { body: { speed: 1 } });
  const { last } = await gateway.api<{ last: string }>('GET', 'markets/BTC-USDT/ticker/');
  const at = (share: number) => (Number(last) * share).toFixed(2);
  await place({ symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: at(0.9965), quantity: '0.2' });
  await place({ symbol: 'BTC-USDT', side: 'sell', type: 'limit', price: at(1.003), quantity: '0.15' });
  await place({ symbol: 'BTC-USDT', side: 'sell', type: 'stop', stop_price: at(0.993), quantity: '0.25' });
  await gateway.api('PUT', 'risk/limits/', {
    account,
    body: {
      max_order_notional: '20000',
      max_open_orders: 20,
      max_leverage: '1.5',
      max_concentration_percent: '18',
      max_daily_loss: '1000',
      max_drawdown_percent: '10',
      symbols: [{ symbol: 'BTC-USDT', max_position_quantity: '0.5' }],
    },
  });
}

/** Rules of every kind, of which some fire. */
async function watch(gateway: Gateway, account: string): Promise<void> {
  const make = (body: object) => gateway.api('POST', 'alerts/', { account, body });
  const bars = (expression: string) => ({ kind: 'expression', expression, symbol: 'BTC-USDT', interval: '1m' });
  await make({ name: 'Oversold', condition: bars('rsi(close, 14) < 30'), rearm_level: '35', cool_down_seconds: 14_400, channels: ['log'] });
  await make({ name: 'Turn upwards', severity: 'info', condition: bars('cross_above(ema(close, 5), ema(close, 20))') });
  await make({ name: 'Drawdown', severity: 'critical', condition: { kind: 'account', fact: 'drawdown_percent', comparison: '>=', value: '10' }, rearm_level: '5' });
  await make({ name: 'Refused', severity: 'critical', condition: { kind: 'occurrence', occurrence: 'order_rejected' } });
  await gateway.api('POST', 'orders/', { account, body: { symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '900' } }).catch(() => undefined);
}

/** A strategy in two versions that trades what `trade` plays, and a program beside it; where it is looked at. */
async function strategies(gateway: Gateway, account: string): Promise<{ path: string; title: RegExp }> {
  const rules = { long_entry: 'cross_above(ema(close, p.fast), sma(close, p.slow))', long_exit: 'cross_below(ema(close, p.fast), sma(close, p.slow))', stop: { kind: 'percent', percent: '2' } };
  const make = (body: object) => gateway.api<{ id: string }>('POST', 'strategies/', { account, body });
  await make({ name: 'Every day', symbols: ['ETH-USDT'], interval: '1h', program: { kind: 'dca', notional: '100', every_bars: 24 } });
  const { id } = await make({ name: 'Crossing averages', symbols: ['BTC-USDT'], interval: '1m', strategy: { ...rules, parameters: { fast: 3, slow: 9 } }, bounds: { fast: { least: 2, most: 30 } } });
  await gateway.api('PATCH', `strategies/${id}/`, { account, body: { strategy: { ...rules, parameters: { fast: 2, slow: 6 } }, note: 'turns sooner' } });
  await gateway.api('POST', `strategies/${id}/start/`, { account, body: { wait_for_warm_up: false, cash: '10000' } });
  return { path: `/strategies/${id}`, title: /^Strategy: Crossing/ };
}

/** A backtest, its report, a sweep, a tear sheet and an analysis to look at; by the page of the site the place of the picture, and its title. */
async function research(gateway: Gateway, account: string): Promise<Record<string, { path: string; title: RegExp }>> {
  const hours = await importHours(gateway);
  const days = await importDays(gateway);
  const post = async (path: string, body: object) => {
    const job = await gateway.api<{ id: string; status: string; result: Record<string, string> | null }>('POST', `${path}?wait=25`, { account, body });
    if (job.status !== 'succeeded' || !job.result) throw new Error(`${path} is ${job.status}.`);
    return { ...job.result, id: job.id };
  };
  const strategy = { long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))', long_exit: 'cross_below(sma(close, p.fast), sma(close, p.slow))' };
  const stop = { kind: 'percent', percent: '1' };
  const asked = { name: 'Crossing averages', datasets: [hours], interval: '1h', fees: { maker_bps: '1', taker_bps: '2' } };
  const sweep: Record<string, string> = await post('backtests/sweeps/', { ...asked, strategy, parameters: { fast: { from: 5, to: 40, step: 5 }, slow: { from: 30, to: 120, step: 15 } }, rising: [['fast', 'slow']] });
  const run: Record<string, string> = await post('backtests/', { ...asked, strategy: { ...strategy, stop, parameters: { fast: 15, slow: 105 } } });
  const sheet = await post('factors/evaluate/', { expression: '-returns(close, 5)', datasets: days, interval: '1d' });
  const analysis: Record<string, string> = await post('analytics/', { kind: 'volatility', datasets: [hours], interval: '1h', volatility: { window: 24 } });
  const report: Record<string, string> = await post('reports/', { kind: 'performance', backtest: run.backtest_id, name: 'Crossing averages, 2025' });
  return {
    '/reports': { path: `/reports/${report.report_id ?? ''}`, title: /^Report: Crossing/ },
    '/backtests': { path: `/backtests/${run.backtest_id ?? ''}?trade=6`, title: /^Backtest: Crossing/ },
    '/sweeps': { path: `/sweeps/${sweep.sweep_id ?? ''}`, title: /^Sweep: Crossing/ },
    '/analyses': { path: `/analyses/${analysis.analysis_id ?? ''}`, title: /^Volatility of/ },
    '/factors': { path: `/factors?sheet=${sheet.id}`, title: /^Tear sheet/ },
  };
}

test('every page in both themes and on a phone', async ({ page, gateway, account, browser, baseURL }) => {
  mkdirSync(FOLDER, { recursive: true });
  const dataset = await importSample(page, account);
  const backtest = await tradeAndTest(gateway, account, dataset);
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated', paused: false, speed: 1 } });
  await gateway.api('POST', `accounts/${account}/reset/`, { body: {} });
  await watch(gateway, account);
  const strategy = await strategies(gateway, account);
  await trade(gateway, account);
  const results = { ...(await research(gateway, account)), '/strategies': strategy } as Record<string, { path: string; title: RegExp }>;
  await page.close();
  const kinds = [
    { name: 'dark', theme: 'dark', width: 1440, height: 900 },
    { name: 'light', theme: 'light', width: 1440, height: 900 },
    { name: 'phone', theme: 'dark', width: 390, height: 844 },
  ] as const;
  for (const { name, theme, width, height } of kinds) {
    const shown = await browser.newPage({ viewport: { width, height }, ...(baseURL ? { baseURL } : {}) });
    await chooseTheme(shown, theme);
    await shown.goto(`/system?account=${account}`);
    await shown.waitForTimeout(name === 'phone' ? 500 : 21_000);
    const places: Record<string, string> = { '/': '/?range=1D', '/trading': '/trading/BTC-USDT', '/data': `/data?dataset=${dataset}`, '/parity': `/parity?backtest=${backtest}&session=${account}&epoch=1` };
    for (const { to, label } of SITE) {
      const place = results[to]?.path ?? places[to] ?? to;
      await shown.evaluate((address) => {
        history.pushState({}, '', address);
        dispatchEvent(new PopStateEvent('popstate'));
      }, `${place}${place.includes('?') ? '&' : '?'}account=${account}`);
      await shown.setViewportSize({ width, height });
      await expect(shown.getByRole('heading', { level: 1 })).toContainText(results[to]?.title ?? label);
      await expect(shown.locator('[aria-busy="true"]')).toHaveCount(0);
      await shown.waitForTimeout(to === '/services' ? 6_000 : 2_500);
      if (name === 'phone') {
        const length = await shown.evaluate(() => document.documentElement.scrollHeight);
        await shown.setViewportSize({ width, height: length });
        await shown.waitForTimeout(500);
      }
      const file = `${label.toLowerCase().replace(' ', '-')}-${name}.jpg`;
      await shown.screenshot({ path: join(FOLDER, file), type: 'jpeg', quality: to === '/trading' ? 66 : 80 });
    }
    await shown.close();
  }
});
