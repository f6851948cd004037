// How far a result is to be believed: what the bars do not say, how often was tried, and what was refused.
import type { BacktestResult, Bound } from '../../api/types';
import { grouped } from '../../ui/format';
import { percent, ratio, signedRatio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import classes from './backtests.module.css';
import { PATH_WORDS, STATUSES } from './words';

export function BeliefPanel({ result }: { result: BacktestResult }) {
  return (
    <Panel title="How far to believe it">
      <div className="stack">
        <Trials result={result} />
        <Ambiguity result={result} />
        <Refusals refusals={result.refusals} />
      </div>
    </Panel>
  );
}

function Trials({ result }: { result: BacktestResult }) {
  const { trials, deflated_sharpe: deflated } = result.overfitting;
  const tried = `${grouped(String(trials))} ${trials === 1 ? 'run was' : 'runs were'} tried on these bars by this account`;
  if (deflated === null) return <p className={classes.lead}>{tried}. There is no Sharpe ratio to judge.</p>;
  return (
    <p className={classes.lead}>
      {tried}. The probability that the Sharpe ratio is better than the best of so many without skill: <strong className="num">{percent(deflated, 1)}</strong> (deflated Sharpe ratio).
    </p>
  );
}

function Ambiguity({ result }: { result: BacktestResult }) {
  const { ambiguous_bars: bars, bounds, figures } = result;
  if (bars === 0) return <p className={classes.lead}>No bar was ambiguous: which extreme came first made no difference.</p>;
  return (
    <section aria-label="Ambiguous bars">
      <p className={classes.lead}>
        In {grouped(String(bars))} {bars === 1 ? 'bar' : 'bars'} the fills depend on which extreme came first, which bars do not say. The whole run would have come to:
      </p>
      <Band bounds={bounds} own={figures.returns.end_equity} />
    </section>
  );
}

/** From the one path to the other, with the place of the run itself. */
function Band({ bounds, own }: { bounds: readonly Bound[]; own: number }) {
  const values = [...bounds.map((bound) => bound.final_equity), own];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const place = high > low ? ((own - low) / (high - low)) * 100 : 50;
  return (
    <div className="stack">
      <div className={classes.band} role="img" aria-label={`The run ended at ${ratio(own)}, between ${ratio(low)} and ${ratio(high)}.`}>
        <span style={{ left: `${place}%` }} />
      </div>
      <div className={classes.ends}>
        {bounds.map((bound) => (
          <span key={bound.path} className="small">
            {PATH_WORDS[bound.path] ?? bound.path}: <strong className="num">{ratio(bound.final_equity)}</strong>{' '}
            <span className="soft num">
              ({signedRatio(bound.profit)}, {grouped(String(bound.trades))} trades)
            </span>
          </span>
        ))}
        <span className="small">
          This run: <strong className="num">{ratio(own)}</strong>
        </span>
      </div>
    </div>
  );
}

function Refusals({ refusals }: { refusals: Record<string, number> }) {
  const found = Object.entries(refusals).sort(([, a], [, b]) => b - a);
  if (found.length === 0) return <p className={classes.lead}>No order was refused.</p>;
  return (
    <table className={classes.plain}>
      <caption className="visually-hidden">Refused orders</caption>
      <thead>
        <tr>
          <th scope="col">Orders refused, because</th>
          <th scope="col" className={classes.number}>
            How often
          </th>
        </tr>
      </thead>
      <tbody>
        {found.map(([status, count]) => (
          <tr key={status}>
            <th scope="row">{STATUSES[status] ?? status}</th>
            <td className={classes.number}>{grouped(String(count))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
