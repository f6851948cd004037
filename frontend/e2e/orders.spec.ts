// Orders from the page: by keyboard, with a lost answer, from the book to the chart, and refused.
import type { Gateway } from './gateway';
import { dragDown, expect, openTrading, test } from './journey';

interface Order {
  id: string;
  status: string;
  price: string | null;
  quantity: string;
}

const ordersOf = async (gateway: Gateway, account: string) =>
  (await gateway.api<{ items: Order[] }>('GET', 'orders/?status=all', { account })).items;

test('a market order by keyboard alone is one request and one order', async ({ page, gateway, account }) => {
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/orders/')) posts.push(request.headers()['idempotency-key'] ?? '');
  });
  await openTrading(page, account);
  await page.keyboard.press('b');
  await expect(page.getByRole('textbox', { name: 'Quantity' })).toBeFocused();
  await page.keyboard.type('0.01');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Review the order' })).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Buy 0.01 BTC at market' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Buy 0.01 BTC-USDT filled at/).first()).toBeVisible();
  await page.getByRole('tab', { name: /Fills/ }).click();
  await expect(page.getByRole('table').filter({ hasText: 'Taker' })).toContainText('0.01');
  expect(posts).toHaveLength(1);
  expect(posts[0]).not.toBe('');
  expect(await ordersOf(gateway, account)).toMatchObject([{ status: 'filled', quantity: '0.01000' }]);
});

test.describe('with a lost answer', () => {
  test.use({ allowed: /net::ERR/ });

  test('the retry under the same key yields one order', async ({ page, gateway, account }) => {
    const keys: string[] = [];
    await page.route('**/api/v1/orders/', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key'] ?? '');
      if (keys.length > 1) return route.continue();
      await route.fetch(); // the gateway has done it, and then the connection is cut
      return route.abort('connectionreset');
    });
    await openTrading(page, account);
    await page.keyboard.press('b');
    await page.keyboard.type('0.02');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: /^Buy/ }).click();
    await expect(page.getByText('Order sent.').first()).toBeVisible();
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
    expect(await ordersOf(gateway, account)).toHaveLength(1);
  });
});

test('from the book into the ticket, onto the chart, dragged and canceled', async ({ page, gateway, account }) => {
  await openTrading(page, account);
  // The lowest bid shown, so that the order waits.
  await page.getByRole('button', { name: /^Bid/ }).last().click();
  await expect(page.getByRole('textbox', { name: 'Price', exact: true })).toHaveValue(/\d/);
  const price = page.getByRole('textbox', { name: 'Price', exact: true });
  for (let step = 0; step < 12; step += 1) await price.press('Shift+ArrowDown');
  for (let step = 0; step < 40; step += 1) await price.press('Shift+ArrowDown');
  await page.getByRole('textbox', { name: 'Quantity' }).fill('0.05');
  await page.getByRole('button', { name: /^Review: Buy 0.05 BTC at/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: /^Buy/ }).click();
  await expect(page.getByRole('tab', { name: 'Open orders 1' })).toBeVisible();

  const handle = page.getByRole('slider', { name: /Buy 0.05 limit/ });
  const before = await handle.getAttribute('aria-valuenow');
  await expect(handle).toBeVisible();
  const question = page.getByRole('group', { name: 'Move the order' });
  await dragDown(page, handle, 50, () => expect(question).toBeVisible({ timeout: 1_000 }));
  await question.getByRole('button', { name: 'Move it' }).click();
  await expect(page.getByText(/Order moved/).first()).toBeVisible();
  const [moved] = await ordersOf(gateway, account);
  expect(Number(moved?.price)).toBeLessThan(Number(before));

  await handle.press('ArrowUp');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await page.getByRole('button', { name: 'Cancel: Buy 0.05 limit' }).click();
  await expect(page.getByRole('tab', { name: 'Open orders 0' })).toBeVisible();
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'Canceled' })).toHaveCount(1);
  expect(await ordersOf(gateway, account)).toMatchObject([{ status: 'canceled' }]);
});

test.describe('refused', () => {
  test.use({ allowed: /status of 422/ });

  test('an order says why, with its numbers and the trace id', async ({ page, gateway, account }) => {
    await openTrading(page, account);
    await page.keyboard.press('s');
    await page.keyboard.type('500');
    await expect(page.getByText(/Would be refused/)).toBeVisible();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: /^Sell/ }).click();
    const note = page.getByRole('alert').filter({ hasText: 'INSUFFICIENT_BALANCE' });
    await expect(note).toContainText('The order needs 500 BTC; 1 BTC is available.');
    await expect(note.getByRole('button', { name: 'Copy trace id' })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Quantity' })).toHaveValue('500');
    expect(await ordersOf(gateway, account)).toMatchObject([{ status: 'rejected' }]);
  });
});

test('what is not on the lot is said at the field, and nothing is sent', async ({ page, gateway, account }) => {
  await openTrading(page, account);
  await page.keyboard.press('b');
  await page.keyboard.type('0.000001');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Must be a multiple of the lot size 0.00001.')).toBeVisible();
  expect(await ordersOf(gateway, account)).toEqual([]);
});

test.describe('of an account that is not there', () => {
  test.use({ allowed: /status of 404|WebSocket connection/ });

  test('the page says so and offers those that are', async ({ page }) => {
    await page.goto('/trading/BTC-USDT?account=nobody');
    await expect(page.getByText('There is no account nobody.')).toBeVisible();
    await page.getByRole('button', { name: 'Use Default' }).click();
    await expect(page).toHaveURL(/account=default/);
    await expect(page.getByTestId('last-price')).toHaveText(/\d/);
    await expect(page.getByRole('button', { name: /^Review: Buy/ })).toBeVisible();
  });
});

test('another account is opened, traded with, and reset', async ({ page, gateway }) => {
  await page.goto('/trading/BTC-USDT');
  await page.getByRole('button', { name: 'New account' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Second');
  await page.getByRole('button', { name: 'Open the account' }).click();
  await expect(page).toHaveURL(/account=/);
  const id = new URL(page.url()).searchParams.get('account') ?? '';
  await gateway.api('POST', 'orders/', { account: id, body: { symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '0.01' } });
  await page.getByRole('tab', { name: 'Positions 1' }).click();
  await page.getByRole('button', { name: 'Close all positions' }).click();
  await page.getByRole('button', { name: 'Close 1 positions at market' }).click();
  await expect(page.getByRole('tab', { name: 'Positions 0' })).toBeVisible();
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await page.getByRole('button', { name: 'Reset the account' }).click();
  await expect(page.getByText(/in epoch 2/).first()).toBeVisible();
});
