// The differences, oldest first, with what each side did.
import { useMemo } from 'react';
import type { Deed, Divergence } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Amount, SideWord, Time } from '../../ui/Figures';
import { trimmed } from '../../ui/format';
import { KINDS } from './kinds';
import classes from './parity.module.css';

export function DivergencesTable({ rows }: { rows: readonly Divergence[] }) {
  // Nothing of a difference is its own; its place in the list is.
  const places = useMemo(() => new Map(rows.map((row, index) => [row, String(index)])), [rows]);
  return <DataTable label="Differences, with both sides" columns={COLUMNS} rows={rows} rowKey={(row) => places.get(row) ?? ''} maxHeight={560} />;
}

const COLUMNS: Column<Divergence>[] = [
  { id: 'time', header: 'Time', isName: true, sortBy: (row) => row.time, cell: (row) => <Time value={row.time} /> },
  { id: 'symbol', header: 'Symbol', sortBy: (row) => row.symbol, isExtra: true, cell: (row) => row.symbol },
  { id: 'kind', header: 'Kind', sortBy: (row) => row.kind, cell: (row) => KINDS[row.kind].label },
  { id: 'backtest', header: 'Backtest', cell: (row) => <DeedCell kind={row.kind} deed={row.backtest} other={row.sandbox} /> },
  { id: 'sandbox', header: 'Session', cell: (row) => <DeedCell kind={row.kind} deed={row.sandbox} other={row.backtest} /> },
  { id: 'text', header: 'In words', isExtra: true, cell: (row) => <span className={classes.words} title={row.text}>{row.text}</span> },
];

interface DeedProps {
  kind: Divergence['kind'];
  deed: Deed | null;
  other: Deed | null;
}

/** What one side did; what differs from the other side stands out: a fee where it is all that does, a time between bars and not within one. */
function DeedCell({ kind, deed, other }: DeedProps) {
  if (!deed) return <span className="soft">Nothing</span>;
  const mark = (name: 'quantity' | 'price' | 'fee') => (other?.refused === null && other[name] !== deed[name] && (name !== 'fee' || kind === 'fee') ? classes.differs : '');
  return (
    <span className="num">
      {kind === 'timing' ? (
        <span className={classes.differs}>
          <Time value={deed.time} shape="time" />{' '}
        </span>
      ) : null}
      <SideWord side={deed.side} />{' '}
      {deed.refused === null ? (
        <>
          <span className={mark('quantity')}>{trimmed(deed.quantity)}</span> at <span className={mark('price')}><Amount value={deed.price} /></span>
          <span className={`soft small ${mark('fee') ?? ''}`}> fee {deed.fee === null ? '—' : trimmed(deed.fee)}</span>
        </>
      ) : (
        <span className={classes.refused} title={deed.refused}>
          refused: {deed.refused}
        </span>
      )}
    </span>
  );
}
