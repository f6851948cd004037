// Ended orders, newest first, filtered and paged by the gateway.
import { NativeSelect } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { type OrderFilters, useOrderHistory } from '../../../api/queries';
import type { Order } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { Amount, SideWord, Time } from '../../../ui/Figures';
import { grouped, trimmed } from '../../../ui/format';
import { Empty, QueryState } from '../../../ui/States';
import { priceDecimals, SymbolButton, type TableContext, typeWords } from './shared';
import classes from './tables.module.css';

interface Props extends TableContext {
  symbol: string | null;
  /** Opens the course of an order; without it there is nothing to open. */
  onExplain?: ((order: Order) => void) | undefined;
}

export function HistoryTable({ account, instruments, symbol, onChoose, onExplain }: Props) {
  const [side, setSide] = useState<'' | 'buy' | 'sell'>('');
  const filters: OrderFilters = { status: 'closed', ...(symbol ? { symbol } : {}), ...(side ? { side } : {}) };
  const query = useOrderHistory(account, filters);
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const columns = useMemo<Column<Order>[]>(
    () => [
      { id: 'time', header: 'Ended', cell: (row) => <Time value={row.updated_at} /> },
      { id: 'symbol', header: 'Symbol', isName: true, cell: (row) => <SymbolButton symbol={row.symbol} onChoose={onChoose} /> },
      { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
      { id: 'type', header: 'Type', cell: (row) => typeWords(row.type) },
      { id: 'quantity', header: 'Quantity', isNumber: true, cell: (row) => grouped(trimmed(row.quantity)) },
      { id: 'filled', header: 'Filled', isNumber: true, cell: (row) => grouped(trimmed(row.filled_quantity)) },
      { id: 'average', header: 'Average', isNumber: true, cell: (row) => <Amount value={row.average_price} decimals={priceDecimals(instruments, row.symbol)} /> },
      { id: 'status', header: 'Status', cell: (row) => typeWords(row.status) },
      { id: 'reason', header: 'Why', isExtra: true, cell: (row) => row.status_reason ?? '' },
    ],
    [instruments, onChoose],
  );
  return (
    <>
      <div className={classes.bar}>
        <NativeSelect
          size="xs"
          aria-label="Side"
          value={side}
          onChange={(event) => setSide(event.currentTarget.value as typeof side)}
          data={[
            { value: '', label: 'Buys and sells' },
            { value: 'buy', label: 'Buys' },
            { value: 'sell', label: 'Sells' },
          ]}
        />
        <span className="soft small">A row opens what happened to the order.</span>
      </div>
      <QueryState query={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No ended orders.">Filled, canceled, expired and rejected orders are kept here.</Empty>
          ) : (
            <DataTable label="Ended orders" columns={columns} rows={rows} rowKey={(row) => row.id} maxHeight={320} onEndReached={more} onRowClick={onExplain} />
          )
        }
      </QueryState>
    </>
  );
}
