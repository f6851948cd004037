// The strategies that trade at present, with what they made; the page of strategies has all of them.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useLiveRuns } from '../../api/queries';
import type { StrategyPerformance, StrategyRun } from '../../api/types';
import { useStrategySync } from '../../stream/strategySync';
import { Change } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, QueryState } from '../../ui/States';
import { symbolsText } from '../../ui/symbols';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

const SHOWN = 5;
/** Profit moves with prices, which no stream tells of runs. */
const REFETCH_MS = 10_000;

export default function StrategiesPanel({ account, className }: { account: string; className?: string | undefined }) {
  useStrategySync(account);
  const runs = useLiveRuns(account);
  const linkTo = useLinkTo();
  return (
    <Panel title="Strategies that run" className={className} isFlush actions={<Link to={linkTo('/strategies')}>All strategies</Link>}>
      <QueryState query={runs}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="None.">A strategy that is started trades here bar by bar.</Empty>
          ) : (
            <>
              <ul className={classes.runList} aria-label="Runs of strategies">
                {items.slice(0, SHOWN).map((run) => (
                  <Run key={run.id} account={account} run={run} />
                ))}
              </ul>
              {items.length > SHOWN ? <p className={classes.moreRuns}>And {items.length - SHOWN} more.</p> : null}
            </>
          )
        }
      </QueryState>
    </Panel>
  );
}

function Run({ account, run }: { account: string; run: StrategyRun }) {
  const linkTo = useLinkTo();
  const id = run.strategy_id;
  const performance = useQuery<StrategyPerformance>({
    queryKey: [...keys.strategy(account, id), 'performance', run.id],
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/performance/', { path: { id }, query: { run: run.id }, account, signal }),
    refetchInterval: REFETCH_MS,
    retry: false,
  });
  const { profit, base_currency: base } = performance.data ?? { profit: null, base_currency: '' };
  return (
    <li>
      <StateWord state={run.state} />
      <Link className={classes.runName} to={linkTo(`/strategies/${id}`, { run: run.id })}>
        {run.strategy}
      </Link>
      <span className="soft small">{run.waiting_for ? `waits for ${run.waiting_for}` : `${symbolsText(run.symbols)} ${run.interval}`}</span>
      {profit === null ? null : (
        <span className="small">
          <Change value={profit} decimals={2} unit={` ${base}`} />
        </span>
      )}
    </li>
  );
}
