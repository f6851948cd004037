// The price with every trade on it, from the whole run down to single bars; a chosen trade is brought into sight with its entry and exit.
import { Button, NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useInstruments } from '../../api/queries';
import type { Backtest, BarsUsed } from '../../api/types';
import { CandleChart, ChartPlace } from '../../ui/chart/lazy';
import { decimalsOf } from '../../ui/decimal';
import { SideWord, Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { price, signedRatio, wayOf } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { linesOf, marksOf, segmentsOf, type TradeLine } from './trades';
import { useZoom, type Zoom } from './useZoom';

const HEIGHT = 340;
const NEARER = 0.5;
const FARTHER = 2;

interface Props {
  backtest: Backtest;
  trades: readonly TradeLine[];
  /** Of very many trades every second or third is drawn. */
  every: number;
  chosen: TradeLine | null;
  onJump: (number: number) => void;
}

export function PricePanel(props: Props) {
  const { backtest, chosen } = props;
  const { data } = backtest.result;
  const [picked, setPicked] = useState(data[0]?.symbol ?? '');
  const symbol = chosen?.symbol ?? picked;
  const used = data.find((each) => each.symbol === symbol) ?? data[0];
  if (!used) return null;
  const choice = data.length > 1 && chosen === null ? <NativeSelect size="xs" aria-label="Symbol on the chart" value={symbol} onChange={(event) => setPicked(event.currentTarget.value)} data={data.map((each) => each.symbol)} /> : null;
  return <SymbolPanel {...props} used={used} choice={choice} />;
}

function SymbolPanel({ backtest, trades, every, chosen, onJump, used, choice }: Props & { used: BarsUsed; choice: React.ReactNode }) {
  const zoom = useZoom(used, chosen);
  return (
    <Panel
      title={`${used.symbol} with the trades`}
      isFlush
      aside={<Chosen trade={chosen} every={every} />}
      actions={
        <>
          {choice}
          <Steps count={backtest.trades} chosen={chosen} onJump={onJump} />
          <Button size="compact-sm" variant="default" aria-label="Nearer" onClick={() => zoom.scale(NEARER)}>
            +
          </Button>
          <Button size="compact-sm" variant="default" aria-label="Farther" onClick={() => zoom.scale(FARTHER)}>
            −
          </Button>
          <Button size="compact-sm" variant="default" onClick={zoom.showAll}>
            Whole run
          </Button>
        </>
      }
    >
      <Price used={used} trades={trades} chosen={chosen} zoom={zoom} onJump={onJump} />
    </Panel>
  );
}

/** From trade to trade in their order. */
function Steps({ count, chosen, onJump }: { count: number; chosen: TradeLine | null; onJump: (number: number) => void }) {
  const at = chosen?.number ?? 0;
  const step = (label: string, number: number) => (
    <Button size="compact-sm" variant="default" disabled={number < 1 || number > count} onClick={() => onJump(number)}>
      {label}
    </Button>
  );
  return (
    <>
      {step('Previous trade', at - 1)}
      {step('Next trade', at + 1)}
    </>
  );
}

function Chosen({ trade, every }: { trade: TradeLine | null; every: number }) {
  if (!trade) return <span className="soft small">{every > 1 ? `One trade of ${every} is drawn. ` : ''}Choose a trade, on the chart or below.</span>;
  const way = wayOf(trade.profit);
  return (
    <span className="small" data-testid="chosen-trade">
      Trade {trade.number}: <SideWord side={trade.side} /> from {price(trade.entry_price)} to {price(trade.exit_price)}, <Time value={trade.entry_time} />,{' '}
      <span className={`num ${way === 'flat' ? '' : way}`}>{signedRatio(trade.profit)}</span>
    </span>
  );
}

interface PriceProps extends Pick<Props, 'trades' | 'chosen' | 'onJump'> {
  used: BarsUsed;
  zoom: Zoom;
}

function Price({ used, trades, chosen, zoom, onJump }: PriceProps) {
  const { bySymbol } = useInstruments();
  const tick = bySymbol.get(used.symbol)?.tick_size;
  const { interval, from, to } = zoom.asked;
  const segments = useMemo(() => segmentsOf(trades, used.symbol), [trades, used.symbol]);
  const marks = useMemo(() => marksOf(trades, used.symbol, from, to), [trades, used.symbol, from, to]);
  const lines = useMemo(() => linesOf(chosen), [chosen]);
  const reach = useMemo(() => (chosen ? [chosen.entry_price, chosen.exit_price] : []), [chosen]);
  const summary = chosen
    ? `${used.symbol} around trade ${chosen.number}, from ${price(chosen.entry_price)} to ${price(chosen.exit_price)}.`
    : `${used.symbol} with ${grouped(String(segments.length))} trades, in bars of ${interval}.`;
  return (
    <QueryState query={zoom.candles} errorTitle="The prices cannot be shown" loading={<Loading lines={1} height={HEIGHT - 24} />}>
      {(items) =>
        items.length === 0 ? (
          <Empty title="These bars are no longer there.">The result keeps its trades; the prices are shown only while their data are.</Empty>
        ) : (
          <ChartPlace height={HEIGHT}>
            <CandleChart
              summary={summary}
              seriesKey={used.content_hash}
              bars={items}
              decimals={tick ? decimalsOf(tick) : 2}
              marks={marks}
              lines={lines}
              segments={segments}
              onSegment={onJump}
              reach={reach}
              sight={zoom.goal}
              onSight={zoom.see}
              height={HEIGHT}
            />
          </ChartPlace>
        )
      }
    </QueryState>
  );
}
