// The newest fills of the account.
import { useMemo } from 'react';
import type { Fill } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Amount, SideWord, Time } from '../../../ui/Figures';
import { grouped, trimmed } from '../../../ui/format';
import { Empty, Loading } from '../../../ui/States';
import { priceDecimals, SymbolButton, type TableContext } from './shared';

interface Props extends TableContext {
  fills: readonly Fill[] | undefined;
}

export function FillsTable({ instruments, fills, onChoose }: Props) {
  const columns = useMemo<Column<Fill>[]>(
    () => [
      { id: 'time', header: 'Time', cell: (row) => <Time value={row.time} /> },
      { id: 'symbol', header: 'Symbol', isName: true, cell: (row) => <SymbolButton symbol={row.symbol} onChoose={onChoose} /> },
      { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
      { id: 'price', header: 'Price', isNumber: true, cell: (row) => <Amount value={row.price} decimals={priceDecimals(instruments, row.symbol)} /> },
      { id: 'quantity', header: 'Quantity', isNumber: true, cell: (row) => grouped(trimmed(row.quantity)) },
      { id: 'fee', header: 'Fee', isNumber: true, cell: (row) => <Amount value={row.fee} decimals={4} unit={row.fee_asset} /> },
      { id: 'liquidity', header: 'As', isExtra: true, cell: (row) => (row.liquidity === 'maker' ? 'Maker' : 'Taker') },
    ],
    [instruments, onChoose],
  );
  if (!fills) return <Loading />;
  if (fills.length === 0) return <Empty title="No fills yet.">Each trade of an order of yours is listed here.</Empty>;
  return <DataTable label="Fills" columns={columns} rows={fills} rowKey={(row) => row.id} maxHeight={320} />;
}
