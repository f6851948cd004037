// The runs of a strategy, newest first, one of them chosen.
import { Link } from 'react-router';
import type { StrategyRun } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { StateWord } from '../../ui/StateWord';
import { parametersText } from './words';
import classes from './strategies.module.css';

interface Props {
  runs: readonly StrategyRun[];
  chosen: StrategyRun;
  onChoose: (run: StrategyRun) => void;
}

export function RunsTable({ runs, chosen, onChoose }: Props) {
  const count = (value: number) => grouped(String(value));
  const columns: Column<StrategyRun>[] = [
    { id: 'started', header: 'Started', isName: true, sortBy: (row) => row.started_at, cell: (row) => <Chooser run={row} isChosen={row.id === chosen.id} onChoose={onChoose} /> },
    { id: 'state', header: 'State', sortBy: (row) => row.state, cell: (row) => <StateWord state={row.state} /> },
    { id: 'version', header: 'Version', isNumber: true, sortBy: (row) => row.version, cell: (row) => row.version },
    { id: 'parameters', header: 'Parameters', isExtra: true, cell: (row) => parametersText(row.parameters) || '—' },
    { id: 'account', header: 'Account', isExtra: true, cell: (row) => <AccountLink run={row} /> },
    { id: 'bars', header: 'Bars', isNumber: true, isExtra: true, cell: (row) => count(row.bars) },
    { id: 'signals', header: 'Signals', isNumber: true, cell: (row) => count(row.signals) },
    { id: 'ordered', header: 'Ordered', isNumber: true, isExtra: true, cell: (row) => count(row.ordered) },
    { id: 'refused', header: 'Refused', isNumber: true, isExtra: true, cell: (row) => count(row.refused) },
    { id: 'ended', header: 'Ended', isExtra: true, sortBy: (row) => row.ended_at, cell: (row) => <Time value={row.ended_at} /> },
  ];
  return <DataTable label="Runs of the strategy" columns={columns} rows={runs} rowKey={(row) => row.id} maxHeight={260} onRowClick={onChoose} isSelected={(row) => row.id === chosen.id} />;
}

function Chooser({ run, isChosen, onChoose }: { run: StrategyRun; isChosen: boolean; onChoose: (run: StrategyRun) => void }) {
  return (
    <button
      type="button"
      className={classes.linkLike}
      aria-pressed={isChosen}
      onClick={(event) => {
        event.stopPropagation(); // the row chooses it too
        onChoose(run);
      }}
    >
      <Time value={run.started_at} />
    </button>
  );
}

export function AccountLink({ run }: { run: StrategyRun }) {
  const symbol = encodeURIComponent(run.symbols[0] ?? '');
  return (
    <Link to={`/trading/${symbol}?account=${encodeURIComponent(run.account)}`} onClick={(event) => event.stopPropagation()}>
      {run.own_account ? 'Its own' : run.account}
    </Link>
  );
}
