// How ill and how well each trade stood before it was closed: the adverse excursion across, the favourable one upwards.
import { useMemo } from 'react';
import { grouped } from '../../ui/format';
import { ScatterPlot } from '../../ui/plots/ScatterPlot';
import { Empty } from '../../ui/States';
import classes from './backtests.module.css';
import type { Trade } from './trades';

/** So many points are still told apart; of more the newest are drawn. */
const MOST_POINTS = 1_000;

interface Props {
  /** Those that have come so far. */
  trades: readonly Trade[];
  count: number;
  chosen: Pick<Trade, 'number'> | null;
  onJump: (number: number) => void;
}

export function TradesScatter({ trades, count, chosen, onJump }: Props) {
  const points = useMemo(
    () => trades.slice(-MOST_POINTS).map((trade) => ({ id: String(trade.number), x: -trade.mae, y: trade.mfe, isUp: trade.profit > 0 })),
    [trades],
  );
  if (points.length === 0) return <Empty title="No trades to draw." />;
  const won = points.filter((point) => point.isUp).length;
  return (
    <div className={classes.scatter}>
      <p className={classes.lead}>
        <span className="up">● {grouped(String(won))} won</span> <span className="down">○ {grouped(String(points.length - won))} lost</span>. Winners far to the right were given back much of the way;
        losers far up had been winners. The numbers are the columns Worst and Best of the trades.
        {trades.length < count ? ` ${grouped(String(trades.length))} of ${grouped(String(count))} trades have come so far.` : count > MOST_POINTS ? ` The newest ${grouped(String(MOST_POINTS))} of ${grouped(String(count))} trades are drawn.` : ''}
      </p>
      <ScatterPlot
        summary={`Adverse against favourable excursion of ${points.length} trades, ${won} of them won.`}
        points={points}
        xLabel="Worst it stood at (loss, in money)"
        yLabel="Best it stood at"
        selected={chosen ? String(chosen.number) : null}
        onChoose={(id) => onJump(Number(id))}
      />
    </div>
  );
}
