// The positions, what they are worth, and the way out of them.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useCloseAll, useClosePosition } from '../../../api/queries';
import type { Position } from '../../../api/types';
import { useSettings } from '../../../settings';
import { useTicker } from '../../../stream/markets';
import { Confirm } from '../../../ui/Confirm';
import { type Column, DataTable } from '../../../ui/DataTable';
import { isNegative, multiply, subtract } from '../../../ui/decimal';
import { Amount, Change, SideWord, Time } from '../../../ui/Figures';
import { grouped, trimmed } from '../../../ui/format';
import { Empty, Loading } from '../../../ui/States';
import { toastFault, toastGood } from '../../../ui/toast';
import { priceDecimals, SymbolButton, type TableContext } from './shared';
import classes from './tables.module.css';

interface Props extends TableContext {
  positions: readonly Position[] | undefined;
}

export function PositionsTable({ account, instruments, positions, onChoose }: Props) {
  const [asked, setAsked] = useState<Position | null>(null);
  const { hasReview } = useSettings();
  const close = useClosePosition(account);
  const run = (position: Position) => {
    close
      .writeAsync({ symbol: position.symbol })
      .then((order) => toastGood('Position closed.', `${order.symbol} ${trimmed(order.filled_quantity)} at ${grouped(trimmed(order.average_price ?? '0'))}`))
      .catch((fault: unknown) => toastFault('The position was not closed.', fault))
      .finally(() => setAsked(null));
  };
  const columns = useMemo<Column<Position>[]>(
    () => [
      { id: 'symbol', header: 'Symbol', isName: true, sortBy: (row) => row.symbol, cell: (row) => <SymbolButton symbol={row.symbol} onChoose={onChoose} /> },
      { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
      { id: 'quantity', header: 'Quantity', isNumber: true, cell: (row) => grouped(trimmed(row.quantity)) },
      { id: 'average', header: 'Entry', isNumber: true, cell: (row) => <Amount value={row.average_price} decimals={priceDecimals(instruments, row.symbol)} /> },
      { id: 'mark', header: 'Now', isNumber: true, isExtra: true, cell: (row) => <MarkPrice position={row} decimals={priceDecimals(instruments, row.symbol)} /> },
      { id: 'value', header: 'Value', isNumber: true, isExtra: true, sortBy: (row) => Number(row.market_value), cell: (row) => <Amount value={row.market_value} decimals={2} /> },
      { id: 'open', header: 'Open profit', isNumber: true, sortBy: (row) => Number(row.unrealized_pnl), cell: (row) => <OpenProfit position={row} /> },
      { id: 'realized', header: 'Realized', isNumber: true, isExtra: true, cell: (row) => <Change value={row.realized_pnl} decimals={2} /> },
      { id: 'since', header: 'Since', isExtra: true, cell: (row) => <Time value={row.opened_at} /> },
      {
        id: 'actions',
        header: 'Actions',
        cell: (row) => (
          <Button size="compact-xs" variant="default" aria-label={`Close ${row.symbol}`} onClick={() => (hasReview ? setAsked(row) : run(row))}>
            Close
          </Button>
        ),
      },
    ],
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `run` is made anew at each render and does the same
    [instruments, onChoose, hasReview, account],
  );
  if (!positions) return <Loading />;
  if (positions.length === 0) return <Empty title="No positions.">What you buy is shown here with its profit, until it is sold.</Empty>;
  return (
    <>
      <DataTable label="Positions" columns={columns} rows={positions} rowKey={(row) => row.symbol} maxHeight={320} />
      <CloseAll account={account} count={positions.length} />
      {asked ? (
        <Confirm title={`Close ${asked.symbol}?`} action={`Close ${trimmed(asked.quantity)} ${asked.symbol} at market`} isBusy={close.isPending} onConfirm={() => run(asked)} onClose={() => setAsked(null)}>
          The whole position is closed with a market order.
        </Confirm>
      ) : null}
    </>
  );
}

function MarkPrice({ position, decimals }: { position: Position; decimals: number | undefined }) {
  const ticker = useTicker(position.symbol);
  return <Amount value={ticker?.last ?? position.mark_price} decimals={decimals} />;
}

/** Profit at the newest price: the gateway's own figure comes only with the next change of the position. */
export function OpenProfit({ position }: { position: Position }) {
  const ticker = useTicker(position.symbol);
  return <Change value={openProfit(position, ticker?.last ?? null)} decimals={2} />;
}

export function openProfit(position: Position, price: string | null): string | null {
  if (price === null || position.average_price === null) return position.unrealized_pnl;
  const value = multiply(position.quantity, price);
  return position.side === 'short' ? subtract(position.cost_basis, value) : subtract(value, position.cost_basis);
}

function CloseAll({ account, count }: { account: string; count: number }) {
  const [isAsking, setAsking] = useState(false);
  const closeAll = useCloseAll(account);
  const run = () => {
    closeAll
      .writeAsync(undefined)
      .then((page) => toastGood('Positions closed.', `${page.items.filter((order) => !isNegative(order.filled_quantity)).length} orders.`))
      .catch((fault: unknown) => toastFault('Not all positions were closed.', fault))
      .finally(() => setAsking(false));
  };
  return (
    <div className={classes.bar}>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        Close all positions
      </Button>
      {isAsking ? (
        <Confirm title="Close all positions?" action={`Close ${count} positions at market`} isBusy={closeAll.isPending} onConfirm={run} onClose={() => setAsking(false)}>
          Every position of the account {account} is closed with a market order. This is always asked.
        </Confirm>
      ) : null}
    </div>
  );
}
