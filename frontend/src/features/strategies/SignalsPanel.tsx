// What a run said at the close of bars: the values that made it, what came of it, and why not.
import { NativeSelect } from '@mantine/core';
import { Link } from 'react-router';
import type { StrategyRun, StrategySignal } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import { useSignals } from './queries';
import { OUTCOMES, type Place } from './usePlace';
import { saidText, saidTitle, valuesOf, whyText } from './words';
import classes from './strategies.module.css';

interface Props {
  account: string;
  run: StrategyRun;
  place: Place;
}

export function SignalsPanel({ account, run, place }: Props) {
  const outcome = OUTCOMES.find((each) => each === place.outcome);
  const symbol = run.symbols.find((each) => each === place.symbol);
  const { query, items, more } = useSignals(account, run.strategy_id, { run: run.id, symbol, outcome });
  const isFiltered = outcome !== undefined || symbol !== undefined;
  return (
    <Panel title="Signals" isFlush actions={<ChartLinks run={run} />}>
      <div className={classes.filters} role="group" aria-label="Which signals">
        <NativeSelect
          size="xs"
          label="What came of it"
          value={outcome ?? ''}
          onChange={(event) => place.set('outcome', event.currentTarget.value)}
          data={[{ value: '', label: 'All' }, ...OUTCOMES.map((each) => ({ value: each, label: each.charAt(0).toUpperCase() + each.slice(1) }))]}
        />
        {run.symbols.length > 1 ? (
          <NativeSelect size="xs" label="Symbol" value={symbol ?? ''} onChange={(event) => place.set('symbol', event.currentTarget.value)} data={[{ value: '', label: 'All' }, ...run.symbols]} />
        ) : null}
      </div>
      <QueryState query={query}>
        {() =>
          items.length === 0 ? (
            <Empty title={isFiltered ? 'Nothing matches.' : 'It has said nothing yet.'}>
              {isFiltered ? 'Choose “All” to see every signal of this run.' : 'When a bar closes at which a rule is true, it is listed here with the values that the rule compares.'}
            </Empty>
          ) : (
            <DataTable label="Signals of the run" columns={COLUMNS} rows={items} rowKey={(row) => row.id} maxHeight={460} onEndReached={more} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function ChartLinks({ run }: { run: StrategyRun }) {
  const linkTo = useLinkTo();
  const symbol = run.symbols[0] ?? '';
  return <Link to={linkTo(`/trading/${encodeURIComponent(symbol)}`, { interval: run.interval })}>See them on the chart of {symbol}</Link>;
}

const COLUMNS: Column<StrategySignal>[] = [
  { id: 'bar', header: 'Bar', isName: true, cell: (row) => <Time value={row.bar_time} /> },
  { id: 'symbol', header: 'Symbol', isExtra: true, cell: (row) => row.symbol },
  { id: 'said', header: 'Said', cell: (row) => <span title={saidTitle(row.said)}>{saidText(row.said)}</span> },
  { id: 'outcome', header: 'What came of it, and why', cell: (row) => <Outcome signal={row} /> },
  { id: 'values', header: 'Values', isExtra: true, cell: (row) => <Values values={row.values} /> },
];

function Outcome({ signal }: { signal: StrategySignal }) {
  return (
    <div className={classes.why}>
      <StateWord state={signal.outcome} /> <span className="small">{whyText(signal)}</span>
    </div>
  );
}

function Values({ values }: { values: unknown }) {
  return (
    <div className={classes.values}>
      {valuesOf(values).map(([name, value]) => (
        <span key={name}>
          <code>{name}</code> <span className="num">{value}</span>
        </span>
      ))}
    </div>
  );
}
