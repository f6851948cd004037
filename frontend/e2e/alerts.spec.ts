// What watches: an alert that fires on a replay, and a session held against a backtest of the same rule.
import { expect, test, violationsOf } from './journey';
import { importSample, tradeAndTest } from './session';

// The first rule with an expression loads what computes, and compiles it where nobody has: half a minute.
test.describe.configure({ timeout: 150_000 });
const COMPILED = { timeout: 90_000 };

// A wrong expression is refused, which the browser notes; so is the order that is too large.
test.use({ allowed: /status of 422/ });

test.afterEach(async ({ gateway }) => {
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated', paused: false, speed: 1 } });
});

test('a rule is written, fires on a replay that is stepped, is told everywhere, and is acknowledged', async ({ page, gateway, account }) => {
  const dataset = await importSample(page, account);
  await gateway.api('PUT', 'feed/', { body: { source: 'replay', dataset, speed: 1, paused: true } });
  await gateway.api('POST', 'feed/step/', { body: { steps: 30 } });

  await page.goto(`/alerts?account=${account}`);
  await page.getByRole('button', { name: 'Make a rule…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a rule' });
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('Rising bar');
  const expression = dialog.getByRole('textbox', { name: 'Expression' });
  const verdict = dialog.getByRole('status', { name: 'What the expression is' });
  await expression.fill('close >');
  await expect(verdict).toContainText('✕');
  await expression.fill('close - open');
  await expect(verdict).toContainText('It is a series; a rule needs a condition');
  await expression.fill('close > open');
  await expect(verdict).toContainText('✓ A condition over close, open');
  await dialog.getByRole('combobox', { name: 'Symbol' }).selectOption('SAMPLE-USDT');
  await dialog.getByRole('combobox', { name: 'How often' }).selectOption('once');
  await dialog.getByRole('combobox', { name: 'Severity' }).selectOption('critical');
  await dialog.getByRole('checkbox', { name: 'Log' }).check();
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Make the rule' }).click();
  await expect(dialog).toHaveCount(0, COMPILED);
  const rule = page.getByRole('list', { name: 'Rules' }).getByRole('listitem').filter({ hasText: 'Rising bar' });
  await expect(rule).toContainText('close > open on SAMPLE-USDT 1m');

  const count = page.getByTestId('alert-count');
  await expect(count).toHaveCount(0);
  await gateway.api('POST', 'feed/step/', { body: { steps: 40 } });
  await expect(count).toHaveText(/^1 /, COMPILED);
  const event = page.getByRole('region', { name: 'Events', exact: true }).getByRole('row').filter({ hasText: 'Rising bar' });
  await expect(event).toContainText('Critical');
  await expect(rule).toContainText('Fired once');

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Dashboard' }).click();
  await expect(page.getByRole('list', { name: 'Newest alerts' })).toContainText('Rising bar');
  await page.getByRole('link', { name: 'All alerts' }).click();
  await event.getByRole('rowheader').getByRole('button').press('Enter');
  const details = page.getByRole('region', { name: 'The event' });
  await expect(details.getByRole('list', { name: 'Deliveries' })).toContainText('Delivered');
  await details.getByRole('button', { name: 'Acknowledge' }).click();
  await expect(details).toContainText('by 127.0.0.1');
  await expect(count).toHaveCount(0);
  await page.reload();
  await page.getByRole('combobox', { name: 'Acknowledged' }).selectOption('no');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
});

test('a session that strayed from its rule is held against a backtest of it', async ({ page, gateway, account }) => {
  const dataset = await importSample(page, account);
  const backtest = await tradeAndTest(gateway, account, dataset);
  await page.goto(`/parity?account=${account}&backtest=${backtest}&session=${account}`);
  const kinds = page.getByRole('group', { name: 'Kinds of differences' });
  await expect(kinds.getByRole('button', { name: /^All [1-9]/ })).toBeVisible();
  await kinds.getByRole('button', { name: /^Risk/ }).click();
  await expect(page).toHaveURL(/kind=risk/);
  const rows = page.getByRole('region', { name: 'Differences, with both sides' }).getByRole('row');
  await expect(rows.nth(1)).toContainText('refused');
  expect(await violationsOf(page)).toEqual([]);
});
