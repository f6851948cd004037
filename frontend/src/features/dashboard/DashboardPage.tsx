// The dashboard: what the account is worth and how it got there, what is open, and whether all is well.
import { lazy, Suspense } from 'react';
import { useBalances, useOpenOrders, usePositions } from '../../api/queries';
import type { Account } from '../../api/types';
import { AccountState } from '../../ui/AccountState';
import { Page } from '../../ui/Page';
import { Loading } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import classes from './Dashboard.module.css';
import { EquityPanel } from './EquityPanel';
import { FirstRun } from './FirstRun';
import { Figures } from './FiguresRow';
import { MarketsPanel } from './MarketsPanel';
import { useEquity } from './queries';
import { StatePanel } from './StatePanel';

// Below what one looks at first, so they need not be there with it.
const AlertsPanel = lazy(() => import('./AlertsPanel'));
const OpenPanels = lazy(() => import('./OpenPanels'));
const StrategiesPanel = lazy(() => import('./StrategiesPanel'));

export default function DashboardPage() {
  const name = useAccountName();
  return (
    <Page title="Dashboard">
      <AccountState name={name} loading={<Loading lines={8} height={44} />}>
        {(found) => <Board account={found} />}
      </AccountState>
    </Page>
  );
}

function Board({ account }: { account: Account }) {
  const today = useEquity(account, '1D');
  const orders = useOpenOrders(account.id);
  const positions = usePositions(account.id);
  const balances = useBalances(account.id);
  return (
    <div className={classes.board}>
      <FirstRun account={account.id} />
      <Figures account={account} points={today.points} deepest={today.history?.max_drawdown_percent} positions={positions.data?.items} orders={orders.data?.items} />
      <EquityPanel account={account} className={classes.equity} />
      <StatePanel className={classes.state} />
      <Suspense fallback={<div className={classes.alerts} />}>
        <AlertsPanel account={account.id} className={classes.alerts} />
      </Suspense>
      <Suspense fallback={<div className={classes.strategies} />}>
        <StrategiesPanel account={account.id} className={classes.strategies} />
      </Suspense>
      <Suspense fallback={<Loading lines={4} height={44} />}>
        <OpenPanels account={account} positions={positions} orders={orders} balances={balances} />
      </Suspense>
      <MarketsPanel className={classes.markets} />
    </div>
  );
}
