// A walk forward: what was chosen in each window, what came of it after, and the whole as one run.
import type { Search } from '../../api/types';
import { BarPlot } from '../../ui/plots/BarPlot';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { percent, ratio, signedPercent, wayOf } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { FigureList } from '../../ui/strategy/FigureList';
import { valueOf } from '../../ui/strategy/figures';
import { type HeadFigure, Headline } from '../../ui/strategy/Headline';
import { MonthsTable } from '../../ui/strategy/MonthsTable';
import { type Metric, type WalkResult as Result, type WalkWindow, walkOf, walkSpecOf } from '../../ui/strategy/results';
import { METRIC_WORDS, metricText, parametersText } from './grid';
import classes from './sweeps.module.css';

export function WalkResult({ search }: { search: Search }) {
  const result = walkOf(search);
  const { schedule } = walkSpecOf(search);
  const rows = result.windows.map((window, index) => ({ ...window, number: index + 1 }));
  const tests = result.windows.map((window, index) => ({ label: String(index + 1), value: window.test?.total_return ?? null }));
  return (
    <div className="stack">
      <Headline label="The walk forward as one run" figures={headOf(result)} />
      <div className={classes.two}>
        <Panel title="Return out of sample, by window">
          <BarPlot summary={`Return of ${tests.length} windows out of sample: ${tests.map(({ label, value }) => `${label} ${signedPercent(value)}`).join(', ')}.`} bars={tests} text={(value) => percent(value, 1)} />
          <p className={classes.lead}>
            Trained on {schedule.train_bars} bars{schedule.anchored ? ' and all before them' : ''}, traded the {schedule.test_bars} after{schedule.gap_bars ? `, ${schedule.gap_bars} left out between` : ''}.
          </p>
        </Panel>
        <Panel title="Returns by month">
          <MonthsTable months={result.figures.returns.months} years={result.figures.returns.years} />
        </Panel>
      </div>
      <Panel title="Windows" isFlush>
        <DataTable label="Each window" columns={columnsOf(result.metric)} rows={rows} rowKey={(row) => String(row.number)} maxHeight={460} />
      </Panel>
      <Panel title="Figures of the whole">
        <FigureList figures={result.figures} isExplained={false} />
      </Panel>
    </div>
  );
}

function headOf({ figures, efficiency, windows, metric }: Result): HeadFigure[] {
  const total = figures.returns.total_return;
  const won = windows.filter((window) => (window.test?.total_return ?? 0) > 0).length;
  return [
    { name: 'Return out of sample', value: signedPercent(total), way: wayOf(total) },
    { name: 'Sharpe ratio', value: ratio(figures.risk.sharpe) },
    { name: 'Efficiency', value: percent(efficiency, 0), note: `${METRIC_WORDS[metric]} out of sample, of that in sample` },
    { name: 'Windows that gained', value: `${won} of ${windows.length}` },
    { name: 'Deepest fall', value: percent(valueOf(figures, { group: 'drawdowns', name: 'maximum' })) },
  ];
}

type Row = WalkWindow & { number: number };

function columnsOf(metric: Metric): Column<Row>[] {
  return [
    { id: 'number', header: 'Window', isName: true, sortBy: (row) => row.number, cell: (row) => row.number },
    { id: 'from', header: 'Traded from', sortBy: (row) => row.test_from, cell: (row) => <Time value={row.test_from} /> },
    { id: 'to', header: 'To', isExtra: true, sortBy: (row) => row.test_to, cell: (row) => <Time value={row.test_to} /> },
    { id: 'chosen', header: 'Chosen', cell: (row) => (row.train ? parametersText(row.train.parameters) : 'Nothing: too few trades') },
    { id: 'in', header: `${METRIC_WORDS[metric]} in sample`, isNumber: true, isExtra: true, sortBy: (row) => row.train_metric ?? null, cell: (row) => metricText(row.train_metric ?? null, metric) },
    { id: 'out', header: 'out of sample', isNumber: true, sortBy: (row) => row.test_metric ?? null, cell: (row) => metricText(row.test_metric ?? null, metric) },
    { id: 'return', header: 'Return', isNumber: true, sortBy: (row) => row.test?.total_return ?? null, cell: (row) => <span className={wayOf(row.test?.total_return)}>{signedPercent(row.test?.total_return)}</span> },
    { id: 'trades', header: 'Trades', isNumber: true, isExtra: true, sortBy: (row) => row.test?.trades ?? null, cell: (row) => ratio(row.test?.trades, 0) },
  ];
}
