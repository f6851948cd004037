// The pictures of docs/screens, made anew with SCREENS=1: every page in both themes, and on a phone.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SITE } from '../src/site';
import { type Gateway, ROOT } from './gateway';
import { chooseTheme, expect, test } from './journey';
import { importSample, tradeAndTest } from './session';

const FOLDER = join(ROOT, 'docs/screens');

test.skip(!process.env.SCREENS, 'SCREENS=1 makes them.');
test.describe.configure({ timeout: 180_000 });

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

test('every page in both themes and on a phone', async ({ page, gateway, account, browser, baseURL }) => {
  mkdirSync(FOLDER, { recursive: true });
  const dataset = await importSample(page, account);
  const backtest = await tradeAndTest(gateway, account, dataset);
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated', paused: false, speed: 1 } });
  await gateway.api('POST', `accounts/${account}/reset/`, { body: {} });
  await watch(gateway, account);
  await trade(gateway, account);
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
    for (const { to, label } of SITE) {
      const more: Record<string, string> = {
        '/': '&range=1D',
        '/data': `&dataset=${dataset}`,
        '/parity': `&backtest=${backtest}&session=${account}&epoch=1`,
      };
      await shown.evaluate(([path, query]) => {
        history.pushState({}, '', `${path ?? ''}?${query ?? ''}`);
        dispatchEvent(new PopStateEvent('popstate'));
      }, [to === '/trading' ? '/trading/BTC-USDT' : to, `account=${account}${more[to] ?? ''}`]);
      await shown.setViewportSize({ width, height });
      await expect(shown.getByRole('heading', { level: 1 })).toContainText(label);
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
