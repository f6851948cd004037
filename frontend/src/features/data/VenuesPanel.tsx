// Where prices come from, and what can be traded.
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useInstruments } from '../../api/queries';
import type { Exchange, Instrument } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { grouped, milliseconds } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './data.module.css';

const EXCHANGES: Column<Exchange>[] = [
  { id: 'name', header: 'Exchange', isName: true, cell: (row) => row.name },
  { id: 'status', header: 'State', cell: (row) => <StateWord state={row.status} /> },
  { id: 'latency', header: 'Late by', isNumber: true, cell: (row) => milliseconds(row.latency_ms) },
  { id: 'breaker', header: 'Breaker', cell: (row) => (row.breaker === 'open' ? <StateWord state="open" /> : 'Closed') },
  { id: 'symbols', header: 'Symbols', isNumber: true, cell: (row) => row.symbols.length },
  { id: 'error', header: 'Error', isExtra: true, cell: (row) => row.error ?? '—' },
];

const SYMBOLS: Column<Instrument>[] = [
  { id: 'symbol', header: 'Symbol', isName: true, sortBy: (row) => row.symbol, cell: (row) => <SymbolLink symbol={row.symbol} /> },
  { id: 'tick', header: 'Tick', isNumber: true, cell: (row) => row.tick_size },
  { id: 'lot', header: 'Lot', isNumber: true, cell: (row) => row.lot_size },
  { id: 'least', header: 'Least value', isNumber: true, isExtra: true, cell: (row) => grouped(row.min_notional) },
  { id: 'fees', header: 'Fees, bps', isExtra: true, cell: (row) => `${row.fees.maker_bps} / ${row.fees.taker_bps}` },
  { id: 'calendar', header: 'Hours', isExtra: true, cell: (row) => row.calendar },
];

function SymbolLink({ symbol }: { symbol: string }) {
  const linkTo = useLinkTo();
  return <Link to={linkTo(`/trading/${encodeURIComponent(symbol)}`)}>{symbol}</Link>;
}

export function VenuesPanel() {
  const instruments = useInstruments();
  const exchanges = useQuery({
    queryKey: keys.exchanges,
    queryFn: ({ signal }) => call('get', '/api/v1/exchanges/', { query: { limit: 1000 }, signal }),
    refetchInterval: 5_000,
  });
  return (
    <div className={classes.venues}>
      <Panel title="Exchanges" isFlush>
        <QueryState query={exchanges}>{({ items }) => <DataTable label="Exchanges" columns={EXCHANGES} rows={items} rowKey={(row) => row.id} />}</QueryState>
      </Panel>
      <Panel title="Symbols" isFlush>
        <QueryState query={instruments}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No symbols.">An import makes one.</Empty>
            ) : (
              <DataTable label="Symbols" columns={SYMBOLS} rows={items} rowKey={(row) => row.symbol} maxHeight={360} />
            )
          }
        </QueryState>
      </Panel>
    </div>
  );
}
