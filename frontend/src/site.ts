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
}

export const SITE: readonly SitePage[] = [
  { path: '/', to: '/', label: 'Dashboard', icon: 'dashboard', about: 'What the account is worth, and whether all is well' },
  { path: '/services', to: '/services', label: 'Services', icon: 'services', about: 'The parts of the gateway, endpoints and the log' },
  { path: '/trading/:symbol?', to: '/trading', label: 'Trading', icon: 'trading', about: 'Chart, book, ticket and orders' },
  { path: '/risk', to: '/risk', label: 'Risk', icon: 'risk', about: 'Limits and their use, what may be lost, halt and resume' },
  { path: '/data', to: '/data', label: 'Data', icon: 'data', about: 'Price files: import, quality and preview' },
  { path: '/system', to: '/system', label: 'System Info', icon: 'system', about: 'Versions, resources, configuration and audit' },
];
