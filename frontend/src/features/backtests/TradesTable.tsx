// Round trips as rows; each leads to its bar on the chart.
import { useMemo } from 'react';
import { type Column, DataTable } from '../../ui/DataTable';
import { SideWord, Time } from '../../ui/Figures';
import { duration } from '../../ui/format';
import { price, ratio, signedRatio, wayOf } from '../../ui/numbers';
import { Empty } from '../../ui/States';
import classes from './backtests.module.css';
import type { Trade } from './trades';

interface Props {
  trades: readonly Trade[];
  chosen: Pick<Trade, 'number'> | null;
  onJump: (number: number) => void;
  onEndReached: () => void;
}

export function TradesTable({ trades, chosen, onJump, onEndReached }: Props) {
  const hasSymbols = trades.some((trade) => trade.symbol !== trades[0]?.symbol);
  const isSure = !trades.some((each) => each.is_ambiguous);
  const columns = useMemo(() => columnsOf(onJump, hasSymbols, isSure), [onJump, hasSymbols, isSure]);
  if (trades.length === 0) return <Empty title="No trades.">The rules never led to a filled entry and its exit. The orders say what was refused.</Empty>;
  return (
    <DataTable
      label="Trades"
      columns={columns}
      rows={trades}
      rowKey={(row) => String(row.number)}
      maxHeight={460}
      onEndReached={onEndReached}
      onRowClick={(row) => onJump(row.number)}
      isSelected={(row) => row.number === chosen?.number}
    />
  );
}

function columnsOf(onJump: (number: number) => void, hasSymbols: boolean, isSure: boolean): Column<Trade>[] {
  const held = (row: Trade) => Date.parse(row.exit_time) - Date.parse(row.entry_time);
  return [
    {
      id: 'number',
      header: 'Trade',
      isName: true,
      sortBy: (row) => row.number,
      cell: (row) => (
        <button
          type="button"
          className={classes.jump}
          aria-label={`Trade ${row.number}, show it on the chart`}
          onClick={(event) => {
            event.stopPropagation(); // the row does the same
            onJump(row.number);
          }}
        >
          {row.number}
        </button>
      ),
    },
    ...(hasSymbols ? [{ id: 'symbol', header: 'Symbol', sortBy: (row: Trade) => row.symbol, cell: (row: Trade) => row.symbol }] : []),
    { id: 'side', header: 'Side', sortBy: (row) => row.side, cell: (row) => <SideWord side={row.side} /> },
    { id: 'in', header: 'Entry', sortBy: (row) => row.entry_time, cell: (row) => <Time value={row.entry_time} /> },
    { id: 'held', header: 'Held', isNumber: true, isExtra: true, sortBy: held, cell: (row) => (held(row) === 0 ? 'in the bar' : duration(held(row) / 1_000)) },
    { id: 'from', header: 'From', isNumber: true, isExtra: true, sortBy: (row) => row.entry_price, cell: (row) => price(row.entry_price) },
    { id: 'to', header: 'To', isNumber: true, isExtra: true, sortBy: (row) => row.exit_price, cell: (row) => price(row.exit_price) },
    { id: 'profit', header: 'Profit', isNumber: true, sortBy: (row) => row.profit, cell: (row) => <span className={wayOf(row.profit)}>{signedRatio(row.profit)}</span> },
    ...(isSure ? [] : [{ id: 'sure', header: 'Sure', isExtra: true, sortBy: (row: Trade) => (row.is_ambiguous ? 1 : 0), cell: (row: Trade) => (row.is_ambiguous ? '◐ ambiguous' : '') }]),
    { id: 'fees', header: 'Fees', isNumber: true, isExtra: true, sortBy: (row) => row.fees, cell: (row) => ratio(row.fees) },
    { id: 'mae', header: 'Worst', isNumber: true, isExtra: true, sortBy: (row) => row.mae, cell: (row) => ratio(row.mae) },
    { id: 'mfe', header: 'Best', isNumber: true, isExtra: true, sortBy: (row) => row.mfe, cell: (row) => ratio(row.mfe) },
  ];
}
