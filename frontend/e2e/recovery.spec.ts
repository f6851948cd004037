// What breaks and comes back: the stream alone, and the whole gateway.
import { expect, openTrading, test } from './journey';

const LIMIT = { symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: '20000.00', quantity: '0.01' };

test('a cut stream shows its age, and afterwards nothing is missing or twice', async ({ page, gateway, account }) => {
  let isCut = false;
  const cuts: (() => void)[] = [];
  await page.routeWebSocket(/\/ws/, (socket) => {
    if (isCut) {
      void socket.close({ code: 1001 });
      return;
    }
    socket.connectToServer();
    cuts.push(() => void socket.close({ code: 1001 }));
  });
  await openTrading(page, account);
  isCut = true;
  for (const cut of cuts) cut();
  await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Reconnecting/);
  await expect(page.getByText(/Stale, .* old/)).toBeVisible();

  await gateway.api('POST', 'orders/', { account, body: LIMIT });
  await gateway.api('POST', 'orders/', { account, body: { ...LIMIT, price: '21000.00' } });
  isCut = false;
  await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Live/);
  await expect(page.getByText(/Stale/)).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'Open orders 2' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Open orders' }).getByRole('row')).toHaveCount(3);
});

test.describe('without the gateway', () => {
  test.use({ allowed: /net::ERR|WebSocket connection|status of 50|gateway cannot be reached/ });

  test('the page waits, recovers by itself, and has the orders as before', async ({ page, gateway, account }) => {
    await gateway.api('POST', 'orders/', { account, body: LIMIT });
    await openTrading(page, account);
    await expect(page.getByRole('tab', { name: 'Open orders 1' })).toBeVisible();
    await gateway.kill();
    await expect(page.getByTestId('light-api')).toHaveAttribute('aria-label', /Unreachable/);
    await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Reconnecting/);
    // A dialog that was never opened has to be fetched: it says that it was not, and the page stays.
    await page.getByRole('button', { name: 'New account' }).click();
    await expect(page.getByText('This could not be opened.', { exact: true })).toBeVisible();
    await expect(page.getByRole('tab', { name: 'Open orders 1' })).toBeVisible();
    await gateway.start();
    await expect(page.getByTestId('light-api')).toHaveAttribute('aria-label', /Answers/);
    await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Live/);
    await expect(page.getByText(/Stale/)).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Open orders' }).getByRole('row').filter({ hasText: '20,000.00' })).toHaveCount(1);
    await page.getByRole('button', { name: 'Cancel buy BTC-USDT' }).click();
    await expect(page.getByRole('tab', { name: 'Open orders 0' })).toBeVisible();
    await page.getByRole('button', { name: 'New account' }).click();
    await expect(page.getByRole('dialog', { name: 'Open another account' })).toBeVisible();
  });
});
