// The candles of a symbol: the newest first, older ones in front when they come into sight.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Candle, CandlePage, Interval } from '../../api/types';

const PAGE = 500;

export function useCandles(symbol: string, interval: Interval, dataset: string | null) {
  const client = useQueryClient();
  const key = useMemo(() => keys.candles(symbol, interval, dataset), [symbol, interval, dataset]);
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }): Promise<CandlePage> =>
      call('get', '/api/v1/markets/{symbol}/candles/', {
        path: { symbol },
        query: { interval, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity, // the stream appends to the chart
  });
  const bars = useMemo(() => joined(query.data?.pages ?? []), [query.data]);
  const restart = useCallback(() => void client.resetQueries({ queryKey: key }), [client, key]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const older = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { query, bars, older, restart };
}

/** Pages go back in time, each of them oldest first; a bar that is in two counts once, in its newest state. */
export function joined(pages: readonly Pick<CandlePage, 'items'>[]): Candle[] {
  const byTime = new Map<string, Candle>();
  for (const page of [...pages].reverse()) for (const candle of page.items) byTime.set(candle.time, candle);
  return [...byTime.values()].sort((a, b) => (a.time < b.time ? -1 : 1));
}
