// The curve of an account's worth, taken back from what it has now.
import { describe, expect, it } from 'vitest';
import type { Candle } from '../../api/types';
import { BTC, makeFill } from '../../test/make';
import { equityCurve, type History, pricedSymbols, profitToday } from './equity';

const candle = (minute: number, open: string): Candle => ({ time: `2026-01-01T00:0${minute}:00.000Z`, open, high: open, low: open, close: open, volume: '1' });

/** Bought 1 BTC at 100 (fee 1) between minutes 1 and 2; it rose to 150 and fell to 120. */
const HISTORY: History = {
  baseCurrency: 'USDT',
  balances: [
    { asset: 'USDT', total: '899', available: '899', held: '0', worth: '899' },
    { asset: 'BTC', total: '1', available: '1', held: '0', worth: '120' },
  ],
  fills: [makeFill({ price: '100', quantity: '1', fee: '1', time: '2026-01-01T00:01:30.000Z' })],
  candles: new Map([['BTC', [candle(0, '90'), candle(1, '95'), candle(2, '150'), candle(3, '120')]]]),
  since: '2026-01-01T00:00:00.000Z',
  now: { time: '2026-01-01T00:03:30.000Z', equity: '1019' },
};

describe('the curve', () => {
  it('is flat before the fill, and follows the price after it', () => {
    expect(equityCurve(HISTORY).map((point) => point.equity)).toEqual([1000, 1000, 1049, 1019, 1019]);
  });

  it('tells how far it is below its peak', () => {
    expect(equityCurve(HISTORY).at(-1)?.drawdown).toBeCloseTo((1019 / 1049 - 1) * 100);
  });

  it('does not begin before the account', () => {
    expect(equityCurve({ ...HISTORY, since: '2026-01-01T00:02:00.000Z' })).toHaveLength(3);
  });

  it('of an account opened after the market’s own time has all of the market', () => {
    expect(equityCurve({ ...HISTORY, since: '2030-01-01T00:00:00.000Z' })).toHaveLength(5);
  });
});

it('profit of today counts from midnight of the market', () => {
  expect(profitToday(equityCurve(HISTORY), '2026-01-01T00:03:30.000Z')).toBe(19);
  expect(profitToday(equityCurve(HISTORY), '2026-01-02T00:00:00.000Z')).toBeNull();
});

it('prices what is held or was traded for the base currency', () => {
  expect(pricedSymbols({ ...HISTORY, balances: [], fills: [] }, [BTC])).toEqual([]);
  expect(pricedSymbols(HISTORY, [BTC, { ...BTC, symbol: 'BTC-EUR', quote: 'EUR' }])).toEqual([BTC]);
});
