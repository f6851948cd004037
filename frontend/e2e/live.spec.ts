// A trader watches an exchange that hangs and recovers: fresh, stale with its age, fresh; what cannot be true is dropped and told.
import { LoopbackExchange } from './exchange';
import { Gateway } from './gateway';
import { expect, test, violationsOf } from './journey';

const STALE_AFTER_S = 2;

test('a live market says whose prices it shows, when they are old, and what it dropped', async ({ page }) => {
  test.setTimeout(120_000);
  const exchange = await LoopbackExchange.start();
  const live = await Gateway.start({ MARKET_SOURCE: 'live:binance', LIVE_EXCHANGE_URL: exchange.url, LIVE_SYMBOLS: 'BTC-USDT,ETH-USDT' });
  try {
    await live.api('PUT', 'config/live.stale_after_seconds/', { body: { value: STALE_AFTER_S, reason: 'A journey does not wait for long.' } });
    await page.goto(`${live.url}/trading/BTC-USDT`);
    const market = page.getByRole('region', { name: 'Market BTC-USDT' });
    await expect(market).toContainText('live:binance');
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    await expect(market).not.toContainText('Stale');
    await expect(page.getByRole('combobox', { name: 'Source of the market' })).toHaveValue('live');
    await page.getByRole('button', { name: 'Direct', exact: true }).click();
    await expect(page.getByRole('textbox', { name: 'Exchange that is followed' })).toHaveValue('binance');
    expect(await violationsOf(page)).toEqual([]);

    exchange.print('BTC-USDT', '0');
    await expect(page.getByRole('group', { name: 'Market replay' })).toContainText(/tick dropped: 1 zero/);

    exchange.hang();
    await expect(market.getByText(/Stale, \d+ s old/)).toBeVisible();
    await expect(page.getByRole('group', { name: 'Market replay' })).toContainText('Old prices: BTC-USDT, ETH-USDT');
    const age = async () => Number(/(\d+) s old/.exec((await market.textContent()) ?? '')?.[1] ?? 0);
    await expect.poll(age).toBeGreaterThanOrEqual(STALE_AFTER_S + 1);

    exchange.recover();
    await expect(market.getByText(/Stale/)).toHaveCount(0, { timeout: 45_000 });
    await expect(page.getByText('There is no symbol')).toHaveCount(0);
  } finally {
    await page.goto('about:blank'); // it would complain of a gateway that is no more
    await live.stop();
    await exchange.stop();
  }
});
