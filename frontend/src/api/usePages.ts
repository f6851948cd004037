// A list that comes page after page, as one.
import { useCallback, useMemo } from 'react';

interface Paged<T> {
  data: { pages: { items: T[] }[] } | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** All that has come so far in one list, and how to have more of it. */
export function usePages<T, Q extends Paged<T>>(query: Q & Paged<T>) {
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const items = useMemo(() => (data?.pages ?? []).flatMap((page) => page.items), [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { query, items, more };
}
