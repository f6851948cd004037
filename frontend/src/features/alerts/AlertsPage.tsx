// Alerts: the rules that watch, and what they told.
import type { Account } from '../../api/types';
import { AccountPage } from '../../ui/AccountPage';
import classes from './alerts.module.css';
import { EventsPanel } from './EventsPanel';
import { RulesPanel } from './RulesPanel';
import { useFilters } from './useFilters';

export default function AlertsPage() {
  return (
    <AccountPage title="Alerts" group="Oversight">
      {(found) => <Board key={found.id} account={found} />}
    </AccountPage>
  );
}

function Board({ account }: { account: Account }) {
  const filters = useFilters();
  return (
    <div className={classes.board}>
      <EventsPanel account={account.id} filters={filters} />
      <RulesPanel account={account} onShow={(rule) => filters.set('rule', rule)} />
    </div>
  );
}
