// What is open: positions and orders, the ten first of each; the trading page has them all.
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useInstruments } from '../../api/queries';
import type { Account, Balance, Instrument, Order, Page, Position } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { decimalsOf } from '../../ui/decimal';
import { Amount, Change, SideWord } from '../../ui/Figures';
import { grouped, trimmed } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

const SHOWN = 10;

interface Props {
  account: Account;
  positions: UseQueryResult<Page<Position>>;
  orders: UseQueryResult<Page<Order>>;
  balances: UseQueryResult<Page<Balance>>;
}

export default function OpenPanels({ positions, orders, balances }: Props) {
  const { bySymbol } = useInstruments();
  return (
    <>
      <Panel title="Positions" className={classes.positions} isFlush>
        <QueryState query={positions}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No positions." action={<TradeLink />}>
                What you buy is shown here with its profit.
              </Empty>
            ) : (
              <DataTable label="Positions" columns={positionColumns(bySymbol)} rows={items.slice(0, SHOWN)} rowKey={(row) => row.symbol} />
            )
          }
        </QueryState>
      </Panel>
      <Panel title="Open orders" className={classes.orders} isFlush>
        <QueryState query={orders}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No open orders.">Orders that wait for their price are shown here.</Empty>
            ) : (
              <DataTable label="Open orders" columns={orderColumns(bySymbol)} rows={items.slice(0, SHOWN)} rowKey={(row) => row.id} />
            )
          }
        </QueryState>
      </Panel>
      <Panel title="Balances" className={classes.balances} isFlush>
        <QueryState query={balances}>{({ items }) => <DataTable label="Balances" columns={BALANCES} rows={items} rowKey={(row) => row.asset} />}</QueryState>
      </Panel>
    </>
  );
}

const BALANCES: Column<Balance>[] = [
  { id: 'asset', header: 'Asset', isName: true, cell: (row) => row.asset },
  { id: 'total', header: 'Total', isNumber: true, cell: (row) => grouped(trimmed(row.total)) },
  { id: 'held', header: 'Held', isNumber: true, cell: (row) => grouped(trimmed(row.held)) },
];

function TradeLink() {
  const linkTo = useLinkTo();
  return <Link to={linkTo('/trading')}>Go to the trading page</Link>;
}

function SymbolLink({ symbol }: { symbol: string }) {
  const linkTo = useLinkTo();
  return <Link to={linkTo(`/trading/${encodeURIComponent(symbol)}`)}>{symbol}</Link>;
}

const digits = (bySymbol: ReadonlyMap<string, Instrument>, symbol: string) => {
  const instrument = bySymbol.get(symbol);
  return instrument && decimalsOf(instrument.tick_size);
};

function positionColumns(bySymbol: ReadonlyMap<string, Instrument>): Column<Position>[] {
  return [
    { id: 'symbol', header: 'Symbol', isName: true, cell: (row) => <SymbolLink symbol={row.symbol} /> },
    { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
    { id: 'quantity', header: 'Quantity', isNumber: true, cell: (row) => grouped(trimmed(row.quantity)) },
    { id: 'entry', header: 'Entry', isNumber: true, isExtra: true, cell: (row) => <Amount value={row.average_price} decimals={digits(bySymbol, row.symbol)} /> },
    { id: 'profit', header: 'Open profit', isNumber: true, cell: (row) => <Change value={row.unrealized_pnl} decimals={2} /> },
  ];
}

function orderColumns(bySymbol: ReadonlyMap<string, Instrument>): Column<Order>[] {
  return [
    { id: 'symbol', header: 'Symbol', isName: true, cell: (row) => <SymbolLink symbol={row.symbol} /> },
    { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
    { id: 'type', header: 'Type', cell: (row) => row.type.replaceAll('_', ' ') },
    { id: 'quantity', header: 'Quantity', isNumber: true, cell: (row) => grouped(trimmed(row.remaining_quantity)) },
    { id: 'price', header: 'Price', isNumber: true, cell: (row) => <Amount value={row.price ?? row.stop_price} decimals={digits(bySymbol, row.symbol)} /> },
  ];
}
