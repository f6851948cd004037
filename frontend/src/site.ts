// The site map: what the routes, the navigation, the command palette and the tour test read.
import type { IconName } from './ui/icons';

export interface SitePage {
  /** What the router matches; the gateway serves the application under these paths and no others. */
  path: string;
  /** Where the navigation leads. */
  to: string;
  label: string;
  icon: IconName;
  about: string;
  /** Pages of one kind share an entry of the navigation, and are listed on top of each of them. */
  group?: Group;
}

export type Group = 'Oversight' | 'Research';
export const GROUP_ICONS: Readonly<Record<Group, IconName>> = { Oversight: 'alerts', Research: 'research' };

export const SITE: readonly SitePage[] = [
  { path: '/', to: '/', label: 'Dashboard', icon: 'dashboard', about: 'What the account is worth, and whether all is well' },
  { path: '/services', to: '/services', label: 'Services', icon: 'services', about: 'The parts of the gateway, endpoints and the log' },
  { path: '/trading/:symbol?', to: '/trading', label: 'Trading', icon: 'trading', about: 'Chart, book, ticket and orders' },
  { path: '/risk', to: '/risk', label: 'Risk', icon: 'risk', about: 'Limits and their use, what may be lost, halt and resume' },
  { path: '/strategies/:id?', to: '/strategies', label: 'Strategies', icon: 'strategies', about: 'Rules and programs that trade by themselves: versions, runs and signals' },
  { path: '/alerts', to: '/alerts', label: 'Alerts', icon: 'alerts', about: 'Rules over prices, the account and what happens, and what they told', group: 'Oversight' },
  { path: '/reports/:id?', to: '/reports', label: 'Reports', icon: 'reports', about: 'Files to keep and to send: made, scheduled, looked at', group: 'Oversight' },
  { path: '/accounts', to: '/accounts', label: 'Accounts', icon: 'user', about: 'Money in and out, epochs and forks', group: 'Oversight' },
  { path: '/backtests/:id?', to: '/backtests', label: 'Backtests', icon: 'backtests', about: 'What a strategy would have done, and how far to believe it', group: 'Research' },
  { path: '/sweeps/:id?', to: '/sweeps', label: 'Sweeps', icon: 'sweeps', about: 'Many values of the parameters, and walks forward', group: 'Research' },
  { path: '/factors/:id?', to: '/factors', label: 'Factors', icon: 'factors', about: 'Named expressions, operators and tear sheets', group: 'Research' },
  { path: '/analyses/:id?', to: '/analyses', label: 'Analyses', icon: 'chart', about: 'What the bars of symbols are like: volatility, seasons, falls, correlation', group: 'Research' },
  { path: '/jobs', to: '/jobs', label: 'Jobs', icon: 'jobs', about: 'Long work: how far it is, what came of it', group: 'Research' },
  { path: '/parity', to: '/parity', label: 'Parity', icon: 'parity', about: 'Where a session in the sandbox left a backtest', group: 'Research' },
  { path: '/data', to: '/data', label: 'Data', icon: 'data', about: 'Price files: import, quality and preview' },
  { path: '/system', to: '/system', label: 'System Info', icon: 'system', about: 'Versions, resources, configuration and audit' },
];

/** What the navigation shows: of pages that share an entry the first. */
export function entriesOf(site: readonly SitePage[]): SitePage[] {
  return site.filter((page, index) => page.group === undefined || site.findIndex((each) => each.group === page.group) === index);
}

/** The page that an address belongs to. */
export function pageAt(site: readonly SitePage[], pathname: string): SitePage | undefined {
  const place = pathname.split('/')[1] ?? '';
  return site.find((page) => page.to === `/${place}`);
}
