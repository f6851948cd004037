// Journeys in the system's own Chromium on a real gateway; no browser is downloaded.
import { spawnSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function chromium(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of NAMES) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (found.status === 0) return found.stdout.trim();
  }
  throw new Error('No Chromium on the PATH; CHROMIUM_PATH may name one.');
}

export default defineConfig({
  testDir: 'e2e',
  // Each worker has a gateway and a market of its own: what a test does to the feed, the next one of its worker would see.
  workers: 2,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: process.env.CI ? [['line']] : [['list']],
  outputDir: 'test-results',
  globalSetup: './e2e/prepare.ts',
  use: {
    viewport: { width: 1440, height: 900 },
    // Everything but a film of the page: that alone took a fifth of the computing, and what failed has a picture.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: chromium(), args: ['--no-sandbox', '--disable-dev-shm-usage'] },
  },
});
