// Risk from the page: halted and resumed, limits that hold, a loss that stops trading, and everybody at once.
import type { Page } from '@playwright/test';
import { Gateway } from './gateway';
import { chooseTheme, expect, openTrading, test, violationsOf } from './journey';

const openRisk = async (page: Page, account: string) => {
  await page.goto(`/risk?account=${account}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Risk');
  await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Live/);
};
const state = (page: Page) => page.getByTestId('risk-state');

/** What is typed into the ticket, and sent. */
async function order(page: Page, quantity: string): Promise<void> {
  await page.keyboard.press('b');
  await page.getByRole('textbox', { name: 'Quantity' }).fill(quantity);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: new RegExp(`^Buy ${quantity}`) }).click();
}

test.describe('refused', () => {
  test.use({ allowed: /status of 4(00|22)/ });

  test('what is halted takes no order and says why, until it is resumed', async ({ page, gateway, account }) => {
    const { last } = await gateway.api<{ last: string }>('GET', 'markets/BTC-USDT/ticker/');
    await gateway.api('POST', 'orders/', { account, body: { symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: (Number(last) * 0.5).toFixed(2), quantity: '0.01' } });
    await openRisk(page, account);
    await expect(state(page)).toHaveText(/ACTIVE/);
    await page.getByRole('button', { name: 'Halt…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Halt trading' });
    await expect(dialog.getByRole('textbox', { name: 'Reason' })).toBeFocused();
    await page.keyboard.type('Looks wrong.');
    await expect(dialog.getByText('Its 1 open order is canceled.')).toBeVisible();
    await expect(dialog.getByText('It has no positions.')).toBeVisible();
    await dialog.getByRole('button', { name: 'Halt Journey' }).click();
    await expect(page.getByText('1 order canceled.').first()).toBeVisible();
    await expect(state(page)).toHaveText(/HALTED/);
    await expect(page.getByText('No order is taken. Canceling is always possible.')).toBeVisible();

    // A market that stands still says nothing of risk by itself.
    await gateway.api('PUT', 'feed/', { body: { paused: true } });
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Trading' }).click();
    const banner = page.getByRole('alert', { name: 'Trading state' });
    await expect(banner).toContainText('HALTED');
    await expect(banner).toContainText('“Looks wrong.”');
    await gateway.api('PUT', 'feed/', { body: { paused: false } });
    await order(page, '0.01');
    const note = page.getByRole('alert').filter({ hasText: 'TRADING_HALTED' });
    await expect(note).toContainText(/Trading of the account .* was halted by 127\.0\.0\.1 at .*: Looks wrong\./);
    await expect(note).toContainText('Orders can be canceled; POST risk/resume/ with scope account lets it trade again.');

    await page.getByRole('form', { name: 'Order ticket' }).getByRole('link', { name: 'Risk' }).click();
    await page.getByRole('button', { name: 'Resume…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('It was a drill.');
    await page.keyboard.press('Enter');
    await expect(state(page)).toHaveText(/ACTIVE/);
    await page.goBack();
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    await expect(banner).toHaveCount(0);
    await order(page, '0.01');
    await expect(page.getByText(/Buy 0.01 BTC-USDT filled at/).first()).toBeVisible();
  });

  test('a limit that was set refuses what is beyond it, with the numbers, and shows its use', async ({ page, account }) => {
    await openRisk(page, account);
    await page.getByRole('button', { name: 'Change limits' }).click();
    const dialog = page.getByRole('dialog', { name: 'Limits of Journey' });
    await expect(dialog.getByRole('textbox', { name: 'Open orders', exact: true })).toHaveAccessibleDescription(/Empty: the installation’s 10,000/);
    await expect(dialog.getByRole('textbox', { name: /^Leverage/ })).toHaveAccessibleDescription(/Empty: no limit/);
    await dialog.getByRole('textbox', { name: /^Drawdown/ }).fill('100.5');
    await dialog.getByRole('combobox', { name: 'Limits of one symbol' }).selectOption('BTC-USDT');
    await dialog.getByRole('textbox', { name: 'Quantity of a position, BTC' }).fill('0.05');
    await dialog.getByRole('button', { name: 'Set the limits' }).click();
    await expect(dialog.getByText('Must be at most 100.')).toBeVisible();
    await dialog.getByRole('textbox', { name: /^Drawdown/ }).fill('20');
    await dialog.getByRole('button', { name: 'Set the limits' }).click();
    await expect(dialog).toHaveCount(0);
    const row = page.getByRole('row').filter({ hasText: 'Quantity of a position' });
    await expect(row).toContainText('0.05 BTC');
    await expect(row).toContainText('This account');

    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Trading' }).click();
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    await order(page, '0.06');
    const note = page.getByRole('alert').filter({ hasText: 'RISK_MAX_POSITION_QUANTITY' });
    await expect(note).toContainText(/0\.06000 BTC; the limit is 0\.05 BTC/);
    await expect(page.getByRole('form', { name: 'Order ticket' })).toContainText('limit0.05');
    await order(page, '0.05');
    await expect(page.getByText(/Buy 0.05 BTC-USDT filled at/).first()).toBeVisible();

    await page.getByRole('form', { name: 'Order ticket' }).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Risk' }).click();
    await expect(row).toContainText('100.0%');
    await expect(page.getByRole('region', { name: 'Exposure by symbol' })).toContainText('BTC-USDT');
  });
});

test('a loss beyond its limit halts the account and closes its positions, seen as it happens', async ({ page }) => {
  const own = await Gateway.start();
  try {
    const { id } = await own.api<{ id: string }>('POST', 'accounts/', { body: { name: 'Bold', type: 'cash', base_currency: 'USDT', balances: { USDT: '100000' } } });
    await own.api('POST', 'orders/', { account: id, body: { symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '1' } });
    await own.api('PUT', 'risk/limits/', { account: id, body: { max_daily_loss: '2000', close_on_breach: true } });
    await page.goto(`${own.url}/risk?account=${id}`);
    await expect(state(page)).toHaveText(/ACTIVE/);
    await expect(page.getByRole('row').filter({ hasText: 'Daily loss' })).toContainText('2,000 USDT');
    await own.api('POST', 'feed/scenarios/', { body: { kind: 'crash', symbols: ['BTC-USDT'], percent: 20, duration_seconds: 5 } });
    await expect(state(page)).toHaveText(/HALTED/);
    await expect(page.getByRole('region', { name: 'Trading state' })).toContainText('limit:max_daily_loss');
    await expect(page.getByText('Nothing is held.').first()).toBeVisible();
    expect(await own.api<{ items: unknown[] }>('GET', 'positions/', { account: id })).toMatchObject({ items: [] });
  } finally {
    await page.goto('about:blank'); // whose gateway is gone would complain
    await own.stop();
  }
});

test('everybody is restricted and resumed from the page of one', async ({ page }) => {
  const own = await Gateway.start();
  try {
    await own.api('POST', 'accounts/', { body: { id: 'other', name: 'Other' } });
    await page.goto(`${own.url}/risk`);
    await page.getByRole('button', { name: 'Only reduce…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('All accounts', { exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Night.');
    await dialog.getByRole('button', { name: 'Restrict all accounts' }).click();
    await expect(state(page)).toHaveText(/REDUCING/);
    expect(await own.api('GET', 'accounts/other/')).toMatchObject({ risk_state: 'REDUCING' });
    await page.getByRole('button', { name: 'Resume…' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Morning.');
    await dialog.getByRole('button', { name: 'Resume all accounts' }).click();
    await expect(state(page)).toHaveText(/ACTIVE/);
    expect(await own.api('GET', 'accounts/other/')).toMatchObject({ risk_state: 'ACTIVE' });
  } finally {
    await page.goto('about:blank'); // whose gateway is gone would complain
    await own.stop();
  }
});

for (const theme of ['dark', 'light'] as const) {
  test(`a halted account, its dialogs and its limits are for everybody, in ${theme} colours and on a phone`, async ({ page, gateway, account }) => {
    await chooseTheme(page, theme);
    await gateway.api('POST', 'orders/', { account, body: { symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '0.5' } });
    await gateway.api('PUT', 'risk/limits/', { account, body: { max_leverage: '0.1', max_order_notional: '5000', symbols: [{ symbol: 'BTC-USDT', max_position_quantity: '0.6' }] } });
    await gateway.api('POST', 'risk/halt/', { account, body: { reason: 'Drill.' } });
    await openRisk(page, account);
    await expect(page.getByText('✕ 1 over')).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Change limits' }).click();
    await expect(page.getByRole('dialog').getByRole('group', { name: 'BTC-USDT' })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Halt…' }).click();
    await expect(page.getByRole('dialog').getByText('What will happen')).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 375, height: 760 });
    const [content, screen] = await page.evaluate((): [number, number] => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(content).toBeLessThanOrEqual(screen);
    await openTrading(page, account);
    await expect(page.getByRole('alert', { name: 'Trading state' })).toContainText('Drill.');
    expect(await violationsOf(page)).toEqual([]);
  });
}
