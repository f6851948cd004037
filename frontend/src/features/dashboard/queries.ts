// What only the dashboard asks for: the curve of the account's worth, put together from fills and candles.
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../api/client';
import { useAllFills, useBalances, useFeed, useInstruments } from '../../api/queries';
import type { Account, Candle, Interval } from '../../api/types';
import { equityCurve, type EquityPoint, pricedSymbols } from './equity';

export const RANGES = {
  '1H': { interval: '1m', bars: 60 },
  '1D': { interval: '5m', bars: 288 },
  '1W': { interval: '1h', bars: 168 },
  '1M': { interval: '4h', bars: 180 },
} as const satisfies Record<string, { interval: Interval; bars: number }>;
export type Range = keyof typeof RANGES;

const NO_CANDLES: readonly Candle[] = [];

interface Curve {
  points: EquityPoint[] | null;
  fault: unknown;
  isWhole: boolean;
  retry: () => void;
}

export function useEquity(account: Account, range: Range): Curve {
  const fills = useAllFills(account.id);
  const balances = useBalances(account.id);
  const instruments = useInstruments();
  const feed = useFeed();
  const { interval, bars } = RANGES[range];
  const symbols = useMemo(() => {
    if (!fills.data || !balances.data || !instruments.data) return null;
    const known = { balances: balances.data.items, fills: fills.data.items, baseCurrency: account.base_currency };
    const priced = pricedSymbols(known, instruments.data.items);
    // Without anything priced the line is flat, and any market gives it its times.
    return priced.length > 0 ? priced : instruments.data.items.slice(0, 1);
  }, [fills.data, balances.data, instruments.data, account.base_currency]);
  const candles = useQueries({
    queries: (symbols ?? []).map(({ symbol }) => ({
      queryKey: ['candles', symbol, interval, 'equity', bars, feed.data?.dataset ?? null],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call('get', '/api/v1/markets/{symbol}/candles/', { path: { symbol }, query: { interval, limit: bars }, signal }),
      refetchInterval: 30_000,
    })),
  });
  const loaded = candles.every((each) => each.data !== undefined);
  const stamp = candles.map((each) => each.dataUpdatedAt).join();
  const points = useMemo(() => {
    if (!symbols || !loaded || !fills.data || !balances.data || !feed.data) return null;
    const byAsset = new Map<string, readonly Candle[]>();
    symbols.forEach((each, index) => byAsset.set(each.base, candles[index]?.data.items ?? NO_CANDLES));
    return equityCurve({
      baseCurrency: account.base_currency,
      balances: balances.data.items,
      fills: fills.data.items,
      candles: byAsset,
      since: account.created_at,
      now: { time: feed.data.position.time, equity: account.equity },
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `stamp` stands for the candles, which are a new array at each render
  }, [symbols, loaded, stamp, fills.data, balances.data, account]);
  const failed = [fills, balances, instruments, ...candles].find((each) => each.error);
  return {
    points,
    fault: failed?.error ?? null,
    isWhole: fills.data?.isWhole ?? true,
    retry: () => void failed?.refetch(),
  };
}
