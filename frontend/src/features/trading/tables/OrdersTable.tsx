// The open orders: one click cancels, nothing stands in its way.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useCancelAll, useCancelOrder } from '../../../api/queries';
import type { Order } from '../../../api/types';
import { useSettings } from '../../../settings';
import { Confirm } from '../../../ui/Confirm';
import { type Column, DataTable } from '../../../ui/DataTable';
import { dialogOf } from '../../../ui/dialog';
import { Amount, SideWord, Time } from '../../../ui/Figures';
import { grouped, trimmed } from '../../../ui/format';
import { Empty, Loading } from '../../../ui/States';
import { toastFault, toastGood } from '../../../ui/toast';
import { priceDecimals, SymbolButton, type TableContext, typeWords } from './shared';
import classes from './tables.module.css';

const AmendOrder = dialogOf(() => import('../AmendOrder'));

interface Props extends TableContext {
  orders: readonly Order[] | undefined;
  /** Opens the course of an order; without it there is nothing to open. */
  onExplain?: ((order: Order) => void) | undefined;
}

export function OrdersTable({ account, instruments, orders, onChoose, onExplain }: Props) {
  const [amended, setAmended] = useState<Order | null>(null);
  const { write: cancel } = useCancelOrder(account, {
    success: (order) => toastGood('Order canceled.', `${order.symbol} ${trimmed(order.remaining_quantity)}`),
    fault: (fault) => toastFault('The order was not canceled.', fault),
  });
  const columns = useMemo<Column<Order>[]>(
    () => [
      { id: 'symbol', header: 'Symbol', isName: true, sortBy: (row) => row.symbol, cell: (row) => <SymbolButton symbol={row.symbol} onChoose={onChoose} /> },
      { id: 'side', header: 'Side', sortBy: (row) => row.side, cell: (row) => <SideWord side={row.side} /> },
      { id: 'type', header: 'Type', isExtra: true, sortBy: (row) => row.type, cell: (row) => `${typeWords(row.type)}${row.order_list_id ? ', of a list' : ''}` },
      { id: 'quantity', header: 'Quantity', isNumber: true, sortBy: (row) => Number(row.quantity), cell: (row) => grouped(trimmed(row.quantity)) },
      { id: 'filled', header: 'Filled', isNumber: true, isExtra: true, cell: (row) => grouped(trimmed(row.filled_quantity)) },
      { id: 'price', header: 'Price', isNumber: true, sortBy: (row) => Number(row.price), cell: (row) => <Amount value={row.price} decimals={priceDecimals(instruments, row.symbol)} /> },
      { id: 'stop', header: 'Stop', isNumber: true, isExtra: true, cell: (row) => <Amount value={row.stop_price} decimals={priceDecimals(instruments, row.symbol)} /> },
      { id: 'status', header: 'Status', isExtra: true, cell: (row) => typeWords(row.status) },
      { id: 'time', header: 'Placed', isExtra: true, sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
      {
        id: 'actions',
        header: 'Actions',
        cell: (row) => (
          <span className={classes.actions}>
            <Button size="compact-xs" variant="default" onClick={() => cancel(row.id)} aria-label={`Cancel ${row.side} ${row.symbol}`}>
              Cancel
            </Button>
            <Button size="compact-xs" variant="subtle" onClick={() => setAmended(row)} aria-label={`Change ${row.side} ${row.symbol}`}>
              Change
            </Button>
            {onExplain ? (
              <Button size="compact-xs" variant="subtle" onClick={() => onExplain(row)} aria-label={`Explain ${row.side} ${row.symbol}`}>
                Explain
              </Button>
            ) : null}
          </span>
        ),
      },
    ],
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `cancel` is made anew at each render and does the same
    [instruments, onChoose, onExplain, account],
  );
  if (!orders) return <Loading />;
  if (orders.length === 0) return <Empty title="No open orders.">A limit or stop order that waits for its price appears here and on the chart.</Empty>;
  return (
    <>
      <DataTable label="Open orders" columns={columns} rows={orders} rowKey={(row) => row.id} maxHeight={320} />
      <CancelAll account={account} count={orders.length} />
      {amended ? (
        <AmendOrder account={account} order={amended} instrument={instruments.get(amended.symbol)} onClose={() => setAmended(null)} />
      ) : null}
    </>
  );
}

function CancelAll({ account, count }: { account: string; count: number }) {
  const { hasReview } = useSettings();
  const [isAsking, setAsking] = useState(false);
  const cancelAll = useCancelAll(account);
  const run = () => {
    cancelAll
      .writeAsync({})
      .then((page) => toastGood('Orders canceled.', `${page.items.length} of them.`))
      .catch((fault: unknown) => toastFault('Not all orders were canceled.', fault))
      .finally(() => setAsking(false));
  };
  return (
    <div className={classes.bar}>
      <Button size="compact-sm" variant="default" loading={cancelAll.isPending} onClick={() => (hasReview ? setAsking(true) : run())}>
        Cancel all orders
      </Button>
      {isAsking ? (
        <Confirm title="Cancel all orders?" action={`Cancel ${count} orders`} isBusy={cancelAll.isPending} onConfirm={run} onClose={() => setAsking(false)}>
          Every open order of the account {account} is canceled, of all symbols.
        </Confirm>
      ) : null}
    </div>
  );
}
