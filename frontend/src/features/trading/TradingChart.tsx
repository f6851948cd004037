// The chart of the trading page: candles as they form, own orders to move, own fills, and all of it as a table.
import { Button, SegmentedControl } from '@mantine/core';
import { memo, useCallback, useMemo, useState } from 'react';
import { useCancelOrder, useFeed, useReplaceOrder } from '../../api/queries';
import { type Candle, type Fill, type Instrument, type Interval, INTERVALS, type Order, type Position } from '../../api/types';
import { useSettings } from '../../settings';
import { type CandleUpdate, useCandleUpdates } from '../../stream/markets';
import { CandleTable } from '../../ui/CandleTable';
import { CandleChart, ChartPlace } from '../../ui/chart/lazy';
import type { Bar } from '../../ui/chart/CandleChart';
import { decimalsOf } from '../../ui/decimal';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { toastFault, toastGood } from '../../ui/toast';
import classes from './TradingChart.module.css';
import { handlesOf, linesOf, marksOf, notesOf } from './overlays';
import { useCandles } from './useCandles';

interface Props {
  account: string;
  instrument: Instrument;
  interval: Interval;
  dataset: string | null;
  orders: readonly Order[];
  fills: readonly Fill[];
  position: Position | null;
  onInterval: (interval: Interval) => void;
  className?: string | undefined;
}

export const TradingChart = memo(function TradingChart(props: Props) {
  const { account, instrument, interval, dataset, orders, fills, position, onInterval, className } = props;
  const { query, bars, older, restart } = useCandles(instrument.symbol, interval, dataset);
  const [isTable, setTable] = useState(false);
  const move = useMovableOrders(account, orders);
  const lines = useMemo(() => linesOf(move.orders, position), [move.orders, position]);
  const marks = useMemo(() => marksOf(fills, instrument.symbol), [fills, instrument.symbol]);
  const scenarios = useFeed((feed) => feed.scenarios).data;
  const notes = useMemo(() => notesOf(scenarios ?? [], instrument.symbol), [scenarios, instrument.symbol]);
  const handles = useMemo(() => handlesOf(move.orders, move.request, move.cancel), [move.orders, move.request, move.cancel]);
  const onLive = useLiveBars(instrument.symbol, interval, restart);
  return (
    <Panel
      title="Chart"
      className={className}
      isFlush
      aside={
        <SegmentedControl size="xs" aria-label="Interval" value={interval} data={[...INTERVALS]} onChange={(value) => onInterval(value as Interval)} />
      }
      actions={
        <Button size="compact-sm" variant="default" onClick={() => setTable(!isTable)} aria-pressed={isTable}>
          {isTable ? 'As chart' : 'As table'}
        </Button>
      }
    >
      {move.pending ? <MoveBar {...move} pending={move.pending} instrument={instrument} /> : null}
      <div className={classes.place}>
        <QueryState query={query} errorTitle="No candles">
          {() =>
            bars.length === 0 ? (
              <Empty title="No candles yet.">They appear with the first trades of the market.</Empty>
            ) : isTable ? (
              <CandleTable candles={bars} label={`Candles of ${instrument.symbol}, ${interval}`} decimals={decimalsOf(instrument.tick_size)} onEndReached={older} />
            ) : (
              <ChartPlace>
                <CandleChart
                  summary={summaryOf(instrument.symbol, interval, bars, orders.length)}
                  seriesKey={`${instrument.symbol} ${interval} ${dataset ?? ''}`}
                  bars={bars}
                  decimals={decimalsOf(instrument.tick_size)}
                  tickSize={instrument.tick_size}
                  lines={lines}
                  marks={marks}
                  notes={notes}
                  handles={handles}
                  onNearStart={older}
                  onLive={onLive}
                />
              </ChartPlace>
            )
          }
        </QueryState>
      </div>
    </Panel>
  );
});

function summaryOf(symbol: string, interval: string, bars: readonly Candle[], orders: number): string {
  const last = bars.at(-1)?.close ?? '';
  return `${symbol}, candles of ${interval}, ${bars.length} bars, last ${grouped(last)}, ${orders} own orders. “As table” has the numbers.`;
}

/** Live bars go to the chart directly, past React. What does not continue the chart makes it begin anew. */
function useLiveBars(symbol: string, interval: Interval, restart: () => void) {
  const [pushes] = useState(() => new Set<(bar: Bar) => boolean>());
  const onCandle = useCallback(
    (candle: CandleUpdate) => {
      for (const push of pushes) if (!push(candle)) restart();
    },
    [pushes, restart],
  );
  useCandleUpdates(symbol, interval, onCandle);
  return useCallback(
    (push: (bar: Bar) => boolean) => {
      pushes.add(push);
      return () => void pushes.delete(push);
    },
    [pushes],
  );
}

interface PendingMove {
  order: Order;
  field: 'price' | 'stop_price';
  price: string;
}

/** Orders as they stand, or as they would after a move that waits for a yes. */
function useMovableOrders(account: string, orders: readonly Order[]) {
  const { hasReview } = useSettings();
  const [pending, setPending] = useState<PendingMove | null>(null);
  const replace = useReplaceOrder(account);
  const { write: cancelOrder } = useCancelOrder(account, { success: (order) => toastGood('Order canceled.', order.symbol) });
  const { writeAsync } = replace;
  const apply = useCallback(
    (move: PendingMove) => {
      writeAsync({ id: move.order.id, change: { [move.field]: move.price } })
        .then(() => toastGood('Order moved', `to ${grouped(move.price)}.`))
        .catch((fault: unknown) => toastFault('The order stays where it was.', fault))
        .finally(() => setPending(null));
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the mutation's functions are made anew at each render and do the same
    [account],
  );
  const request = useCallback(
    (order: Order, field: PendingMove['field'], price: string) => {
      const move = { order, field, price };
      setPending(move);
      if (!hasReview) apply(move);
    },
    [hasReview, apply],
  );
  // eslint-disable-next-line react-hooks/exhaustive-deps -- as above
  const cancel = useCallback((id: string) => cancelOrder(id), [account]);
  const shown = useMemo(() => {
    if (!pending) return orders;
    return orders.map((order) => (order.id === pending.order.id ? { ...order, [pending.field]: pending.price } : order));
  }, [orders, pending]);
  return { orders: shown, pending, request, apply, cancel, drop: () => setPending(null), isBusy: replace.isPending };
}

interface MoveBarProps {
  pending: PendingMove;
  apply: (move: PendingMove) => void;
  drop: () => void;
  isBusy: boolean;
  instrument: Instrument;
}

function MoveBar({ pending, apply, drop, isBusy, instrument }: MoveBarProps) {
  const from = pending.order[pending.field];
  return (
    <div className={classes.move} role="group" aria-label="Move the order">
      <span>
        Move {pending.order.side} {pending.order.type.replace('_', ' ')} from <b className="num">{grouped(from ?? '')}</b> to{' '}
        <b className="num">{grouped(pending.price)}</b> {instrument.quote}?
      </span>
      <Button size="compact-sm" loading={isBusy} onClick={() => apply(pending)}>
        Move it
      </Button>
      <Button size="compact-sm" variant="default" onClick={drop}>
        Leave it
      </Button>
    </div>
  );
}
