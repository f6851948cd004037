// The price with the trades on it; a chosen trade is brought into sight with its entry and exit.
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { call } from '../../api/client';
import { useInstruments } from '../../api/queries';
import type { Backtest, CandlePage } from '../../api/types';
import { CandleChart, ChartPlace } from '../../ui/chart/lazy';
import { decimalsOf } from '../../ui/decimal';
import { SideWord, Time } from '../../ui/Figures';
import { price, signedRatio, wayOf } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { type DataUsed, sourceOf } from '../../ui/strategy/draft';
import { resultOf } from '../../ui/strategy/results';
import { linesOf, marksOf, MOST_BARS, rangeOf, type Trade } from './trades';

const HEIGHT = 340;

interface Props {
  backtest: Backtest;
  trades: readonly Trade[];
  chosen: Trade | null;
  onJump: (trade: Trade) => void;
}

export function PricePanel({ backtest, trades, chosen, onJump }: Props) {
  const { data } = resultOf(backtest);
  const [picked, setPicked] = useState(data[0]?.symbol ?? '');
  const symbol = chosen?.symbol ?? picked;
  const used = data.find((each) => each.symbol === symbol) ?? data[0];
  if (!used) return null;
  return (
    <Panel
      title={`${symbol} with the trades`}
      isFlush
      aside={<Chosen trade={chosen} />}
      actions={
        <>
          {data.length > 1 && chosen === null ? (
            <NativeSelect size="xs" aria-label="Symbol on the chart" value={symbol} onChange={(event) => setPicked(event.currentTarget.value)} data={data.map((each) => each.symbol)} />
          ) : null}
          <Steps trades={trades} chosen={chosen} onJump={onJump} />
        </>
      }
    >
      <Price used={used} trades={trades} chosen={chosen} />
    </Panel>
  );
}

/** From trade to trade in their order. */
function Steps({ trades, chosen, onJump }: Pick<Props, 'trades' | 'chosen' | 'onJump'>) {
  const before = chosen ? trades[chosen.number - 2] : undefined;
  const after = trades[chosen?.number ?? 0];
  const step = (label: string, trade: Trade | undefined) => (
    <Button size="compact-sm" variant="default" disabled={!trade} onClick={() => trade && onJump(trade)}>
      {label}
    </Button>
  );
  return (
    <>
      {step('Previous trade', before)}
      {step('Next trade', after)}
    </>
  );
}

function Chosen({ trade }: { trade: Trade | null }) {
  if (!trade) return <span className="soft small">Choose a trade below to see it here.</span>;
  const way = wayOf(trade.profit);
  return (
    <span className="small" data-testid="chosen-trade">
      Trade {trade.number}: <SideWord side={trade.side} /> from {price(trade.entry_price)} to {price(trade.exit_price)}, <Time value={trade.entry_time} />,{' '}
      <span className={`num ${way === 'flat' ? '' : way}`}>{signedRatio(trade.profit)}</span>
    </span>
  );
}

function Price({ used, trades, chosen }: { used: DataUsed; trades: readonly Trade[]; chosen: Trade | null }) {
  const candles = useCandles(used, chosen);
  const { bySymbol } = useInstruments();
  const tick = bySymbol.get(used.symbol)?.tick_size;
  const marks = useMemo(() => marksOf(trades, used.symbol), [trades, used.symbol]);
  const lines = useMemo(() => linesOf(chosen), [chosen]);
  const focus = useMemo(() => (chosen ? { from: chosen.entry_time, to: chosen.exit_time } : null), [chosen]);
  const reach = useMemo(() => (chosen ? [chosen.entry_price, chosen.exit_price] : []), [chosen]);
  return (
    <QueryState query={candles} errorTitle="The prices cannot be shown" loading={<Loading lines={1} height={HEIGHT - 24} />}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="These bars are no longer there.">The result keeps its trades; the prices are shown only while their data are.</Empty>
        ) : (
          <ChartPlace height={HEIGHT}>
            <CandleChart
              summary={chosen ? `${used.symbol} around trade ${chosen.number}, from ${price(chosen.entry_price)} to ${price(chosen.exit_price)}.` : `${used.symbol} with ${marks.length / 2} trades, the last bars.`}
              seriesKey={`${used.content_hash} ${chosen?.number ?? ''}`}
              bars={items}
              decimals={tick ? decimalsOf(tick) : 2}
              marks={marks}
              lines={lines}
              reach={reach}
              focus={focus}
              height={HEIGHT}
            />
          </ChartPlace>
        )
      }
    </QueryState>
  );
}

/** The candles that the backtest used, where they are still there: of its data set, or of the source they were recorded from. */
function useCandles(used: DataUsed, chosen: Trade | null) {
  const { from, to } = rangeOf(chosen, used.interval, used.to);
  const source = sourceOf(used);
  return useQuery<CandlePage>({
    queryKey: ['candles', used.symbol, used.interval, used.source, from, to],
    queryFn: ({ signal }) =>
      call('get', '/api/v1/markets/{symbol}/candles/', {
        path: { symbol: used.symbol },
        query: { interval: used.interval, from, to, limit: MOST_BARS, ...(source.kind === 'dataset' ? { dataset: source.id } : { source: used.source }) },
        signal,
      }),
    staleTime: Infinity,
    // From trade to trade the bars stay until the others are there; never those of another symbol.
    placeholderData: (before, query) => (query?.queryKey[1] === used.symbol ? before : undefined),
  });
}
