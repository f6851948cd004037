// How the chosen run stands: what it waits for, why it ended, and which bars it did not see.
import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { StrategyRun } from '../../api/types';
import { goesOn } from '../../stream/strategySync';
import { Time } from '../../ui/Figures';
import { StateWord } from '../../ui/StateWord';
import { useLinkTo } from '../../ui/usePlace';
import { AccountLink } from './RunsTable';
import { parametersText } from './words';
import classes from './strategies.module.css';

export function RunDetails({ run, onStop }: { run: StrategyRun; onStop: () => void }) {
  const linkTo = useLinkTo();
  const parameters = parametersText(run.parameters);
  return (
    <section className={classes.details} aria-label="The chosen run">
      <div className="row">
        <StateWord state={run.state} />
        <span>
          Version {run.version} on {run.own_account ? 'an account of its own' : 'the account'} (<AccountLink run={run} />){parameters ? `, with ${parameters}` : ''}
        </span>
        <Link className="push" to={linkTo('/parity', { run: run.id })}>
          Beside a backtest
        </Link>
        {goesOn(run) ? (
          <span>
            <Button size="compact-sm" variant="default" onClick={onStop}>
              Stop this run…
            </Button>
          </span>
        ) : null}
      </div>
      {run.waiting_for ? <div className={classes.warn}>Waits for {run.waiting_for}.</div> : null}
      {run.reason ? <div className={run.state === 'failed' ? classes.bad : ''}>{run.state === 'failed' ? `Failed: ${run.reason}` : `Ended: ${run.reason}`}</div> : null}
      {run.gaps.length > 0 ? (
        <div className={classes.warn}>
          Not seen, and not traded:
          <ul className={classes.gaps}>
            {run.gaps.map((gap) => (
              <li key={`${gap.symbol} ${gap.from_time ?? ''} ${gap.to_time ?? ''} ${gap.reason}`}>
                {gap.symbol}, <Time value={gap.from_time} /> to <Time value={gap.to_time} />: {gap.reason}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {goesOn(run) ? (
        <div className="soft small">
          {Object.entries(run.last_bars).map(([symbol, time]) => (
            <span key={symbol} className={classes.lastBar}>
              {symbol}: last acted on the bar of <Time value={time} />
            </span>
          ))}
        </div>
      ) : null}
    </section>
  );
}
