// A strategy in Python, from a file in the folder of strategies to its backtest.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Gateway } from './gateway';
import { expect, test, violationsOf } from './journey';
import { importHours } from './prices';

/** The first backtest of a gateway may wait for its compiler. */
const COMPILED_MS = 120_000;
const SMA_CROSS = `
from typing import Annotated

import numpy as np
from analytics.strategies import Between, Signals, Strategy


class SmaCross(Strategy):
    """Long while a fast average of closes is above a slow one."""

    fast: Annotated[int, Between(2, 500)] = 20
    slow: Annotated[int, Between(3, 500)] = 50

    def signals(self, bars):
        gap = bars.series("sma(close, p.fast) - sma(close, p.slow)", fast=self.fast, slow=self.slow)
        before = np.append(np.nan, gap[:-1])
        return Signals(long_entry=(gap > 0) & (before <= 0), long_exit=(gap < 0) & (before >= 0))
`;

function folderOfStrategies(): string {
  const folder = mkdtempSync(join(process.env.E2E_FOLDER ?? '', 'strategies-'));
  writeFileSync(join(folder, 'sma_cross.py'), SMA_CROSS);
  writeFileSync(join(folder, 'broken.py'), 'def signals(\n');
  return folder;
}

test('a strategy in Python is chosen in the place of conditions, run with other numbers, and cloned', async ({ page }) => {
  test.setTimeout(COMPILED_MS + 60_000);
  const own = await Gateway.start({ STRATEGY_DIR: folderOfStrategies() });
  try {
    await importHours(own);
    await page.goto(`${own.url}/backtests`);
    await page.getByRole('combobox', { name: 'Add bars of' }).selectOption({ label: 'WAVE-USDT 1h, 2025-01-01 to 2025-12-31' });
    const decides = page.getByRole('combobox', { name: 'What decides' });
    await expect(decides.getByRole('option', { name: 'broken' })).toBeDisabled();
    await decides.selectOption('sma_cross');
    await expect(page.getByText('Long while a fast average of closes is above a slow one.')).toBeVisible();
    await expect(page.getByRole('textbox', { name: /^Buy when/ })).toHaveCount(0);
    const slow = page.getByRole('textbox', { name: 'slow' });
    await expect(slow).toHaveValue('50');
    await slow.fill('40');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run the backtest' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Backtest: WAVE-USDT', { timeout: COMPILED_MS });
    await expect(page.getByRole('region', { name: 'What was asked' })).toContainText('sma_cross in Python, fast 20, slow 40');
    await page.getByRole('button', { name: 'Clone it' }).click();
    await expect(decides).toHaveValue('sma_cross');
    await expect(slow).toHaveValue('40');
  } finally {
    await page.goto('about:blank'); // whose gateway is gone would complain
    await own.stop();
  }
});
