// Data that are mended before they are played, and a market that is directed: sought in, stepped, crashed and halted.
import type { Page } from '@playwright/test';
import { dirtyFile } from './dirty';
import { chooseTheme, expect, isChartDrawn, openTrading, test, violationsOf } from './journey';

test.afterEach(async ({ gateway }) => {
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated', paused: false, speed: 1 } });
});

async function importDirty(page: Page, account: string, name: string): Promise<void> {
  await page.goto(`/data?account=${account}`);
  await page.locator('input[type="file"]').setInputFiles(dirtyFile(`${name}-1m.csv`));
  await page.getByRole('button', { name: `Import ${name}-1m.csv` }).click();
  await expect(page.getByRole('heading', { name: `Quality of ${name}` })).toBeVisible();
}

/** An own limit order far from the market. */
const LIMIT = { symbol: 'BTC-USDT', side: 'buy', type: 'limit', price: '20000.00', quantity: '0.01' };

test('a dirty file is imported, understood, repaired, replayed from its middle, crashed and calmed', async ({ page, account }) => {
  await importDirty(page, account, 'DIRTY-USDT');
  await expect(page.getByTestId('verdict')).toContainText('Usable');
  const findings = page.getByRole('list', { name: 'Findings' });
  for (const kind of ['Gaps', 'Outliers', 'Duplicates that differ', 'Contradicting prices', 'Bad rows', 'Out of order']) {
    await expect(findings.getByRole('listitem').filter({ hasText: kind }).first(), kind).toBeVisible();
  }
  const outliers = findings.getByRole('listitem').filter({ hasText: 'Outliers' });
  await outliers.getByText(/example/).click();
  await expect(outliers.getByRole('row').filter({ hasText: '01 Mar 2024, 07:00:00' })).toContainText(/Row \d+/);

  const repair = page.getByRole('region', { name: 'Repair DIRTY-USDT' });
  await expect(repair.getByRole('combobox', { name: 'Missing bars' })).toHaveValue('fill');
  await repair.getByRole('combobox', { name: 'Outliers' }).selectOption('drop');
  await repair.getByRole('button', { name: 'Look first' }).click();
  const outcome = repair.getByRole('region', { name: 'What would come of it' });
  await expect(outcome).toContainText('581 → 601');
  await outcome.getByRole('button', { name: 'Make the repaired data set' }).click();
  await expect(page.getByRole('region', { name: 'How it was repaired' })).toBeVisible();
  await expect(page.getByTestId('verdict')).toContainText('Good');
  await expect(page.getByRole('region', { name: 'Data sets' }).getByRole('row').filter({ hasText: 'repaired' })).toContainText('601');

  await page.getByRole('button', { name: 'Replay as market' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trading DIRTY-USDT');
  await page.getByRole('button', { name: 'Pause the market' }).click();
  await page.getByRole('button', { name: 'Direct', exact: true }).click();
  await page.getByRole('button', { name: 'Its middle' }).click();
  await page.getByRole('button', { name: 'Go there' }).click();
  const bar = page.getByRole('group', { name: 'Market replay' });
  await expect(bar).toContainText('01 Mar 2024, 05:0');
  await page.getByRole('textbox', { name: 'Steps' }).fill('12');
  await page.getByRole('button', { name: 'Take the steps' }).click();
  await expect(bar).toContainText('01 Mar 2024, 05:1');
  await expect(page.getByTestId('last-price')).toHaveText(/\d/);
  await expect.poll(() => isChartDrawn(page)).toBe(true);

  await page.getByRole('textbox', { name: 'Falls by, percent' }).fill('30');
  await page.getByRole('button', { name: 'Put it on' }).click();
  const crash = page.getByRole('list', { name: 'Scenarios' }).getByRole('listitem').filter({ hasText: 'Crash' });
  await expect(crash).toContainText('down 30% in 10 min');
  const before = Number(await page.getByTestId('last-price').textContent());
  await page.getByRole('button', { name: 'Take the steps' }).click();
  await expect(page.getByTestId('happenings')).toContainText('Crash');
  await expect.poll(async () => Number(await page.getByTestId('last-price').textContent())).toBeLessThan(before * 0.9);
  await page.getByRole('button', { name: 'End the crash of DIRTY-USDT' }).click();
  await expect(page.getByText('It ends with the next step of the market.').first()).toBeVisible();
  await page.getByRole('button', { name: 'One step' }).click();
  await expect(crash).toContainText('Ended');
  await expect(page.getByTestId('happenings')).toHaveCount(0);
  await expect.poll(async () => Number(await page.getByTestId('last-price').textContent())).toBeGreaterThan(before * 0.9);
});

test.describe('while orders wait', () => {
  test.use({ allowed: /status of 409/ });

  test('a seek asks while orders wait, and a halt is seen at the symbol', async ({ page, gateway, account }) => {
    await gateway.api('POST', 'orders/', { account, body: LIMIT });
    await openTrading(page, account);
    await page.getByRole('button', { name: 'Direct', exact: true }).click();
    const { position } = await gateway.api<{ position: { time: string } }>('GET', 'feed/');
    const later = new Date(Date.parse(position.time) + 2 * 3_600_000).toISOString().slice(0, 19);
    await page.getByLabel(/^Market time to go to/).fill(later);
    await page.getByRole('button', { name: 'Go there' }).click();
    const dialog = page.getByRole('dialog', { name: 'Orders wait in these markets' });
    await expect(dialog).toContainText(/One order waits\.|\d+ orders wait\./);
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    expect((await gateway.api<{ position: { time: string } }>('GET', 'feed/')).position.time < later).toBe(true);
    await page.getByRole('button', { name: 'Go there' }).click();
    await dialog.getByRole('button', { name: 'Go there anyway' }).click();
    await expect(dialog).toHaveCount(0);
    await expect.poll(async () => (await gateway.api<{ position: { time: string } }>('GET', 'feed/')).position.time >= later).toBe(true);

    await page.getByRole('combobox', { name: 'What happens' }).selectOption('halt');
    await page.getByRole('button', { name: 'Put it on' }).click();
    await expect(page.getByTestId('happenings')).toContainText('Halted');
    await expect(page.getByRole('region', { name: 'Watch list' }).getByRole('listitem').filter({ hasText: 'BTC-USDT' })).toContainText('Halted');
    await page.getByRole('button', { name: 'End the halt of BTC-USDT' }).click();
    await expect(page.getByTestId('happenings')).toHaveCount(0);
  });
});

for (const theme of ['dark', 'light'] as const) {
  test(`the new panels in ${theme} colours`, async ({ page, account }, info) => {
    await chooseTheme(page, theme);
    await importDirty(page, account, `AXE${theme.toUpperCase()}-USDT`);
    for (const summary of await page.getByText(/example/).all()) await summary.click();
    await page.getByRole('button', { name: 'Look first' }).click();
    await expect(page.getByRole('region', { name: 'What would come of it' })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.screenshot({ path: info.outputPath(`data-${theme}.png`), fullPage: true });
    await openTrading(page, account);
    await page.getByRole('button', { name: 'Direct', exact: true }).click();
    await page.getByRole('combobox', { name: 'What happens' }).selectOption('spread');
    await page.getByRole('button', { name: 'Put it on' }).click();
    await expect(page.getByTestId('happenings')).toContainText('Wide spread');
    await expect(page.getByRole('alert').filter({ hasText: 'Wide spread put on.' })).toHaveCount(0, { timeout: 10_000 });
    expect(await violationsOf(page)).toEqual([]);
    await page.screenshot({ path: info.outputPath(`trading-${theme}.png`) });
  });
}

test('the new panels are no wider than a phone', async ({ page, account }) => {
  await page.setViewportSize({ width: 375, height: 760 });
  await importDirty(page, account, 'PHONE-USDT');
  const isWider = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(await isWider()).toBe(false);
  await openTrading(page, account);
  await page.getByRole('button', { name: 'Direct', exact: true }).click();
  await expect(page.getByRole('form', { name: 'Put a scenario on' })).toBeVisible();
  expect(await isWider()).toBe(false);
});
