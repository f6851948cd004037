// The chart of the trading page: candles as they form, own orders to move, own fills, and all of it as a table.
import { Button, SegmentedControl } from '@mantine/core';
import { type Dispatch, lazy, memo, useCallback, useMemo, useState } from 'react';
import { useFeed } from '../../api/queries';
import { type Candle, type Fill, type Instrument, type Interval, INTERVALS, type Order, type Position } from '../../api/types';
import { type CandleUpdate, useCandleUpdates } from '../../stream/markets';
import { CandleChart, ChartPlace } from '../../ui/chart/lazy';
import type { Bar } from '../../ui/chart/CandleChart';
import { decimalsOf, nearestStep } from '../../ui/decimal';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import classes from './TradingChart.module.css';
import { drawnOf, handlesOfBracket } from './bracketOverlays';
import type { Bracket, BracketAction } from './bracketState';
import { MoveBar } from './MoveBar';
import { handlesOf, linesOf, marksOf, notesOf } from './overlays';
import { useCandles } from './useCandles';
import { useMovableOrders } from './useMovableOrders';
import { type ShownSignals, useSignals } from './useSignals';

const CandleTable = lazy(() => import('../../ui/CandleTable'));

interface Props {
  account: string;
  instrument: Instrument;
  interval: Interval;
  dataset: string | null;
  orders: readonly Order[];
  fills: readonly Fill[];
  position: Position | null;
  /** The bracket that is being drawn. */
  bracket: Bracket | null;
  onBracket: Dispatch<BracketAction>;
  /** Begin to draw one, or leave it. */
  onDraw: () => void;
  onInterval: (interval: Interval) => void;
  className?: string | undefined;
}

export const TradingChart = memo(function TradingChart(props: Props) {
  const { account, instrument, interval, dataset, orders, fills, position, bracket, onBracket, onDraw, onInterval, className } = props;
  const { query, bars, older, restart } = useCandles(instrument.symbol, interval, dataset);
  const [isTable, setTable] = useState(false);
  const moves = useMovableOrders(account, orders);
  const drawn = useMemo(() => drawnOf(bracket), [bracket]);
  const lines = useMemo(() => [...linesOf(moves.orders, position), ...drawn.lines], [moves.orders, position, drawn]);
  const marks = useMemo(() => marksOf(fills, instrument.symbol), [fills, instrument.symbol]);
  const scenarios = useFeed((feed) => feed.scenarios).data;
  const notes = useMemo(() => notesOf(scenarios ?? [], instrument.symbol), [scenarios, instrument.symbol]);
  const signals = useSignals(account, instrument.symbol);
  const [areSignalsShown, showSignals] = useState(true);
  const shownNotes = useMemo(() => (areSignalsShown ? [...notes, ...signals.notes] : notes), [areSignalsShown, notes, signals.notes]);
  const handles = [...handlesOf(moves.orders, moves), ...handlesOfBracket(bracket, onBracket)];
  const onPrice = bracket?.placing ? (price: number) => onBracket({ do: 'place', price: nearestStep(price, instrument.tick_size) }) : undefined;
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
        <>
          {signals.runs > 0 ? (
            <Button size="compact-sm" variant="default" onClick={() => showSignals(!areSignalsShown)} aria-pressed={areSignalsShown}>
              Signals
            </Button>
          ) : null}
          <Button size="compact-sm" variant="default" onClick={onDraw} aria-pressed={bracket !== null}>
            Draw a bracket
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setTable(!isTable)} aria-pressed={isTable}>
            {isTable ? 'As chart' : 'As table'}
          </Button>
        </>
      }
    >
      <MoveBar moves={moves} instrument={instrument} />
      <div className={classes.place}>
        <QueryState query={query} errorTitle="No candles">
          {() =>
            bars.length === 0 ? (
              <Empty title="No candles yet.">They appear with the first trades of the market.</Empty>
            ) : isTable ? (
              <ChartPlace>
                <CandleTable candles={bars} label={`Candles of ${instrument.symbol}, ${interval}`} decimals={decimalsOf(instrument.tick_size)} onEndReached={older} />
              </ChartPlace>
            ) : (
              <ChartPlace>
                <CandleChart
                  summary={summaryOf(instrument.symbol, interval, bars, orders.length, signals)}
                  seriesKey={`${instrument.symbol} ${interval} ${dataset ?? ''}`}
                  bars={bars}
                  decimals={decimalsOf(instrument.tick_size)}
                  tickSize={instrument.tick_size}
                  lines={lines}
                  marks={marks}
                  notes={shownNotes}
                  handles={handles}
                  reach={drawn.reach}
                  onPrice={onPrice}
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

function summaryOf(symbol: string, interval: string, bars: readonly Candle[], orders: number, signals: ShownSignals): string {
  const said = signals.runs > 0 ? `, ${signals.notes.length} signals of ${signals.runs === 1 ? 'a strategy' : `${signals.runs} strategies`}` : '';
  const last = bars.at(-1)?.close ?? '';
  return `${symbol}, candles of ${interval}, ${bars.length} bars, last ${grouped(last)}, ${orders} own orders${said}. “As table” has the numbers.`;
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
