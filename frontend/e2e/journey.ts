// What every journey begins with: a gateway, an account of its own, and a page that may not complain.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Locator, type Page, test as base } from '@playwright/test';
import type { SitePage } from '../src/site';
import { Gateway } from './gateway';

export { expect } from '@playwright/test';

interface Own {
  account: string;
  /** What a journey that breaks something on purpose expects the browser to complain about. */
  allowed: RegExp;
  complaints: string[];
}

export const test = base.extend<Own, { gateway: Gateway }>({
  gateway: [
     
    async ({}, use) => {
      const gateway = await Gateway.start();
      await use(gateway);
      await gateway.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ gateway }, use) => use(gateway.url),
  account: async ({ gateway }, use) => {
    const opened = await gateway.api<{ id: string }>('POST', 'accounts/', {
      body: { name: 'Journey', type: 'cash', base_currency: 'USDT', balances: { USDT: '100000', BTC: '1' } },
    });
    await use(opened.id);
  },
   
  allowed: async ({}, use) => use(/^(?!)/),
  complaints: [
    async ({ page, allowed }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        // The browser's advice on reading a canvas faster: no fault of a page.
        if (message.text().startsWith('Canvas2D: Multiple readback')) return;
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (fault) => complaints.push(fault.message));
      await use(complaints);
      expect(complaints.filter((each) => !allowed.test(each))).toEqual([]);
    },
    { auto: true },
  ],
});

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary: string }[];
}

/** Everything axe objects to on the page as it is. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } };
    const result = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return result.violations;
  });
  return found.map((each) => `${each.id}: ${each.nodes.map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`).join(' | ').slice(0, 900)}`);
}

export async function chooseTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.addInitScript((chosen) => localStorage.setItem('sandbar.theme', chosen), theme);
}

/** To a page by the navigation; where several share an entry, by the links on top of them. */
export async function goTo(page: Page, { label, group }: Pick<SitePage, 'label' | 'group'>): Promise<void> {
  const pages = page.getByRole('navigation', { name: 'Pages', exact: true });
  await pages.getByRole('link', { name: group ?? label }).click();
  if (group) await page.getByRole('navigation', { name: `${group} pages` }).getByRole('link', { name: label }).click();
}

/** The trading page of the account, with prices in it. */
export async function openTrading(page: Page, account: string, symbol = 'BTC-USDT'): Promise<void> {
  await page.goto(`/trading/${symbol}?account=${account}`);
  await expect(page.getByTestId('last-price')).toHaveText(/\d/);
  await expect(page.getByTestId('light-stream')).toHaveAttribute('aria-label', /Live/);
}

/** Whether anything is drawn on the chart's canvas: more than one colour. */
export async function isChartDrawn(page: Page): Promise<boolean> {
  return page.evaluate(() =>
    [...document.querySelectorAll('figure canvas')].some((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
      const colours = new Set<number>();
      for (let at = 0; at < pixels.length; at += 4 * 7) colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
      return colours.size > 4;
    }),
  );
}

/**
 * Drag a handle on the chart downwards until `isMoved` holds. The price scale follows the market, so a handle may be
 * elsewhere by the time that it is pressed: then once more, as a person would.
 */
export async function dragDown(page: Page, handle: Locator, pixels: number, isMoved: () => Promise<void>): Promise<void> {
  await expect(async () => {
    const box = await handle.boundingBox();
    if (!box) throw new Error('The handle has no place on the page.');
    await page.mouse.move(box.x + 10, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 10, box.y + box.height / 2 + pixels, { steps: 5 });
    await page.mouse.up();
    await isMoved();
  }).toPass();
}
