// The first run: a sample file goes in, is looked at, and becomes a market.
import { expect, isChartDrawn, test } from './journey';

test.beforeEach(async ({ gateway }) => {
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated' } });
  // The first steps are offered while there are no files: other tests leave theirs.
  const { items } = await gateway.api<{ items: { id: string }[] }>('GET', 'datasets/?limit=500');
  for (const { id } of items) await gateway.api('DELETE', `datasets/${id}/`);
});

test.afterEach(async ({ gateway }) => {
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated' } });
});

test('a file is imported, seen on the chart, and replayed', async ({ page, account }) => {
  await page.goto(`/?account=${account}`);
  await page.getByRole('link', { name: 'Import a price file, or the sample' }).click();
  await page.getByRole('button', { name: 'Take the sample file' }).click();
  await expect(page.getByRole('region', { name: 'First rows of the file' })).toContainText('2024-03-01');
  await expect(page.getByRole('combobox', { name: 'Close' })).toHaveValue('close');
  await page.getByRole('button', { name: 'Import SAMPLE-USDT-1m.csv' }).click();
  await expect(page.getByText('Succeeded')).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'SAMPLE-USDT' }).first()).toContainText('720');
  await expect(page.getByRole('heading', { name: 'Quality of SAMPLE-USDT' })).toBeVisible();
  await expect.poll(() => isChartDrawn(page)).toBe(true);

  await page.getByRole('button', { name: 'As table' }).click();
  await expect(page.getByRole('region', { name: 'Candles of SAMPLE-USDT' })).toContainText('01 Mar 2024');

  await page.getByRole('button', { name: 'Replay as market' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trading SAMPLE-USDT');
  await expect(page.getByTestId('last-price')).toHaveText(/\d/);
  await page.getByRole('button', { name: 'Pause the market' }).click();
  await expect(page.getByTestId('light-engine')).toHaveAttribute('aria-label', /Paused/);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
  await page.getByRole('button', { name: 'Play the market' }).click();
  await expect(page.getByTestId('light-engine')).toHaveAttribute('aria-label', /Running/);

  await page.goto(`/?account=${account}`);
  await expect(page.getByRole('region', { name: 'First steps' })).toContainText('Import a price file, or the sample done');
});

test('a file that cannot be read says what is wrong before it is imported', async ({ page, account }) => {
  await page.goto(`/data?account=${account}`);
  await page.locator('input[type="file"]').setInputFiles({
    name: 'odd.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('a,b,c\nx,y,z\nx,y,z\n'),
  });
  await expect(page.getByRole('alert').first()).toBeVisible();
});
