// Strategies from the page: one that trades a replay, is watched, halted, resumed and stopped; and one that a factor decides.
import type { Page } from '@playwright/test';
import type { Gateway } from './gateway';
import { chooseTheme, expect, goTo, isChartDrawn, openTrading, test, violationsOf } from './journey';
import { importHours } from './prices';
import { importSample } from './session';

// The first run loads what computes, and compiles it where nobody has: half a minute.
const COMPILED = { timeout: 90_000 };
test.describe.configure({ timeout: 240_000 });

/** Fills of a backtest that are those of a replay. */
const AS_REPLAYED = { fill_at: 'signal_close', path: 'nearer', limit_fill: 'touch', spread: 'bar' };
const STRATEGIES = { label: 'Strategies' };

test.afterEach(async ({ gateway }) => {
  await gateway.api('PUT', 'feed/', { body: { source: 'simulated', paused: false, speed: 1 } });
});

const step = (gateway: Gateway, steps: number) => gateway.api('POST', 'feed/step/', { body: { steps } });
const signals = (page: Page) => page.getByRole('region', { name: 'Signals of the run' }).getByRole('row');

async function expectNoViolations(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  expect(await violationsOf(page)).toEqual([]);
}

test.describe('on a replay', () => {
  // What is refused while it is halted is noted by the browser.
  test.use({ allowed: /status of 4(00|22)/ });

  test('a strategy is written from a template, trades, has an alert acknowledged, is halted, resumed, changed and stopped', async ({ page, gateway, account }) => {
    const dataset = await importSample(page, account);
    await gateway.api('PUT', 'feed/', { body: { source: 'replay', dataset, speed: 1, paused: true } });
    await gateway.api('POST', 'alerts/', { account, body: { name: 'Rising bar', severity: 'critical', condition: { kind: 'expression', expression: 'close > open', symbol: 'SAMPLE-USDT', interval: '1m' }, repeat: 'once' } });

    await goTo(page, STRATEGIES);
    await expect(page.getByText('No strategies yet.')).toBeVisible();
    await page.getByRole('combobox', { name: 'Begin with', exact: true }).selectOption({ label: 'Crossing of simple averages' });
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Quick crossing');
    await page.getByRole('combobox', { name: 'Add a symbol' }).selectOption('SAMPLE-USDT');
    await page.getByRole('combobox', { name: 'At the close of bars of' }).selectOption('1m');
    await page.getByRole('textbox', { name: 'p.fast', exact: true }).fill('3');
    await page.getByRole('textbox', { name: 'p.slow', exact: true }).fill('8');
    await expectNoViolations(page);
    await page.getByRole('button', { name: 'Keep the strategy' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Strategy: Quick crossing');

    await page.getByRole('button', { name: 'Start…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start Quick crossing' });
    await dialog.getByRole('textbox', { name: 'p.slow' }).fill('2000');
    await dialog.getByRole('button', { name: /^Start version 1/ }).click();
    await expect(dialog.getByText('From 3 to 1000.')).toBeVisible();
    await dialog.getByRole('textbox', { name: 'p.slow' }).fill('9');
    await dialog.getByRole('switch', { name: /^Wait for its/ }).press('Space');
    await expectNoViolations(page);
    await dialog.getByRole('button', { name: /^Start version 1/ }).click();
    await expect(dialog).toHaveCount(0, COMPILED);
    const run = page.getByRole('region', { name: 'The chosen run' });
    await expect(run).toContainText('with fast 3, slow 9');
    await expect(run).toContainText('Waits for a market of SAMPLE-USDT'); // which is there with its first step
    await step(gateway, 3);
    await expect(run).toContainText('Running', COMPILED);

    await step(gateway, 90);
    await expect(signals(page).filter({ hasText: 'Ordered' }).first()).toBeVisible(COMPILED);
    await expect(signals(page).filter({ hasText: 'ts_mean(close, 3)' }).first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'Figures of the run' })).toContainText(/[1-9]\d* fills/);
    await expectNoViolations(page);

    await expect(page.getByTestId('alert-count')).toHaveText(/^1 /, COMPILED);
    await page.getByRole('link', { name: 'See them on the chart of SAMPLE-USDT' }).click();
    await expect(page.getByRole('img', { name: /[1-9]\d* signals of a strategy/ })).toBeVisible();
    await expect.poll(() => isChartDrawn(page)).toBe(true);
    await goTo(page, { label: 'Dashboard' });
    await expect(page.getByRole('list', { name: 'Runs of strategies' })).toContainText('Quick crossing');
    await page.getByRole('link', { name: 'All alerts' }).click();
    await page.getByRole('button', { name: 'Acknowledge all 1 shown' }).click();
    await expect(page.getByTestId('alert-count')).toHaveCount(0);

    // Halted, it says what it would do and why it does not; resumed, it goes on.
    await goTo(page, STRATEGIES);
    await page.getByRole('link', { name: 'Quick crossing' }).click();
    await run.getByRole('link', { name: 'Its own' }).click();
    await goTo(page, { label: 'Risk' });
    await page.getByRole('button', { name: 'Halt…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('A drill.');
    await page.getByRole('dialog').getByRole('button', { name: /^Halt Quick crossing/ }).click();
    await expect(page.getByTestId('risk-state')).toHaveText(/HALTED/);
    await step(gateway, 60);
    await page.goto(`/strategies?account=${account}`);
    await page.getByRole('link', { name: 'Quick crossing' }).click();
    await page.getByRole('combobox', { name: 'What came of it' }).selectOption('refused');
    await expect(signals(page).filter({ hasText: 'Trading of the account is halted.' }).first()).toBeVisible();
    await expect(page).toHaveURL(/outcome=refused/);
    await run.getByRole('link', { name: 'Its own' }).click();
    await goTo(page, { label: 'Risk' });
    await page.getByRole('button', { name: 'Resume…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('It was a drill.');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('risk-state')).toHaveText(/ACTIVE/);
    await page.goto(`/strategies?account=${account}`);
    await page.getByRole('link', { name: 'Quick crossing' }).click();
    await expect(signals(page).nth(1)).toBeVisible();
    const before = await page.getByRole('region', { name: 'Figures of the run' }).textContent();
    await step(gateway, 60);
    await expect(page.getByRole('region', { name: 'Figures of the run' })).not.toHaveText(before ?? '');

    // A change is the next version, held against the first one.
    await page.getByRole('button', { name: 'Change…' }).click();
    await page.getByRole('textbox', { name: /^Buy when/ }).fill('cross_above(ema(close, p.fast), sma(close, p.slow))');
    await page.getByRole('textbox', { name: 'What is changed, and why' }).fill('turns sooner');
    await page.getByRole('button', { name: 'Save as version 2' }).click();
    const differences = page.getByRole('region', { name: 'Differences of the versions' });
    await expect(differences.getByRole('row', { name: /^Buy when/ }).locator('ins')).toHaveText('ema');
    await expect(run).toContainText('Version 1');
    await expectNoViolations(page);

    await page.getByRole('button', { name: 'Stop this run…' }).click();
    await page.getByRole('radio', { name: 'Close its positions' }).check();
    await page.getByRole('button', { name: 'Stop, and close its positions' }).click();
    await expect(run).toContainText('Stopped');
    await expect(page.getByText('It holds nothing now.')).toBeVisible(COMPILED);
    await page.reload();
    await expect(run).toContainText('Stopped');
    await page.getByRole('button', { name: 'Backtest it' }).click();
    await expect(page.getByRole('textbox', { name: /^Buy when/ })).toHaveValue('cross_above(ema(close, p.fast), sma(close, p.slow))');
    await expect(page.getByRole('list', { name: 'Bars of' })).toContainText('SAMPLE-USDT');
  });
});

test('a factor that has a name decides a strategy, which is started on an account that is there', async ({ page, gateway, account }) => {
  await gateway.api('POST', 'factors/', { account, body: { name: 'push', expression: 'returns(close, p.n)', parameters: { n: 2 } } });
  await page.goto(`/factors?account=${account}`);
  await page.getByRole('region', { name: 'Named factors' }).getByRole('link', { name: /^Trade / }).click();
  const form = page.getByRole('form', { name: 'New strategy' });
  await expect(form.getByRole('textbox', { name: /^Buy when/ })).toHaveValue('(returns(close, p.n)) > 0');
  await expect(form.getByText(/Yes or no for each bar, settled after/).first()).toBeVisible();
  await form.getByRole('combobox', { name: 'Add a symbol' }).selectOption('BTC-USDT');
  await form.getByRole('combobox', { name: 'At the close of bars of' }).selectOption('1m');
  await form.getByRole('combobox', { name: 'How much' }).selectOption('fixed');
  await form.getByRole('textbox', { name: 'Quantity' }).fill('0.01');
  await form.getByRole('button', { name: 'Keep the strategy' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Strategy: push');
  await page.getByRole('button', { name: 'Start…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Start push' });
  await dialog.getByRole('radio', { name: /^The account/ }).check();
  await expect(dialog.getByRole('textbox', { name: 'Money to begin with' })).toHaveCount(0);
  await dialog.getByRole('switch', { name: /^Wait for its/ }).press('Space');
  await dialog.getByRole('button', { name: /^Start version 1/ }).click();
  await expect(dialog).toHaveCount(0, COMPILED);
  await expect(page.getByRole('region', { name: 'The chosen run' })).toContainText('on the account');
  await gateway.api('PUT', 'feed/', { body: { speed: 60, paused: false } });
  await expect(signals(page).filter({ hasText: 'Ordered' }).first()).toBeVisible(COMPILED);
  await expect(signals(page).filter({ hasText: 'delay(close, 2)' }).first()).toBeVisible(); // the factor, as it is computed
});

test('a program is backtested with other numbers, from the strategy that it is', async ({ page, gateway, account }) => {
  await importHours(gateway);
  const program = { kind: 'dca', notional: '100', every_bars: 24 };
  const { id } = await gateway.api<{ id: string }>('POST', 'strategies/', { account, body: { name: 'Every day', symbols: ['WAVE-USDT'], interval: '1h', program } });
  await page.goto(`/strategies/${id}?account=${account}`);
  await page.getByRole('button', { name: 'Backtest it' }).click();
  const form = page.getByRole('form', { name: 'Backtest' });
  await expect(form.getByRole('combobox', { name: 'Program' })).toHaveValue('dca');
  await form.getByRole('textbox', { name: 'Every so many bars' }).fill('48');
  await expectNoViolations(page);
  await form.getByRole('button', { name: 'Run the backtest' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Backtest: Every day', COMPILED);
  await expect(page.getByRole('region', { name: 'What was asked' })).toContainText('dca, notional 100, every bars 48');
  await page.getByRole('button', { name: 'Clone it' }).click();
  await expect(form.getByRole('textbox', { name: 'Every so many bars' })).toHaveValue('48');
});

test('a strategy is rehearsed on a data set, and what came of it is kept and held against its backtest', async ({ page, gateway, account }) => {
  const dataset = await importSample(page, account);
  const { id } = await gateway.api<{ id: string }>('POST', 'strategies/', { account, body: { name: 'Crossing', template: 'sma-cross', symbols: ['SAMPLE-USDT'], interval: '1m' } });
  await page.goto(`/strategies/${id}?account=${account}`);
  await page.getByRole('button', { name: 'Rehearse…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rehearse Crossing' });
  await dialog.getByRole('textbox', { name: 'p.fast' }).fill('3');
  await dialog.getByRole('textbox', { name: 'p.slow' }).fill('9');
  await expectNoViolations(page);
  await dialog.getByRole('button', { name: 'Rehearse version 1' }).click();
  await expect(dialog).toHaveCount(0);
  const figures = page.getByRole('region', { name: 'Figures of the rehearsal' });
  await expect(figures).toContainText('Deepest fall', COMPILED);
  await expect(page.getByRole('region', { name: 'Orders of the rehearsal' })).toContainText('entry');
  await expectNoViolations(page);
  await page.reload();
  await expect(figures).toContainText('Deepest fall');

  const { version } = await gateway.api<{ version: { strategy: object } }>('GET', `strategies/${id}/`, { account });
  const asked = { name: 'Crossing', datasets: [dataset], interval: '1m', strategy: { ...version.strategy, parameters: { fast: 3, slow: 9 } }, fills: AS_REPLAYED };
  const job = await gateway.api<{ id: string }>('POST', 'backtests/', { account, body: asked });
  await gateway.ended(job.id, account, COMPILED.timeout);
  await page.getByRole('link', { name: 'Beside a backtest' }).click();
  await expect(page.getByRole('combobox', { name: 'Session' }).locator('option:checked')).toHaveText(/^Rehearsal /);
  await page.getByRole('combobox', { name: 'Backtest' }).selectOption({ index: 1 });
  await expect(page.getByText('Orders of the backtest')).toBeVisible();
  await expect(page).toHaveURL(/rehearsal=.*backtest=|backtest=.*rehearsal=/);
  await expectNoViolations(page);
});

for (const theme of ['dark', 'light'] as const) {
  test(`strategies are for everybody, in ${theme} colours and on a phone`, async ({ page, gateway, account }) => {
    await chooseTheme(page, theme);
    const make = (body: object) => gateway.api<{ id: string }>('POST', 'strategies/', { account, body });
    const { id } = await make({ name: 'Always in', symbols: ['BTC-USDT', 'ETH-USDT'], interval: '1m', strategy: { long_entry: 'close > p.level', parameters: { level: 0 }, sizing: { kind: 'equity_share', percent: '20' } }, bounds: { level: { least: 0, most: 10 } } });
    await make({ name: 'Every day', symbols: ['BTC-USDT'], interval: '1h', program: { kind: 'dca', notional: '100', every_bars: 24 } });
    await gateway.api('PATCH', `strategies/${id}/`, { account, body: { leverage: 2, note: 'bolder' } });
    await gateway.api('POST', `strategies/${id}/start/`, { account, body: { wait_for_warm_up: false } });
    await gateway.api('PUT', 'feed/', { body: { speed: 60, paused: false } });
    const places = ['/strategies?', `/strategies/${id}?`, `/strategies/${id}?do=change`, '/?'];
    for (const place of places) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(`${place}&account=${account}`);
      await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
      if (place.includes(id)) await expect(signals(page).nth(1)).toBeVisible(COMPILED);
      await expectNoViolations(page);
      await page.setViewportSize({ width: 375, height: 760 });
      const [content, screen] = await page.evaluate((): [number, number] => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(content, place).toBeLessThanOrEqual(screen);
    }
    await openTrading(page, account);
    await expect(page.getByRole('button', { name: 'Signals' })).toHaveAttribute('aria-pressed', 'true');
    await gateway.api('POST', `strategies/${id}/stop/`, { account, body: { mode: 'close' } });
  });
}
