// What only this page asks for, and what it changes.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import type { ApiError } from '../../api/errors';
import { keys } from '../../api/keys';
import type { Alert, AlertChangeIn, AlertEvent, AlertIn, MadeAlert } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import type { Severity } from './words';

/** An account has 200 at the most. */
const RULES_PAGE = 200;
const EVENTS_PAGE = 100;
/** How many bars a rule has seen and what it waits for is told by no channel. */
const RULES_REFETCH_MS = 5_000;

export function useRules(account: string) {
  return useQuery({
    queryKey: keys.alertRules(account),
    queryFn: ({ signal }) => call('get', '/api/v1/alerts/', { query: { limit: RULES_PAGE }, account, signal }),
    refetchInterval: RULES_REFETCH_MS,
  });
}

export interface EventFilters {
  rule?: string | undefined;
  severity?: Severity | undefined;
  acknowledged?: boolean | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export function useEvents(account: string, filters: EventFilters) {
  return useInfiniteQuery({
    queryKey: [...keys.alertEvents(account), filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/alerts/events/', {
        query: { ...defined(filters), limit: EVENTS_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        account,
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** What an expression is, or why it is none; asked of the gateway, which alone knows the language. */
export function useChecked(expression: string) {
  return useQuery({
    queryKey: ['expressions', 'checked', expression],
    enabled: expression.trim() !== '',
    queryFn: ({ signal }) => call('post', '/api/v1/expressions/validate/', { body: { expression, parameters: {} }, signal }),
    staleTime: Infinity, // a text is an expression or it is not
    retry: false,
  });
}

function useRefresh(account: string): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: keys.alerts(account) });
}

interface SavedRule {
  /** The rule that is replaced; null makes one. */
  id: string | null;
  body: AlertIn;
}

export function useSaveRule(account: string) {
  return useWrite<SavedRule, MadeAlert>(
    ({ id, body }, key) =>
      id === null
        ? call('post', '/api/v1/alerts/', { body, account, key })
        : call('put', '/api/v1/alerts/{id}/', { path: { id }, body, account, key }),
    { onSuccess: useRefresh(account) },
  );
}

interface ChangeNews {
  fault: (fault: ApiError) => void;
}

export function useChangeRule(account: string, on: ChangeNews) {
  return useWrite<{ id: string; change: AlertChangeIn }, Alert>(
    ({ id, change }, key) => call('patch', '/api/v1/alerts/{id}/', { path: { id }, body: change, account, key }),
    { onSuccess: useRefresh(account), onError: on.fault },
  );
}

export function useDeleteRule(account: string) {
  return useWrite<string, unknown>((id, key) => call('delete', '/api/v1/alerts/{id}/', { path: { id }, account, key }), {
    onSuccess: useRefresh(account),
  });
}

export function useTestRule(account: string, on: ChangeNews & { success: (event: AlertEvent) => void }) {
  const refresh = useRefresh(account);
  return useWrite<string, AlertEvent>((id, key) => call('post', '/api/v1/alerts/{id}/test/', { path: { id }, account, key }), {
    onSuccess: (event) => {
      refresh();
      on.success(event);
    },
    onError: on.fault,
  });
}

/** One after the other, since the API has them one at a time; again changes nothing, so a retry may begin anew. */
export function useAcknowledge(account: string, on: ChangeNews) {
  const refresh = useRefresh(account);
  return useWrite<readonly string[], number>(
    async (ids) => {
      for (const id of ids) await call('post', '/api/v1/alerts/events/{id}/acknowledge/', { path: { id }, account });
      return ids.length;
    },
    {
      onSuccess: refresh,
      onError: (fault) => {
        refresh(); // some of them may be
        on.fault(fault);
      },
    },
  );
}
