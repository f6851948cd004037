// A bracket drawn on the chart by mouse and keyboard, and orders moved there by keys alone.
import type { Page } from '@playwright/test';
import { chooseTheme, dragDown, expect, openTrading, test, violationsOf } from './journey';

const line = (page: Page, name: string) => page.getByRole('slider', { name: new RegExp(`^${name};`) });
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

async function draw(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Draw a bracket' }).click();
  for (const name of ['Entry', 'Take profit', 'Stop']) await expect(line(page, name)).toBeVisible();
}

test('a bracket is three lines, moved by keys, dragged, and placed by clicks', async ({ page, account }) => {
  await openTrading(page, account);
  await draw(page);
  const entry = Number(await field(page, 'Entry').inputValue());
  expect(Number(await field(page, 'Take profit').inputValue())).toBeGreaterThan(entry);
  expect(Number(await field(page, 'Stop').inputValue())).toBeLessThan(entry);

  const profit = Number(await field(page, 'Take profit').inputValue());
  await line(page, 'Take profit').press('Shift+ArrowUp');
  await expect(field(page, 'Take profit')).toHaveValue((profit + 0.1).toFixed(2));

  const stop = Number(await field(page, 'Stop').inputValue());
  await dragDown(page, line(page, 'Stop'), 20, () =>
    expect.poll(async () => Number(await field(page, 'Stop').inputValue()), { timeout: 1_000 }).toBeLessThan(stop),
  );

  const chart = await page.locator('figure').boundingBox();
  if (!chart) throw new Error('The chart has no place on the page.');
  await page.getByRole('group', { name: 'A click on the chart places' }).or(page.getByRole('radiogroup', { name: 'A click on the chart places' })).getByText('Entry').click();
  const before = await field(page, 'Entry').inputValue();
  await page.mouse.click(chart.x + chart.width / 3, chart.y + chart.height / 3);
  await expect(field(page, 'Entry')).not.toHaveValue(before);
  await expect(page.getByRole('radio', { name: 'Take profit' })).toBeChecked();
});

test('a bracket is previewed, told what is wrong with it, and left', async ({ page, account }) => {
  await openTrading(page, account);
  await draw(page);
  await field(page, 'Quantity').fill('0.01');
  await expect(page.getByLabel('Prospect of the bracket')).toContainText('Profit for each 1 of loss');
  await expect(page.getByText('USDT after')).toBeVisible();
  await page.getByText('Sell', { exact: true }).click();
  await expect(page.getByRole('button', { name: /^Review: Sell 0.01 BTC at .* out at / })).toBeVisible();
  await field(page, 'Stop').fill('1.00');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Must be above the entry.')).toBeVisible();
  await page.getByText('Single', { exact: true }).click();
  await expect(line(page, 'Entry')).toHaveCount(0);
  await expect(page.getByRole('form', { name: 'Order ticket' })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`the ticket of every type and the bracket are for everybody in ${theme} colours`, async ({ page, account }, info) => {
    await chooseTheme(page, theme);
    await openTrading(page, account);
    for (const type of ['take_profit_limit', 'trailing_stop_limit', 'limit']) {
      await page.getByRole('combobox', { name: 'Type' }).selectOption(type);
      expect(await violationsOf(page), type).toEqual([]);
    }
    await page.getByRole('combobox', { name: 'Time in force' }).selectOption('gtd');
    await expect(page.getByLabel(/^Expires, by the market/)).toHaveValue(/\d/);
    expect(await violationsOf(page)).toEqual([]);
    await page.screenshot({ path: info.outputPath(`ticket-${theme}.png`) });
    await draw(page);
    await field(page, 'Quantity').fill('0.01');
    await expect(page.getByLabel('Prospect of the bracket')).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.screenshot({ path: info.outputPath(`bracket-${theme}.png`) });
  });
}

test('the bracket and the ticket are no wider than a phone', async ({ page, account }) => {
  await page.setViewportSize({ width: 375, height: 760 });
  await openTrading(page, account);
  const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  await page.getByRole('combobox', { name: 'Type' }).selectOption('trailing_stop_limit');
  expect(await isWider()).toBe(false);
  await draw(page);
  expect(await isWider()).toBe(false);
});

test.describe('an order on the chart', () => {
  test.use({ allowed: /status of 422/ });

  test('is moved by keys alone, and goes back with the reason when that is refused', async ({ page, gateway }) => {
    const { bid } = await gateway.api<{ bid: string }>('GET', 'markets/BTC-USDT/ticker/');
    const price = (Number(bid) * 0.998).toFixed(2);
    // Enough for the order where it is and its fee, and for no more than a few USDT above.
    const cash = (Number(price) * 0.01 * 1.00055).toFixed(2);
    const { id } = await gateway.api<{ id: string }>('POST', 'accounts/', { body: { name: 'Tight', type: 'cash', base_currency: 'USDT', balances: { USDT: cash } } });
    await gateway.api('POST', 'orders/', { account: id, body: { symbol: 'BTC-USDT', side: 'buy', type: 'limit', price, quantity: '0.01' } });
    const priceOf = async () => (await gateway.api<{ items: { price: string }[] }>('GET', 'orders/', { account: id })).items[0]?.price;
    await openTrading(page, id);
    const handle = page.getByRole('slider', { name: /^Buy 0.01 limit;/ });
    await handle.press('Shift+ArrowDown');
    await handle.press('Enter');
    const moved = (Number(price) - 0.1).toFixed(2);
    await expect.poll(priceOf).toBe(moved);
    for (let press = 0; press < 60; press += 1) await handle.press('Shift+ArrowUp');
    await handle.press('Enter');
    const note = page.getByRole('alert').filter({ hasText: 'stays at' });
    await expect(note).toContainText('The order needs');
    await expect(handle).toHaveAttribute('aria-valuenow', String(Number(moved)));
    expect(await priceOf()).toBe(moved);
    await note.getByRole('button', { name: 'Understood' }).click();
    await expect(note).toHaveCount(0);
    await page.getByRole('button', { name: 'Cancel: Buy 0.01 limit' }).click();
    await expect(handle).toHaveCount(0);
  });
});
