// Risk: whether the account may trade, what it holds and may lose, and how much of its limits it uses.
import type { Account } from '../../api/types';
import { AccountPage } from '../../ui/AccountPage';
import { Loading, QueryState } from '../../ui/States';
import { ExposurePanel } from './ExposurePanel';
import { LimitsPanel } from './LimitsPanel';
import { useRisk } from './queries';
import classes from './risk.module.css';
import { StatePanel } from './StatePanel';
import { TailPanel } from './TailPanel';

export default function RiskPage() {
  return (
    <AccountPage title="Risk">
      {(found) => <Board key={found.id} account={found} />}
    </AccountPage>
  );
}

function Board({ account }: { account: Account }) {
  const risk = useRisk(account.id);
  return (
    <QueryState query={risk} errorTitle="The risk cannot be read" loading={<Loading lines={8} height={44} />}>
      {(found) => (
        <div className={classes.board}>
          <StatePanel account={account} risk={found} />
          <LimitsPanel account={account} limits={found.limits} className={classes.limits} />
          <TailPanel risk={found} className={classes.tailPanel} />
          <ExposurePanel risk={found} className={classes.exposure} />
        </div>
      )}
    </QueryState>
  );
}
