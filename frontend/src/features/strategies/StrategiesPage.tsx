// The page of strategies: the list with a form for the next one, or one with its runs, as the address says.
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { useAccount } from '../../api/queries';
import { useStrategySync } from '../../stream/strategySync';
import { AccountSelect } from '../../ui/AccountSelect';
import { AccountState } from '../../ui/AccountState';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Loading } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import { ListPanel } from './ListPanel';
import { NewStrategy } from './NewStrategy';
import classes from './strategies.module.css';

const StrategyView = lazy(() => import('./StrategyView'));

export default function StrategiesPage() {
  const { id } = useParams();
  const account = useAccountName();
  useStrategySync(account);
  if (id === undefined) return <Overview name={account} />;
  return (
    <Suspense fallback={<Loading />}>
      <StrategyView key={`${account} ${id}`} id={id} />
    </Suspense>
  );
}

function Overview({ name }: { name: string }) {
  const { data: account } = useAccount(name);
  return (
    <Page title="Strategies" actions={account ? <AccountSelect account={account} /> : null}>
      <AccountState name={name} loading={<Loading lines={8} height={44} />}>
        {(found) => (
          <div key={found.id} className={classes.page}>
            <ListPanel account={found.id} />
            <Panel title="A new strategy">
              <NewStrategy account={found.id} />
            </Panel>
          </div>
        )}
      </AccountState>
    </Page>
  );
}
