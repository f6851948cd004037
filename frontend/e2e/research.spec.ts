// Research from the page: a mistake in a rule explained and mended, its backtest, its trades, two side by side, and a sweep by keyboard.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { chooseTheme, expect, isChartDrawn, test, violationsOf } from './journey';
import { importDays, importHours } from './prices';

/** The first backtest of a gateway may wait for its compiler. */
const COMPILED_MS = 120_000;
const CROSS = { long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))', long_exit: 'cross_below(sma(close, p.fast), sma(close, p.slow))' };

async function expectNoViolations(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  expect(await violationsOf(page)).toEqual([]);
}

async function expectAsWideAsAPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 375, height: 760 });
  const [content, screen] = await page.evaluate((): [number, number] => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(content).toBeLessThanOrEqual(screen);
}

test.describe('a rule with a mistake', () => {
  test.use({ allowed: /status of 4(00|22)/ });
  test.describe.configure({ timeout: COMPILED_MS + 60_000 });

  test('is explained, mended, tested, looked at trade by trade, and compared', async ({ page, gateway, account }) => {
    await importHours(gateway);
    await page.goto(`/backtests?account=${account}`);
    await page.getByRole('combobox', { name: 'Add bars of' }).selectOption({ label: 'WAVE-USDT 1h, 2025-01-01 to 2025-12-31' });
    const buy = page.getByRole('textbox', { name: 'Buy when' });
    await buy.pressSequentially('cross_ab');
    await expect(page.getByRole('option', { name: /^cross_above/ })).toBeVisible();
    await expectNoViolations(page);
    await page.keyboard.press('Enter');
    await buy.pressSequentially('emaa(close, p.fast), em');
    await expect(page.getByRole('option', { name: /^ema/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await buy.pressSequentially('close, p.slow');
    await expect(page.getByRole('note', { name: 'About ema' })).toContainText('Exponential average');
    await expect(page.getByText(/Column 13: There is no operator 'emaa'/)).toBeVisible();
    await expect(page.getByTestId('mistake')).toHaveText('emaa');
    await expectNoViolations(page);
    const box = await buy.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 16); // on the first word
    await expect(page.getByRole('note', { name: 'About cross_above' })).toBeVisible();
    await page.getByRole('button', { name: 'Use ema' }).click();
    await expect(buy).toHaveValue('cross_above(ema(close, p.fast), ema(close, p.slow))');
    await page.getByRole('textbox', { name: 'Sell when' }).fill('cross_below(ema(close, p.fast), ema(close, p.slow))');
    await page.getByRole('textbox', { name: 'p.fast' }).fill('10');
    await page.getByRole('textbox', { name: 'p.slow' }).fill('40');
    await expect(page.getByText('settled after 409 bars').first()).toBeVisible();
    await page.getByRole('button', { name: 'Run the backtest' }).click();

    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Backtest: WAVE-USDT', { timeout: COMPILED_MS });
    await expect(page.getByRole('region', { name: 'Figures of the backtest' })).toContainText('the first trial on these bars');
    await page.getByRole('button', { name: 'Trade 3, show it on the chart' }).click();
    await expect(page.getByTestId('chosen-trade')).toContainText('Trade 3: ▲ Long');
    await expect(page.getByRole('img', { name: /around trade 3/ })).toBeInViewport();
    await expect.poll(() => isChartDrawn(page)).toBe(true);
    await page.reload();
    await expect(page.getByTestId('chosen-trade')).toContainText('Trade 3');
    await expect(page).toHaveURL(/trade=3/);

    await page.getByRole('button', { name: 'Clone it' }).click();
    await page.getByRole('combobox', { name: 'Stop', exact: true }).selectOption('percent');
    await page.getByRole('textbox', { name: 'Stop, percent' }).fill('1');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('With a stop');
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Backtest: With a stop');
    await expect(page.getByRole('region', { name: 'How far to believe it' })).toContainText('2 runs were tried on these bars');

    await page.getByRole('navigation', { name: 'Research pages' }).getByRole('link', { name: 'Backtests' }).click();
    await page.getByRole('checkbox', { name: /^Compare With a stop/ }).check();
    await page.getByRole('checkbox', { name: /^Compare WAVE-USDT/ }).check();
    await page.getByRole('button', { name: 'Compare 2' }).click();
    await expect(page.getByRole('region', { name: 'Differences' })).toContainText('strategy stop percent');
    await expect(page.getByText('All ran over the very same bars.')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('region', { name: 'Figures side by side' })).toContainText('Sharpe ratio');
  });
});

test('a sweep is walked through by keyboard, and a cell opens its backtest', async ({ page, gateway, account }) => {
  test.setTimeout(COMPILED_MS + 60_000);
  const dataset = await importHours(gateway);
  const asked = { datasets: [dataset], interval: '1h', strategy: { ...CROSS, parameters: { fast: 10, slow: 40 } }, name: 'Crossing' };
  const { id } = await gateway.api<{ id: string }>('POST', 'backtests/', { account, body: asked });
  const run = await gateway.ended<{ result: { backtest_id: string } | null }>(id, account, COMPILED_MS);
  await page.goto(`/backtests/${run.result?.backtest_id ?? ''}?account=${account}`);
  await page.getByRole('button', { name: 'Sweep its parameters' }).click();
  const axes = { 'p.fast': ['6', '14', '2'], 'p.slow': ['30', '50', '5'] };
  for (const [name, [from = '', to = '', step = '']] of Object.entries(axes)) {
    await page.getByRole('textbox', { name: `${name} from` }).fill(from);
    await page.getByRole('textbox', { name: `${name} to` }).fill(to);
    await page.getByRole('textbox', { name: `${name} step` }).fill(step);
  }
  await expect(page.getByTestId('combinations')).toHaveText('25 combinations');
  await page.getByRole('button', { name: 'Run the sweep' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sweep: Crossing', { timeout: COMPILED_MS });
  await expect(page.getByRole('region', { name: 'The best of the sweep' })).toContainText('26 trials on these bars');
  const cells = page.getByRole('gridcell');
  await expect(cells).toHaveCount(25);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const lines = readFileSync(await (await download).path(), 'utf8').trim().split('\r\n');
  expect(lines[0]).toMatch(/^p\.fast,p\.slow,number,total_return/);
  expect(lines).toHaveLength(26);
  await page.getByRole('switch', { name: 'Mean with its neighbours' }).press('Space');
  await expect(page.getByRole('grid', { name: /^mean Sharpe ratio/ })).toBeVisible();
  await page.locator('[role="gridcell"][tabindex="0"]').focus();
  const keys = ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'Home', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight'];
  for (const key of keys) await page.keyboard.press(key);
  await expect(page.getByRole('gridcell', { name: /^fast 10, slow 40/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Backtest: Crossing: fast 10, slow 40');
  // The cell's backtest is the one that the sweep came from.
  await expect(page.getByText(/^Round trips/).first()).toBeVisible();
  await page.goto(`/jobs?account=${account}`);
  await expect(page.getByRole('row', { name: /^Sweep/ })).toContainText('Succeeded');
});

test('a factor is written, judged, and used in a strategy', async ({ page, gateway, account }) => {
  test.setTimeout(2 * COMPILED_MS);
  await importDays(gateway);
  await page.goto(`/factors?account=${account}`);
  const form = page.getByRole('form', { name: 'Factor' });
  await form.getByRole('textbox', { name: 'Name' }).fill('reversal');
  await form.getByRole('textbox', { name: /^Expression/ }).fill('-returns(close, p.bars)');
  await form.getByRole('textbox', { name: 'p.bars' }).fill('5');
  await form.getByRole('button', { name: 'Save the factor' }).click();

  const judge = page.getByRole('form', { name: 'Judge a factor' });
  await expect(judge.getByRole('combobox', { name: 'Factor', exact: true })).toHaveValue('reversal');
  await judge.getByRole('combobox', { name: 'Add bars of' }).selectOption({ label: 'D1-USDT 1d, 2025-01-01 to 2026-05-15' });
  await judge.getByRole('button', { name: /^Add all \d+ data sets of 1d$/ }).click();
  await judge.getByRole('button', { name: 'Make the tear sheet' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tear sheet: reversal', { timeout: COMPILED_MS });
  await expect(page.getByRole('region', { name: 'Figures of the factor' })).toContainText('Rank IC over 1 bar');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tear sheet: reversal');

  await page.getByRole('navigation', { name: 'Research pages' }).getByRole('link', { name: 'Factors' }).click();
  await page.getByRole('link', { name: 'Backtest reversal' }).click();
  await expect(page.getByRole('textbox', { name: 'Buy when' })).toHaveValue('cross_above(-returns(close, p.bars), p.buy)');
  await page.getByRole('textbox', { name: 'p.buy' }).fill('0.01');
  await page.getByRole('combobox', { name: 'Add bars of' }).selectOption({ label: 'D1-USDT 1d, 2025-01-01 to 2026-05-15' });
  await expect(page.getByText('settled after').first()).toBeVisible();
  await page.getByRole('button', { name: 'Run the backtest' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Backtest: reversal', { timeout: COMPILED_MS });
  await expect(page.getByRole('region', { name: 'What was asked' })).toContainText('bars 5, buy 0.01');
});

for (const theme of ['dark', 'light'] as const) {
  test(`results, a sweep and a tear sheet are for everybody, in ${theme} colours and on a phone`, async ({ page, gateway, account }) => {
    test.setTimeout(COMPILED_MS + 60_000);
    await chooseTheme(page, theme);
    const dataset = await importHours(gateway);
    const days = await importDays(gateway);
    const asked = { datasets: [dataset], interval: '1h', strategy: { ...CROSS, stop: { kind: 'percent', percent: '1' }, target: { kind: 'percent', percent: '1' } } };
    const post = async (path: string, body: object) => {
      const { id } = await gateway.api<{ id: string }>('POST', path, { account, body });
      return gateway.ended<{ id: string; result: Record<string, string> | null }>(id, account, COMPILED_MS);
    };
    const run = await post('backtests/', { ...asked, strategy: { ...asked.strategy, parameters: { fast: 10, slow: 40 } } });
    const sweep = await post('backtests/sweeps/', { ...asked, parameters: { fast: { values: [5, 10, 20] }, slow: { values: [30, 60, 90] } } });
    const walk = await post('backtests/walk-forward/', { ...asked, parameters: { fast: { values: [5, 10] }, slow: { values: [30, 60] } }, train_bars: 2000, test_bars: 1000 });
    const sheet = await post('factors/evaluate/', { expression: '-returns(close, 5)', datasets: days, interval: '1d' });
    const places = [
      `/backtests/${run.result?.backtest_id ?? ''}?trade=2`,
      `/backtests?clone=${run.result?.backtest_id ?? ''}`,
      `/sweeps/${sweep.result?.sweep_id ?? ''}?`,
      `/sweeps/${walk.result?.walk_forward_id ?? ''}?kind=walk_forward`,
      `/factors?sheet=${sheet.id}`,
      '/factors?judge=alpha158.ROC20',
    ];
    for (const place of places) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`${place}&account=${account}`);
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
      await expectNoViolations(page);
      await expectAsWideAsAPhone(page);
    }
  });
}
