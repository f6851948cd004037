// The site map: which entries the navigation has, and where an address belongs.
import { expect, it } from 'vitest';
import { entriesOf, pageAt, SITE } from './site';

it('has one entry for pages of a kind, and none for a page that is reached from others', () => {
  const entries = entriesOf(SITE).map((page) => page.group ?? page.label);
  expect(entries.filter((each) => each === 'Research')).toHaveLength(1);
  expect(entries).toEqual([...new Set(entries)]);
  expect(entries).toEqual(expect.arrayContaining(['Dashboard', 'Trading', 'Alerts', 'System Info']));
  expect(entries).not.toContain('Accounts');
});

it('finds the page of an address, also of one below it', () => {
  expect(pageAt(SITE, '/backtests/0197')?.label).toBe('Backtests');
  expect(pageAt(SITE, '/')?.label).toBe('Dashboard');
  expect(pageAt(SITE, '/nowhere')).toBeUndefined();
});
