// Every page in both themes: shown, named, without a complaint of the browser's or of axe's, and as wide as a phone.
import { SITE } from '../src/site';
import { chooseTheme, expect, goTo, test, violationsOf } from './journey';

/** What axe takes for a page on a busy machine. */
const PAGE_MS = 15_000;

for (const theme of ['dark', 'light'] as const) {
  test(`all pages in ${theme} colours`, async ({ page, account }) => {
    test.setTimeout(SITE.length * PAGE_MS);
    await chooseTheme(page, theme);
    await page.goto(`/?account=${account}`);
    for (const shown of SITE) {
      const { label } = shown;
      await goTo(page, shown);
      await expect(page.getByRole('heading', { level: 1 })).toContainText(label === 'Trading' ? 'Trading BTC-USDT' : label);
      await expect(page).toHaveTitle(label === 'Trading' ? /Trading$/ : new RegExp(label));
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      expect(await violationsOf(page), `${label} in ${theme}`).toEqual([]);
    }
  });
}

test('the settings, the palette and the review are for everybody too', async ({ page, account }) => {
  await page.goto(`/trading/BTC-USDT?account=${account}`);
  await page.getByRole('button', { name: 'Settings and keys' }).click();
  await expect(page.getByRole('dialog')).toContainText('Ctrl+K');
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: /^Search/ })).toBeFocused();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.type('eth');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/trading\/ETH-USDT/);
  await expect(page).toHaveURL(new RegExp(`account=${account}`));
});

test('deep links are there after a reload, and what is nowhere says so', async ({ page, account }) => {
  await page.goto(`/trading/ETH-USDT?interval=15m&account=${account}`);
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trading ETH-USDT');
  await expect(page.getByRole('radio', { name: '15m' })).toBeChecked();
  await page.goto('/trading/NO-SUCH');
  await expect(page.getByText('There is no symbol NO-SUCH.')).toBeVisible();
  await page.evaluate(() => {
    history.pushState({}, '', '/nowhere');
    dispatchEvent(new PopStateEvent('popstate'));
  });
  await expect(page.getByText('There is no such page.')).toBeVisible();
});

test('no page is wider than a phone', async ({ page, account }) => {
  test.setTimeout(SITE.length * PAGE_MS);
  await page.setViewportSize({ width: 375, height: 760 });
  for (const { to, label } of SITE) {
    await page.goto(`${to}?account=${account}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(label);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    const [content, screen] = await page.evaluate((): [number, number] => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(content, label).toBeLessThanOrEqual(screen);
  }
});

test('colours, times and keys are chosen once and kept', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Settings and keys' }).click();
  await page.getByText('Blue and orange').click();
  await page.getByRole('switch', { name: /rising prices in red/ }).click({ force: true });
  await page.getByText('Local', { exact: true }).click();
  await page.reload();
  const root = page.locator('html');
  await expect(root).toHaveAttribute('data-palette', 'safe');
  await expect(root).toHaveAttribute('data-red-up', 'true');
  await page.getByRole('button', { name: 'Settings and keys' }).click();
  await expect(page.getByRole('radio', { name: 'Local' })).toBeChecked();
});
