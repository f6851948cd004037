// Questions about bars: asked with the options of their kind, answered at an address of their own, and deleted.
import type { Page } from '@playwright/test';
import { expect, isChartDrawn, test, violationsOf } from './journey';
import { importDays } from './prices';

const ANSWERED = { timeout: 60_000 };
const DAYS = { label: 'D1-USDT 1d, 2025-01-01 to 2026-05-15' };

const form = (page: Page) => page.getByRole('form', { name: 'Analysis' });
const title = (page: Page) => page.getByRole('heading', { level: 1 });

async function expectNoViolations(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  expect(await violationsOf(page)).toEqual([]);
}

test('how far prices move and which go together is asked, kept at an address, and deleted', async ({ page, gateway, account }) => {
  test.setTimeout(150_000);
  await importDays(gateway);
  await page.goto(`/analyses?account=${account}`);
  await expect(page.getByText('No analyses yet.')).toBeVisible();
  await form(page).getByRole('button', { name: 'Analyse' }).click();
  await expect(form(page).getByText('Choose one symbol or data set.')).toBeVisible();
  await form(page).getByRole('combobox', { name: 'Add bars of' }).selectOption(DAYS);
  await form(page).getByRole('textbox', { name: 'Window, bars' }).fill('30');
  await expectNoViolations(page);
  await form(page).getByRole('button', { name: 'Analyse' }).click();
  await expect(title(page)).toHaveText('Volatility of D1-USDT', ANSWERED);
  await expect(page.getByRole('region', { name: 'Volatility now' })).toContainText('over 30 bars');
  await page.getByRole('combobox', { name: 'Beside closes' }).selectOption({ label: 'Parkinson' });
  await expect.poll(() => isChartDrawn(page)).toBe(true);
  await expectNoViolations(page);
  await page.reload();
  await expect(title(page)).toHaveText('Volatility of D1-USDT');

  await page.getByRole('navigation', { name: 'Research pages' }).getByRole('link', { name: 'Analyses' }).click();
  await form(page).getByRole('combobox', { name: 'Question' }).selectOption({ label: 'Correlation' });
  await form(page).getByRole('combobox', { name: 'Add bars of' }).selectOption(DAYS);
  await form(page).getByRole('button', { name: /^Add all \d+ data sets of 1d$/ }).click();
  await form(page).getByRole('textbox', { name: 'Name' }).fill('Which go together');
  await form(page).getByRole('button', { name: 'Analyse' }).click();
  await expect(title(page)).toHaveText('Which go together', ANSWERED);
  const matrix = page.getByRole('region', { name: 'Correlations' });
  await expect(matrix.getByRole('row', { name: /^D1-USDT/ })).toContainText('1.00');
  const before = await matrix.textContent();
  await page.getByText('Of ranks', { exact: true }).click();
  await expect(matrix).not.toHaveText(before ?? '');
  await expectNoViolations(page);
  await page.setViewportSize({ width: 375, height: 760 });
  const [content, screen] = await page.evaluate((): [number, number] => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(content).toBeLessThanOrEqual(screen);

  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the analysis' }).click();
  await expect(title(page)).toHaveText('Analyses');
  const kept = page.getByRole('region', { name: 'Analyses', exact: true });
  await expect(kept).toContainText('Volatility of D1-USDT');
  await expect(kept).not.toContainText('Which go together');
});
