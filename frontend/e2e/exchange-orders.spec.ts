// What the exchange can do with an order, from the page: every type, a bracket whose stop is moved, and why it filled.
import type { Gateway } from './gateway';
import { expect, openTrading, test, violationsOf } from './journey';

interface Order {
  id: string;
  type: string;
  status: string;
  time_in_force: string;
  stop_price: string | null;
  order_list_id: string | null;
}

const openOrders = async (gateway: Gateway, account: string) => (await gateway.api<{ items: Order[] }>('GET', 'orders/?status=open', { account })).items;

test('orders of every type that waits are placed, drawn, and canceled', async ({ page, gateway, account }) => {
  const { last } = await gateway.api<{ last: string }>('GET', 'markets/BTC-USDT/ticker/');
  const at = (share: number) => (Number(last) * share).toFixed(2);
  const fields: Record<string, Record<string, string>> = {
    take_profit: { 'Take-profit price': at(1.02) },
    take_profit_limit: { 'Take-profit price': at(1.02), Price: at(1.019) },
    trailing_stop: { 'Trails by': '2' },
    trailing_stop_limit: { 'Trails by': '2', 'Limit, from the stop': '10' },
  };
  await openTrading(page, account);
  await page.getByText('Sell', { exact: true }).click();
  for (const [type, values] of Object.entries(fields)) {
    await page.getByRole('combobox', { name: 'Type' }).selectOption(type);
    for (const [name, value] of Object.entries(values)) await page.getByRole('textbox', { name, exact: true }).fill(value);
    await page.getByRole('combobox', { name: 'Time in force' }).selectOption(type === 'trailing_stop' ? 'day' : type === 'take_profit' ? 'gtd' : 'gtc');
    await page.getByRole('textbox', { name: 'Quantity' }).fill('0.01');
    await page.getByRole('button', { name: /^Review: Sell/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^Sell/ }).click();
    await expect.poll(async () => (await openOrders(gateway, account)).map((order) => order.type)).toContain(type);
  }
  expect((await openOrders(gateway, account)).map((order) => order.time_in_force).sort()).toEqual(['day', 'gtc', 'gtc', 'gtd']);
  await expect(page.getByRole('tab', { name: 'Open orders 4' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel all orders' }).click();
  await page.getByRole('button', { name: 'Cancel 4 orders' }).click();
  await expect(page.getByRole('tab', { name: 'Open orders 0' })).toBeVisible();
});

test('a bracket is drawn, sent as one, and its stop is moved on the chart', async ({ page, gateway, account }) => {
  await openTrading(page, account);
  await page.getByRole('button', { name: 'Draw a bracket' }).click();
  await page.getByRole('combobox', { name: 'Enters' }).selectOption('market');
  await page.getByRole('textbox', { name: 'Quantity' }).fill('0.01');
  await page.getByRole('button', { name: /^Review: Buy 0.01 BTC at market, out at/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Buy/ }).click();
  await expect(page.getByText('Bracket sent.').first()).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Open orders 2' })).toBeVisible();
  const legs = await openOrders(gateway, account);
  expect(new Set(legs.map((order) => order.order_list_id)).size).toBe(1);
  const before = Number(legs.find((order) => order.stop_price !== null)?.stop_price);

  const stop = page.getByRole('slider', { name: /^Sell 0.01 stop;/ });
  await stop.press('Shift+ArrowDown');
  await stop.press('Enter');
  await expect(page.getByText(/Order moved/).first()).toBeVisible();
  const after = (await openOrders(gateway, account)).find((order) => order.stop_price !== null);
  expect(Number(after?.stop_price)).toBeCloseTo(before - 0.1, 6);
});

test('a fill is explained, and its shares add up to its price', async ({ page, gateway, account }) => {
  await gateway.api('POST', 'orders/', { account, body: { symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '0.01' } });
  await openTrading(page, account);
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('region', { name: 'Ended orders' }).getByRole('row').filter({ hasText: 'Filled' }).last().click();
  const drawer = page.getByRole('dialog', { name: 'Market order of BTC-USDT' });
  await expect(drawer.getByRole('region', { name: 'What happened' }).getByRole('listitem').first()).toBeVisible();
  const cells = await drawer.getByRole('region', { name: 'Fills, taken apart' }).getByRole('row').nth(1).getByRole('cell').allTextContents();
  const [price, reference, spread, slippage] = cells.slice(2, 6).map((text) => Number(text.replaceAll(',', '').replace('−', '-')));
  expect((reference ?? 0) + (spread ?? 0) + (slippage ?? 0)).toBeCloseTo(price ?? 0, 6);
  expect(await violationsOf(page)).toEqual([]);
});
