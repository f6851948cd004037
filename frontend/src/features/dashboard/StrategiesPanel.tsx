// The strategies that trade at present, with what they made; the page of strategies has all of them.
import { useQueries } from '@tanstack/react-query';
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
import { symbolsText } from '../../ui/strategy/words';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

const SHOWN = 5;
/** Profit moves with prices, which no stream tells of runs. */
const REFETCH_MS = 10_000;

export function StrategiesPanel({ account, className }: { account: string; className?: string | undefined }) {
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
              <Runs account={account} runs={items.slice(0, SHOWN)} />
              {items.length > SHOWN ? <p className={classes.moreRuns}>And {items.length - SHOWN} more.</p> : null}
            </>
          )
        }
      </QueryState>
    </Panel>
  );
}

function Runs({ account, runs }: { account: string; runs: readonly StrategyRun[] }) {
  const linkTo = useLinkTo();
  const performances = useQueries({
    queries: runs.map(({ id: run, strategy_id: id }) => ({
      queryKey: [...keys.strategy(account, id), 'performance', run],
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<StrategyPerformance> => call('get', '/api/v1/strategies/{id}/performance/', { path: { id }, query: { run }, account, signal }),
      refetchInterval: REFETCH_MS,
      retry: false,
    })),
  });
  return (
    <ul className={classes.runList} aria-label="Runs of strategies">
      {runs.map((run, index) => (
        <li key={run.id}>
          <StateWord state={run.state} />
          <Link className={classes.runName} to={linkTo(`/strategies/${run.strategy_id}`, { run: run.id })}>
            {run.strategy}
          </Link>
          <span className="soft small">{run.waiting_for ? `waits for ${run.waiting_for}` : `${symbolsText(run.symbols)} ${run.interval}`}</span>
          <Profit performance={performances[index]?.data} />
        </li>
      ))}
    </ul>
  );
}

function Profit({ performance }: { performance: StrategyPerformance | undefined }) {
  if (!performance?.profit) return null;
  return (
    <span className="small">
      <Change value={performance.profit} decimals={2} unit={` ${performance.base_currency}`} />
    </span>
  );
}
