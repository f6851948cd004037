// With authentication on, the pages ask for a key, keep it for the session, and forget it with the tab.
import { Gateway } from './gateway';
import { expect, test } from './journey';

const AUTHENTICATED = { DISABLE_AUTH: '0', PERSONAL_API_KEY_ENABLED: '1' };

test.use({ allowed: /status of 401|WebSocket connection/ });

test('a key is asked for, used for requests and the stream, and gone with the tab', async ({ page, context }) => {
  let key = '';
  const guarded = await Gateway.start(AUTHENTICATED, (gateway) => {
    key = gateway.manage(['key', 'add', 'pages', '--scope', 'admin', '--scope', 'trade', '--scope', 'read']).trim();
  });
  try {
    await page.goto(`${guarded.url}/trading/BTC-USDT`);
    const dialog = page.getByRole('dialog', { name: 'This gateway asks for a key' });
    await dialog.getByLabel('API key').fill('wrong');
    await dialog.getByRole('button', { name: 'Use this key' }).click();
    await expect(dialog).toBeVisible();
    await dialog.getByLabel('API key').fill(key);
    await dialog.getByRole('button', { name: 'Use this key' }).click();
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Live/);
    await page.reload();
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(key);
    const other = await context.newPage();
    await other.goto(`${guarded.url}/`);
    await expect(other.getByRole('dialog', { name: 'This gateway asks for a key' })).toBeVisible();
  } finally {
    await guarded.stop();
  }
});
