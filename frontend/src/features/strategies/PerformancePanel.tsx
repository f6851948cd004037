// How a run is doing: money, what it holds, and its newest round trips.
import type { StrategyPerformance, StrategyRun, StrategyTrip } from '../../api/types';
import { Change, SideWord, Time } from '../../ui/Figures';
import { type Column, DataTable } from '../../ui/DataTable';
import { grouped, trimmed } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { Headline } from '../../ui/strategy/Headline';
import { figuresOf } from './performanceFigures';
import { usePerformance } from './queries';
import classes from './strategies.module.css';

export function PerformancePanel({ account, run }: { account: string; run: StrategyRun }) {
  const performance = usePerformance(account, run);
  return (
    <Panel title="How it is doing">
      <QueryState query={performance} errorTitle="Its money cannot be read">
        {(found) => (
          <div className="stack">
            <Headline label="Figures of the run" figures={figuresOf(found)} />
            {found.is_whole ? null : <p className={classes.lead}>It traded so often that only its newest fills are counted.</p>}
            <Held positions={found.positions} />
            {found.newest_trips.length > 0 ? <DataTable label="Newest round trips" columns={TRIPS} rows={found.newest_trips} rowKey={(row) => `${row.symbol} ${row.opened_at} ${row.closed_at}`} maxHeight={230} /> : null}
          </div>
        )}
      </QueryState>
    </Panel>
  );
}

function Held({ positions }: Pick<StrategyPerformance, 'positions'>) {
  const held = positions.filter((each) => each.side !== 'flat');
  if (held.length === 0) return <p className={classes.lead}>It holds nothing now.</p>;
  return (
    <ul className={classes.held} aria-label="Held now">
      {held.map((each) => (
        <li key={each.symbol}>
          <SideWord side={each.side} /> <span className="num">{grouped(trimmed(each.quantity))}</span> {each.symbol} from <span className="num">{grouped(trimmed(each.average_price ?? '0'))}</span>, open profit{' '}
          <Change value={each.unrealized_pnl} decimals={2} />
        </li>
      ))}
    </ul>
  );
}

const TRIPS: Column<StrategyTrip>[] = [
  { id: 'symbol', header: 'Symbol', isName: true, cell: (row) => row.symbol },
  { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
  { id: 'quantity', header: 'Quantity', isNumber: true, isExtra: true, cell: (row) => grouped(trimmed(row.quantity)) },
  { id: 'opened', header: 'Opened', isExtra: true, cell: (row) => <Time value={row.opened_at} /> },
  { id: 'closed', header: 'Closed', cell: (row) => <Time value={row.closed_at} /> },
  { id: 'profit', header: 'Profit after fees', isNumber: true, cell: (row) => <Change value={row.profit} decimals={2} /> },
];
