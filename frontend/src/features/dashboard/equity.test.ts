// The curve of an account's worth, as the gateway tells it.
import { describe, expect, it } from 'vitest';
import { makeHistory } from '../../test/make';
import { hasDeposits, pointsOf, profitToday } from './equity';

/** Earned 40 on the last evening, then 1,000 were paid in, then 15 were lost. */
const HISTORY = makeHistory([
  { time: '2026-01-01T12:00:00.000Z', equity: '1000' },
  { time: '2026-01-01T23:59:00.000Z', equity: '1040', profit: '40' },
  { time: '2026-01-02T06:00:00.000Z', equity: '2040', net_deposits: '1000', profit: '40' },
  { time: '2026-01-02T09:00:00.000Z', equity: '2025', net_deposits: '1000', profit: '25', drawdown_percent: '0.74' },
]);

describe('the curve', () => {
  it('has what was paid in apart from what was earned', () => {
    const points = pointsOf(HISTORY);
    expect(points.map((point) => point.equity)).toEqual([1000, 1040, 2040, 2025]);
    expect(points.map((point) => point.profit)).toEqual([0, 40, 40, 25]);
    expect(hasDeposits(points)).toBe(true);
    expect(hasDeposits(points.slice(0, 2))).toBe(false);
  });

  it('falls by what was lost and not by what was paid out', () => {
    expect(pointsOf(HISTORY).map((point) => point.drawdown)).toEqual([0, 0, 0, -0.74]);
    expect(pointsOf(makeHistory([{ drawdown_percent: null }]))[0]?.drawdown).toBe(0);
  });
});

describe("today's profit", () => {
  it('begins at midnight of the market and leaves out what was paid in', () => {
    expect(profitToday(pointsOf(HISTORY), '2026-01-02T10:00:00.000Z')).toBe(-15);
  });

  it('begins with the curve where that is younger than the day', () => {
    expect(profitToday(pointsOf(HISTORY).slice(0, 2), '2026-01-01T23:59:30.000Z')).toBe(40);
  });

  it('is unknown without a curve', () => {
    expect(profitToday([], '2026-01-01T10:00:00.000Z')).toBeNull();
  });
});
