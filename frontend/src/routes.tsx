// Paths and the pages they show; each page is a chunk of its own.
import { createBrowserRouter, type RouteObject } from 'react-router';
import { SITE } from './site';
import { NotFound } from './ui/NotFound';
import { NotLoaded, RouteFault } from './ui/RouteFault';
import { Shell } from './ui/Shell';

type Loader = () => Promise<{ default: React.ComponentType }>;

const PAGES: Record<string, Loader> = {
  '/': () => import('./features/dashboard/DashboardPage'),
  '/services': () => import('./features/services/ServicesPage'),
  '/trading/:symbol?': () => import('./features/trading/TradingPage'),
  '/risk': () => import('./features/risk/RiskPage'),
  '/alerts': () => import('./features/alerts/AlertsPage'),
  '/reports/:id?': () => import('./features/reports/ReportsPage'),
  '/accounts': () => import('./features/accounts/AccountsPage'),
  '/strategies/:id?': () => import('./features/strategies/StrategiesPage'),
  '/backtests/:id?': () => import('./features/backtests/BacktestsPage'),
  '/sweeps/:id?': () => import('./features/sweeps/SweepsPage'),
  '/factors/:id?': () => import('./features/factors/FactorsPage'),
  '/analyses/:id?': () => import('./features/analyses/AnalysesPage'),
  '/jobs': () => import('./features/jobs/JobsPage'),
  '/parity': () => import('./features/parity/ParityPage'),
  '/data': () => import('./features/data/DataPage'),
  '/system': () => import('./features/system/SystemPage'),
};

function routeOf(path: string): RouteObject {
  const load = PAGES[path];
  if (!load) throw new Error(`No page for ${path}.`);
  return {
    path,
    lazy: () => componentOf(load),
    errorElement: <RouteFault />,
  };
}

/** The router leaves a place empty, and for good, whose page did not come; the fault stands there instead. */
export async function componentOf(load: Loader): Promise<{ Component: React.ComponentType }> {
  try {
    return { Component: (await load()).default };
  } catch {
    return { Component: NotLoaded };
  }
}

export const routes: RouteObject[] = [
  {
    element: <Shell site={SITE} />,
    errorElement: <RouteFault />,
    hydrateFallbackElement: <></>,
    children: [...SITE.map(({ path }) => routeOf(path)), { path: '*', element: <NotFound /> }],
  },
];

export function makeRouter() {
  return createBrowserRouter(routes);
}
