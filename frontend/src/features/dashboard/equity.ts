// The account's worth over time as the gateway tells it, as the plain numbers of a chart.
//
// What was earned is the gateway's to say: it knows what was paid in and out, which is no profit.
import type { PortfolioHistory } from '../../api/types';

export interface EquityPoint {
  time: number;
  equity: number;
  /** Paid in less paid out, since the curve began. */
  deposits: number;
  /** Earned since the curve began, without what was paid in or out. */
  profit: number;
  /** In percent below the highest point before, without what was paid in or out; zero or negative. */
  drawdown: number;
}

export function pointsOf(history: PortfolioHistory): EquityPoint[] {
  return history.points.map((point) => ({
    time: Date.parse(point.time),
    equity: Number(point.equity),
    deposits: Number(point.net_deposits),
    profit: Number(point.profit),
    // Once nothing was left there is nothing to fall from.
    drawdown: point.drawdown_percent === null ? 0 : 0 - Number(point.drawdown_percent),
  }));
}

/** What was earned since the day of the market began (UTC), or since the curve did. */
export function profitToday(points: readonly EquityPoint[], marketTime: string): number | null {
  const midnight = Date.parse(`${marketTime.slice(0, 10)}T00:00:00Z`);
  const last = points.at(-1);
  const before = points.filter((point) => point.time <= midnight).at(-1);
  return last ? last.profit - (before?.profit ?? 0) : null;
}

export function hasDeposits(points: readonly EquityPoint[]): boolean {
  return points.some((point) => point.deposits !== 0);
}
