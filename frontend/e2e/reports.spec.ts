// Reports: one made from the account, viewed, downloaded in two formats and scheduled; one from a backtest, in both themes and on a phone.
import { readFileSync } from 'node:fs';
import type { FrameLocator, Page } from '@playwright/test';
import type { Gateway } from './gateway';
import { chooseTheme, expect, test, violationsOf } from './journey';
import { importHours } from './prices';

/** The first work of a gateway may wait for its compiler. */
const COMPILED = { timeout: 120_000 };
test.describe.configure({ timeout: 180_000 });
// What watches this browser writes scripts into every frame, and the sandbox of a report lets none of them run.
test.use({ allowed: /^Blocked script execution in 'about:srcdoc'/ });

async function expectNoViolations(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  expect(await violationsOf(page)).toEqual([]);
}

async function trade(gateway: Gateway, account: string): Promise<void> {
  const place = (side: string, quantity: string) => gateway.api('POST', 'orders/', { account, body: { symbol: 'BTC-USDT', side, type: 'market', quantity } });
  await place('buy', '0.4');
  await place('sell', '0.3');
  await place('buy', '0.2');
}

/** The report inside the page, once it is dressed. */
async function shownReport(page: Page): Promise<FrameLocator> {
  await expect(page.locator('iframe[data-dressed="true"]')).toBeVisible(COMPILED);
  return page.frameLocator('iframe');
}

/** The style of an element in the report, read from outside: nothing runs in there. */
function styleIn(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate(
    ([place, name]) => {
      const frame = document.querySelector('iframe');
      const found = frame?.contentDocument?.querySelector(place ?? '');
      return found && frame?.contentWindow ? frame.contentWindow.getComputedStyle(found).getPropertyValue(name ?? '') : '';
    },
    [selector, property],
  );
}

async function saved(page: Page, name: string): Promise<{ name: string; content: Buffer }> {
  const begun = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  const download = await begun;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test('a report of the account is made, viewed, downloaded, made once more as CSV, and scheduled', async ({ page, gateway, account }) => {
  await trade(gateway, account);
  await page.goto(`/accounts?account=${account}`);
  await page.getByRole('button', { name: 'Report…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a report' });
  await expect(dialog.getByRole('combobox', { name: 'Kind' })).toHaveValue('statement');
  await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('execution');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('What it cost');
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Make it' }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Report: What it cost', COMPILED);
  const report = await shownReport(page);
  await expect(report.getByRole('heading', { level: 1 })).toHaveText('What it cost');
  await expect(report.getByText('BTC-USDT').first()).toBeVisible();
  expect(await styleIn(page, 'h1', 'font-size')).toBe('26px');
  await expectNoViolations(page);
  await page.reload();
  await shownReport(page);
  const html = await saved(page, 'Download HTML');
  expect(html.name).toMatch(/^what-it-cost-.*\.html$/);
  expect(html.content.toString()).toContain('<style>');

  await page.getByRole('navigation', { name: 'The same once more' }).getByRole('link', { name: 'CSV' }).click();
  await expect(dialog.getByRole('combobox', { name: 'Format' })).toHaveValue('csv');
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(page.getByText('It is a file for elsewhere: CSV.')).toBeVisible(COMPILED);
  const csv = await saved(page, 'Download CSV');
  expect(csv.name).toMatch(/\.csv$/);
  expect(csv.content.toString()).toContain('BTC-USDT');

  await page.getByRole('navigation', { name: 'Oversight pages' }).getByRole('link', { name: 'Reports' }).click();
  const rows = page.getByRole('region', { name: 'Reports, the newest first' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('risk');
  await expect(page.getByText('No report is like that.')).toBeVisible();
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('');
  await page.getByRole('button', { name: 'Delete What it cost' }).first().click();
  await page.getByRole('button', { name: 'Delete the report' }).click();
  await expect(rows).toHaveCount(2);

  await page.getByRole('button', { name: 'Schedule one…' }).click();
  const scheduling = page.getByRole('dialog', { name: 'Schedule a report' });
  await scheduling.getByRole('textbox', { name: 'Name' }).fill('Every morning');
  await scheduling.getByRole('combobox', { name: 'Due' }).selectOption('cron');
  await expectNoViolations(page);
  await scheduling.getByRole('button', { name: 'Schedule it' }).click();
  const schedule = page.getByRole('list', { name: 'Schedules' }).getByRole('listitem').filter({ hasText: 'Every morning' });
  await expect(schedule).toContainText('Cron 30 6 * * 1-5, UTC');
  await expect(schedule).toContainText('06:30:00');
  const { items } = await gateway.api<{ items: { next_at: string | null }[] }>('GET', 'reports/schedules/', { account });
  await expect(schedule.locator('time')).toHaveAttribute('datetime', items[0]?.next_at ?? '');
  await schedule.getByRole('switch', { name: 'Every morning is on' }).press('Space');
  await expect(schedule).toContainText('Switched off.');
  await schedule.getByRole('button', { name: 'Change Every morning' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Due' }).selectOption('weekly');
  await page.getByRole('button', { name: 'Change the schedule' }).click();
  await expect(schedule).toContainText('Every Monday at midnight, UTC');
  await schedule.getByRole('button', { name: 'Its reports' }).click();
  await expect(page).toHaveURL(/schedule=/);
  await expect(page.getByText('No report is like that.')).toBeVisible();
  await expectNoViolations(page);
});

for (const theme of ['dark', 'light'] as const) {
  test(`a backtest has a report, in ${theme} colours and on a phone`, async ({ page, gateway, account }) => {
    await chooseTheme(page, theme);
    const dataset = await importHours(gateway);
    const strategy = { long_entry: 'cross_above(close, sma(close, 20))', long_exit: 'cross_below(close, sma(close, 20))' };
    await gateway.api('POST', 'backtests/', { account, body: { datasets: [dataset], interval: '1h', strategy, name: 'Above its average' } });
    await page.goto(`/jobs?account=${account}`);
    await page.getByRole('link', { name: 'See the result' }).click(COMPILED);
    await page.getByRole('button', { name: 'Make a report…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Make a report' });
    await expect(dialog.getByRole('combobox', { name: 'About' }).getByRole('option', { name: /^Above its average/ })).toHaveCount(1);
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Report: Above its average', COMPILED);
    const report = await shownReport(page);
    await expect(report.getByRole('heading', { level: 2 }).first()).toBeVisible();
    expect(await styleIn(page, 'body', 'background-color')).toBe(theme === 'dark' ? 'rgb(18, 21, 27)' : 'rgb(255, 255, 255)');
    await page.setViewportSize({ width: 375, height: 760 });
    // As high as what is in it, so that there is one place to scroll.
    await expect(async () => {
      const [frame, inside] = await page.evaluate((): [number, number] => {
        const shown = document.querySelector('iframe');
        return [shown?.clientHeight ?? 0, shown?.contentDocument?.body.scrollHeight ?? -1];
      });
      expect(Math.abs(frame - inside)).toBeLessThanOrEqual(2);
    }).toPass();
    const [content, screen] = await page.evaluate((): [number, number] => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(content).toBeLessThanOrEqual(screen);
    await expectNoViolations(page);
  });
}
