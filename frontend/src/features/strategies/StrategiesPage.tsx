// The page of strategies: the list with a form for the next one, or one with its runs, as the address says.
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { useStrategySync } from '../../stream/strategySync';
import { AccountPage } from '../../ui/AccountPage';
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
  if (id === undefined) return <Overview />;
  return (
    <Suspense fallback={<Loading />}>
      <StrategyView key={`${account} ${id}`} id={id} />
    </Suspense>
  );
}

function Overview() {
  return (
    <AccountPage title="Strategies">
      {(found) => (
        <div key={found.id} className={classes.page}>
          <ListPanel account={found.id} />
          <Panel title="A new strategy">
            <NewStrategy account={found.id} />
          </Panel>
        </div>
      )}
    </AccountPage>
  );
}
