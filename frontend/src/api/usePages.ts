// A list that comes page after page, as one.
import { useCallback, useEffect, useMemo } from 'react';

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

/** Page after page, while all of them are wanted: what is sought, or comes first by another order, may be on the last one. */
export function useEveryPage(isWanted: boolean, more: (() => void) | undefined): void {
  useEffect(() => {
    if (isWanted) more?.();
  }, [isWanted, more]);
}
