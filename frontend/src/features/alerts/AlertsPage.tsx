// Alerts: the rules that watch, and what they told.
import { useAccount } from '../../api/queries';
import type { Account } from '../../api/types';
import { AccountSelect } from '../../ui/AccountSelect';
import { AccountState } from '../../ui/AccountState';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Loading } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import classes from './alerts.module.css';
import { EventsPanel } from './EventsPanel';
import { RulesPanel } from './RulesPanel';
import { useFilters } from './useFilters';

export default function AlertsPage() {
  const name = useAccountName();
  const { data: account } = useAccount(name);
  return (
    <Page
      title="Alerts"
      actions={
        <>
          <GroupNav group="Oversight" />
          {account ? <AccountSelect account={account} /> : null}
        </>
      }
    >
      <AccountState name={name} loading={<Loading lines={8} height={44} />}>
        {(found) => <Board key={found.id} account={found} />}
      </AccountState>
    </Page>
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
