// What an operator does: restarts a part, reads the endpoints, changes a setting and takes it back.
import { expect, test } from './journey';

test('a part is restarted after a question, and endpoints show what was asked', async ({ page }) => {
  await page.goto('/services');
  await page.getByRole('button', { name: 'Restart feed' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restart feed' }).click();
  await expect(page.getByText('feed was restarted.').first()).toBeVisible();
  const row = page.getByRole('region', { name: 'Endpoints' }).getByRole('row').filter({ hasText: '/api/v1/system/services/{name}/restart' });
  await expect(row).toContainText('POST');
});

test('the log is shown as it is written, and can be held', async ({ page, gateway }) => {
  await page.goto('/services');
  const log = page.getByRole('region', { name: 'Log of the gateway' });
  await expect(log).toContainText('/api/v1/');
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('/api/v1/balances');
  await page.getByRole('button', { name: 'Pause' }).click();
  await gateway.api('GET', 'balances/');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(log.getByRole('row').filter({ hasText: '/api/v1/balances' }).first()).toBeVisible();
});

test('a setting is changed, seen in its history, rolled back, and the audit has both', async ({ page }) => {
  const key = 'risk.max_open_orders';
  await page.goto('/system');
  await page.getByRole('button', { name: `Change ${key}` }).click();
  await page.getByRole('textbox', { name: /^Value/ }).fill('500');
  await page.getByRole('textbox', { name: 'Why' }).fill('Too many at once.');
  await page.getByRole('button', { name: `Set ${key}` }).click();
  const history = page.getByRole('region', { name: `History of ${key}` });
  await expect(history).toContainText('10000 → 500');
  await page.getByRole('button', { name: 'Roll back to before the first change' }).click();
  await expect(history).toContainText('500 → 10000');
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Object' }).fill(key);
  await expect(page.getByRole('region', { name: 'Audit' }).getByRole('row')).toHaveCount(3);
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText(/entries fit/)).toBeVisible();
});

test('the report of the installation names versions and state', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/system');
  await page.getByRole('button', { name: 'Copy a report' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^Sandbar \d/);
  expect(report).toContain('Health: ');
});
