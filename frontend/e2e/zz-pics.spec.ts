import { chooseTheme, expect, test } from './journey';
import { importSample } from './session';
test('pictures', async ({ page, gateway, account, browser, baseURL }) => {
  test.setTimeout(240_000);
  const dataset = await importSample(page, account);
  await gateway.api('PUT', 'feed/', { body: { source: 'replay', dataset, speed: 1, paused: true } });
  const make = (body: object) => gateway.api<{ id: string }>('POST', 'strategies/', { account, body });
  const CROSS = { long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))', long_exit: 'cross_below(sma(close, p.fast), sma(close, p.slow))', parameters: { fast: 3, slow: 9 }, stop: { kind: 'percent', percent: '2' } };
  await make({ name: 'Every day', symbols: ['BTC-USDT'], interval: '1h', program: { kind: 'dca', notional: '100', every_bars: 24 } });
  await make({ name: 'Breakouts', template: 'donchian-breakout', symbols: ['ETH-USDT', 'BTC-USDT', 'SAMPLE-USDT'] });
  const { id } = await make({ name: 'Crossing averages', notes: 'Turns quickly; for markets that trend.', symbols: ['SAMPLE-USDT'], interval: '1m', strategy: CROSS, bounds: { fast: { least: 2, most: 30 } } });
  await gateway.api('PATCH', `strategies/${id}/`, { account, body: { strategy: { ...CROSS, long_entry: 'cross_above(ema(close, p.fast), sma(close, p.slow))', parameters: { fast: 4, slow: 9 } }, note: 'turns sooner' } });
  await gateway.api('POST', `strategies/${id}/start/`, { account, body: { version: 1, wait_for_warm_up: false, cash: '10000' } });
  await gateway.api('POST', 'feed/step/', { body: { steps: 60 } });
  await gateway.api('POST', `strategies/${id}/stop/`, { account, body: { mode: 'close' } });
  await gateway.api('POST', `strategies/${id}/start/`, { account, body: { wait_for_warm_up: false, cash: '10000' } });
  await gateway.api('POST', 'feed/step/', { body: { steps: 140 } });
  await page.close();
  const kinds = [
    { name: 'dark', theme: 'dark', width: 1440, height: 900 },
    { name: 'light', theme: 'light', width: 1440, height: 900 },
    { name: 'phone', theme: 'dark', width: 390, height: 844 },
  ] as const;
  for (const { name, theme, width, height } of kinds) {
    const shown = await browser.newPage({ viewport: { width, height }, ...(baseURL ? { baseURL } : {}) });
    await chooseTheme(shown, theme);
    const places: Record<string, string> = { list: '/strategies?', one: `/strategies/${id}?`, change: `/strategies/${id}?do=change`, dashboard: '/?', trading: '/trading/SAMPLE-USDT?interval=1m' };
    for (const [place, address] of Object.entries(places)) {
      await shown.goto(`${address}&account=${account}`);
      await expect(shown.locator('[aria-busy="true"]')).toHaveCount(0);
      await shown.waitForTimeout(1_500);
      await shown.screenshot({ path: `/tmp/pics/${place}-${name}.png`, fullPage: place !== 'trading' });
      if (place === 'one') {
        await shown.getByRole('button', { name: 'Start…' }).click();
        await shown.waitForTimeout(1_000);
        await shown.screenshot({ path: `/tmp/pics/start-${name}.png` });
        await shown.keyboard.press('Escape');
        await shown.getByRole('button', { name: 'Stop…' }).click();
        await shown.waitForTimeout(800);
        await shown.screenshot({ path: `/tmp/pics/stop-${name}.png` });
      }
    }
    await shown.close();
  }
});
