// A sweep: the best and how far to believe it, every combination as a heat map, and the best of them in order.
import type { Search } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped } from '../../ui/format';
import { JobProgress } from '../../ui/JobProgress';
import { Later } from '../../ui/Later';
import { percent, ratio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Empty } from '../../ui/States';
import { type HeadFigure, Headline } from '../../ui/strategy/Headline';
import { type Combination, type SweepResult as Result, sweepOf } from '../../ui/strategy/results';
import { METRIC_WORDS, metricText, METRICS, parametersText } from './grid';
import { HeatPanel } from './HeatPanel';
import classes from './sweeps.module.css';
import { useOpening } from './useOpening';

export function SweepResult({ account, search }: { account: string; search: Search }) {
  const result = sweepOf(search);
  const opening = useOpening(account, search);
  return (
    <div className="stack">
      <Headline label="The best of the sweep" figures={headOf(result)} />
      {opening.fault ? <ErrorNote fault={opening.fault} title="Its backtest was not run" /> : null}
      {opening.job ? (
        <Panel title="The backtest of the cell">
          <JobProgress job={opening.job} account={account} what="the backtest" />
        </Panel>
      ) : null}
      <div className={classes.heatAndBelief}>
        <HeatPanel account={account} search={search} onOpen={opening.open} />
        <Panel title="How far to believe the best">
          <Belief result={result} />
        </Panel>
      </div>
      <Later>
        <Panel title={`The best ${result.top.length} of ${grouped(String(result.combinations))}`} isFlush>
          <TopTable top={result.top} onOpen={opening.open} />
        </Panel>
      </Later>
    </div>
  );
}

function headOf({ best, metric, combinations, deflated_sharpe: deflated, robustness, overfitting }: Result): HeadFigure[] {
  const trials = deflated ? `${grouped(String(deflated.trials))} trials on these bars` : 'no Sharpe ratio to judge';
  return [
    { name: `Best ${METRIC_WORDS[metric]}`, value: metricText(best?.[metric] ?? null, metric), note: best ? parametersText(best.parameters) : 'none has enough trades' },
    { name: 'Deflated Sharpe', value: percent(deflated?.deflated_sharpe, 0), note: trials },
    { name: 'Neighbours have', value: percent(robustness?.share_of_best, 0), note: robustness ? `of it, the median of ${robustness.neighbours}` : undefined },
    { name: 'Chosen by chance', value: percent(overfitting?.probability, 0), note: 'probability of overfitting' },
    { name: 'Combinations', value: grouped(String(combinations)) },
  ];
}

function Belief({ result }: { result: Result }) {
  const { deflated_sharpe: deflated, robustness, overfitting, best } = result;
  if (!best) return <p className={classes.lead}>No combination has a figure: none has so many trades.</p>;
  return (
    <div className="stack">
      {deflated ? (
        <p className={classes.lead}>
          This account has tried {grouped(String(deflated.trials))} combinations on these bars. That the best is better than the luckiest of so many without skill has a probability of{' '}
          <strong className="num">{percent(deflated.deflated_sharpe, 1)}</strong>.
        </p>
      ) : null}
      {robustness?.median !== undefined && robustness.median !== null ? (
        <p className={classes.lead}>
          Its {robustness.neighbours} neighbours come to {metricText(robustness.median, result.metric)} (median) and {metricText(robustness.worst, result.metric)} (worst). A plateau is worth more than a peak.
        </p>
      ) : null}
      {overfitting ? (
        <p className={classes.lead}>
          Chosen on half of the time, the best of {grouped(String(overfitting.strategies))} ranked in the lower half on the rest in <strong className="num">{percent(overfitting.probability, 1)}</strong> of{' '}
          {grouped(String(overfitting.choices))} ways to halve it, and lost there in {percent(overfitting.probability_of_loss, 1)}.
        </p>
      ) : (
        <p className={classes.lead}>There are too few days or combinations to say how likely chance has chosen it.</p>
      )}
    </div>
  );
}

function TopTable({ top, onOpen }: { top: readonly Combination[]; onOpen: (combination: Combination) => void }) {
  if (top.length === 0) return <Empty title="No combination has a figure." />;
  const columns: Column<Combination>[] = [
    {
      id: 'parameters',
      header: 'Parameters',
      isName: true,
      cell: (row) => (
        <button type="button" className={classes.open} onClick={() => onOpen(row)}>
          {parametersText(row.parameters)}
        </button>
      ),
    },
    ...METRICS.map((metric): Column<Combination> => ({ id: metric, header: METRIC_WORDS[metric], isNumber: true, isExtra: metric === 'profit_factor', sortBy: (row) => row[metric], cell: (row) => metricText(row[metric], metric) })),
    { id: 'won', header: 'Won', isNumber: true, isExtra: true, sortBy: (row) => row.win_rate, cell: (row) => percent(row.win_rate, 0) },
    { id: 'fees', header: 'Fees', isNumber: true, isExtra: true, sortBy: (row) => row.fees, cell: (row) => ratio(row.fees) },
  ];
  return <DataTable label="The best combinations" columns={columns} rows={top} rowKey={(row) => String(row.number)} maxHeight={420} />;
}
