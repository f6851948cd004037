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
  /** Not in the navigation: reached from other pages, and by the command palette. */
  isUnlisted?: boolean;
}

export const SITE: readonly SitePage[] = [
  { path: '/', to: '/', label: 'Dashboard', icon: 'dashboard', about: 'What the account is worth, and whether all is well' },
  { path: '/services', to: '/services', label: 'Services', icon: 'services', about: 'The parts of the gateway, endpoints and the log' },
  { path: '/trading/:symbol?', to: '/trading', label: 'Trading', icon: 'trading', about: 'Chart, book, ticket and orders' },
  { path: '/risk', to: '/risk', label: 'Risk', icon: 'risk', about: 'Limits and their use, what may be lost, halt and resume' },
  { path: '/alerts', to: '/alerts', label: 'Alerts', icon: 'alerts', about: 'Rules over prices, the account and what happens, and what they told' },
  { path: '/accounts', to: '/accounts', label: 'Accounts', icon: 'user', about: 'Money in and out, epochs and forks', isUnlisted: true },
  { path: '/parity', to: '/parity', label: 'Parity', icon: 'parity', about: 'Where a session in the sandbox left a backtest', isUnlisted: true },
  { path: '/data', to: '/data', label: 'Data', icon: 'data', about: 'Price files: import, quality and preview' },
  { path: '/system', to: '/system', label: 'System Info', icon: 'system', about: 'Versions, resources, configuration and audit' },
];
