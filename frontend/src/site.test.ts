// The site map: which entries the navigation has, and where an address belongs.
import { expect, it } from 'vitest';
import { entriesOf, pageAt, SITE } from './site';

it('has one entry for pages of a kind', () => {
  const entries = entriesOf(SITE).map((page) => page.group ?? page.label);
  expect(entries).toEqual(['Dashboard', 'Services', 'Trading', 'Risk', 'Strategies', 'Oversight', 'Research', 'Data', 'System Info']);
});

it('finds the page of an address, also of one below it', () => {
  expect(pageAt(SITE, '/backtests/0197')?.label).toBe('Backtests');
  expect(pageAt(SITE, '/')?.label).toBe('Dashboard');
  expect(pageAt(SITE, '/nowhere')).toBeUndefined();
});
