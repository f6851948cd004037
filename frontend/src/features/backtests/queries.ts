// What the page reads of backtests. A backtest that is there never changes, but for its name and notes.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Backtest, BacktestEquity, RoundTrip, TradeLines } from '../../api/types';
import { usePages } from '../../api/usePages';

const LIST_PAGE = 100;
const ROWS_PAGE = 500;
/** As many as one request may bring. */
const WHOLE_PAGE = 1_000;

export function useBacktests(account: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.backtests(account), 'list'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => call('get', '/api/v1/backtests/', { query: { limit: LIST_PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
  return usePages(query);
}

export function backtestQuery(account: string, id: string) {
  return {
    queryKey: keys.backtest(account, id),
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Backtest> => call('get', '/api/v1/backtests/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity,
  };
}

export function useBacktest(account: string, id: string) {
  return useQuery<Backtest>(backtestQuery(account, id));
}

export function equityQuery(account: string, id: string) {
  return {
    queryKey: [...keys.backtest(account, id), 'equity'],
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<BacktestEquity> => call('get', '/api/v1/backtests/{id}/equity/', { path: { id }, account, signal }),
    staleTime: Infinity,
  };
}

export function useTrades(account: string, id: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.backtest(account, id), 'trades'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/backtests/{id}/trades/', { path: { id }, query: { limit: ROWS_PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
  });
  return usePages(query);
}

/** Where all of them began and ended, in one answer. */
export function useTradeLines(account: string, id: string) {
  return useQuery<TradeLines>({
    queryKey: [...keys.backtest(account, id), 'trade-lines'],
    queryFn: ({ signal }) => call('get', '/api/v1/backtests/{id}/trade-lines/', { path: { id }, account, signal }),
    staleTime: Infinity,
  });
}

export function useOrders(account: string, id: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.backtest(account, id), 'orders'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/backtests/{id}/orders/', { path: { id }, query: { limit: ROWS_PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
  });
  return usePages(query);
}

/** Every trade, page after page. */
export async function allTrades(account: string, id: string): Promise<RoundTrip[]> {
  const found: RoundTrip[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: RoundTrip[]; next_cursor: string | null } = await call('get', '/api/v1/backtests/{id}/trades/', { path: { id }, query: { limit: WHOLE_PAGE, ...(cursor ? { cursor } : {}) }, account });
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}
