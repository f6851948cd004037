// What the page reads of sweeps and walks forward. What is there never changes.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Search, SearchOutline } from '../../api/types';
import type { Combination } from '../../ui/strategy/results';

const LIST_LIMIT = 200;
const PAGE = 1_000;
/** What an address has beside the id: nothing for a sweep. */
export function partsOf(kind: Search['kind']): Record<string, string> {
  return kind === 'sweep' ? {} : { kind };
}

/** More cells than these are not looked at one by one. */
export const MOST_COMBINATIONS = 20_000;

/** Both kinds, newest first. */
export function useSearches(account: string) {
  return useQuery<SearchOutline[]>({
    queryKey: [...keys.searches(account), 'list'],
    queryFn: async ({ signal }) => {
      const query = { limit: LIST_LIMIT };
      const [sweeps, walks] = await Promise.all([
        call('get', '/api/v1/backtests/sweeps/', { query, account, signal }),
        call('get', '/api/v1/backtests/walk-forward/', { query, account, signal }),
      ]);
      return [...sweeps.items, ...walks.items].sort((a, b) => b.created_at.localeCompare(a.created_at));
    },
  });
}

/** One of either kind, as its address says. */
export function useSearch(account: string, id: string, kind: Search['kind']) {
  return useQuery<Search>({
    queryKey: [...keys.search(account, id), kind],
    queryFn: ({ signal }) =>
      kind === 'sweep' ? call('get', '/api/v1/backtests/sweeps/{id}/', { path: { id }, account, signal }) : call('get', '/api/v1/backtests/walk-forward/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity,
  });
}

/** All that a sweep tried, page after page. */
export function useCombinations(account: string, id: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.search(account, id), 'combinations'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/backtests/sweeps/{id}/combinations/', { path: { id }, query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity,
  });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const combinations = useMemo(() => (data?.pages ?? []).flatMap((page) => page.items as Combination[]), [data]);
  const wantsMore = hasNextPage && !isFetching && combinations.length < MOST_COMBINATIONS;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);
  return { query, combinations };
}
