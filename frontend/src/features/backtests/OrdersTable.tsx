// Every order of a backtest with why it was given and what became of it.
import { type Column, DataTable } from '../../ui/DataTable';
import type { BacktestOrder } from '../../api/types';
import { SideWord, Time } from '../../ui/Figures';
import { grouped, NOTHING, trimmed } from '../../ui/format';
import { Empty, QueryState } from '../../ui/States';
import { useOrders } from './queries';
import { REASONS, STATUSES } from './words';

interface Row extends BacktestOrder {
  place: number;
}

const isFilled = (row: BacktestOrder) => row.status === 'filled' || row.status === 'partly_filled';

const COLUMNS: Column<Row>[] = [
  { id: 'time', header: 'Acted at', isName: true, sortBy: (row) => row.time, cell: (row) => <Time value={row.time} /> },
  { id: 'signal', header: 'Signal of', isExtra: true, sortBy: (row) => row.signal_time, cell: (row) => <Time value={row.signal_time} /> },
  { id: 'symbol', header: 'Symbol', isExtra: true, sortBy: (row) => row.symbol, cell: (row) => row.symbol },
  { id: 'side', header: 'Side', sortBy: (row) => row.side, cell: (row) => <SideWord side={row.side} /> },
  { id: 'kind', header: 'Kind', isExtra: true, sortBy: (row) => (row.is_entry ? 0 : 1), cell: (row) => (row.is_entry ? 'Entry' : 'Exit') },
  { id: 'quantity', header: 'Filled', isNumber: true, isExtra: true, sortBy: (row) => Number(row.filled_quantity), cell: (row) => grouped(trimmed(row.filled_quantity)) },
  { id: 'price', header: 'Price', isNumber: true, sortBy: (row) => (row.price === null ? null : Number(row.price)), cell: (row) => (row.price === null ? NOTHING : grouped(trimmed(row.price))) },
  { id: 'reason', header: 'Because', sortBy: (row) => row.reason, cell: (row) => REASONS[row.reason] ?? row.reason },
  { id: 'status', header: 'Became', sortBy: (row) => row.status, cell: (row) => <span className={isFilled(row) ? '' : 'down'}>{isFilled(row) ? '' : '✕ '}{STATUSES[row.status] ?? row.status}{row.is_ambiguous ? ' ◐' : ''}</span> },
];

export function OrdersTable({ account, id }: { account: string; id: string }) {
  const { query, items, more } = useOrders(account, id);
  const rows = items.map((order, place) => ({ ...order, place }));
  return (
    <QueryState query={query}>
      {() => (rows.length === 0 ? <Empty title="No orders.">The rules were never true.</Empty> : <DataTable label="Orders" columns={COLUMNS} rows={rows} rowKey={(row) => String(row.place)} maxHeight={460} onEndReached={more} />)}
    </QueryState>
  );
}
