// What pages read of the gateway, each endpoint once. Pages share these; what only one page reads is in its own queries.ts.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from './client';
import { ApiError } from './errors';
import { takeFeed } from './feed';
import { keys } from './keys';
import type {
  Account,
  AccountIn,
  AlertEvent,
  Balance,
  Factor,
  FactorSet,
  Feed,
  FeedIn,
  Fill,
  Health,
  Instrument,
  Order,
  OrderIn,
  Page,
  PlacedOrder,
  Position,
  PythonStrategy,
  ReplaceOrderIn,
  StrategyRun,
} from './types';
import { useWrite } from './useWrite';

/** As many as one request may bring. */
const WHOLE_PAGE = 1000;
const HISTORY_PAGE = 100;

export function useAccounts() {
  return useQuery({
    queryKey: keys.accounts,
    queryFn: ({ signal }) => call('get', '/api/v1/accounts/', { query: { limit: WHOLE_PAGE }, signal }),
  });
}

export function useAccount(account: string) {
  return useQuery<Account>({
    queryKey: keys.account(account),
    queryFn: ({ signal }) => call('get', '/api/v1/accounts/{id}/', { path: { id: account }, signal }),
    refetchInterval: 5_000, // what it is worth moves with prices, which no private channel tells
  });
}

export function useOpenOrders(account: string) {
  return useQuery<Page<Order>>({
    queryKey: keys.openOrders(account),
    queryFn: ({ signal }) =>
      call('get', '/api/v1/orders/', { query: { status: 'open', limit: WHOLE_PAGE }, account, signal }),
    staleTime: Infinity, // the stream keeps it true
  });
}

export function usePositions(account: string) {
  return useQuery<Page<Position>>({
    queryKey: keys.positions(account),
    queryFn: ({ signal }) => call('get', '/api/v1/positions/', { account, signal }),
    staleTime: Infinity, // the stream keeps it true
  });
}

export function useBalances(account: string) {
  return useQuery<Page<Balance>>({
    queryKey: keys.balances(account),
    queryFn: ({ signal }) => call('get', '/api/v1/balances/', { account, signal }),
    staleTime: Infinity, // the stream keeps it true
  });
}

export function useRecentFills(account: string) {
  return useQuery<Page<Fill>>({
    queryKey: keys.recentFills(account),
    queryFn: ({ signal }) => call('get', '/api/v1/fills/', { query: { limit: HISTORY_PAGE }, account, signal }),
    staleTime: Infinity, // the stream keeps it true
  });
}

export interface OrderFilters {
  status: 'open' | 'closed' | 'all';
  symbol?: string | undefined;
  side?: 'buy' | 'sell' | undefined;
}

export function useOrderHistory(account: string, filters: OrderFilters, isEnabled = true) {
  return useInfiniteQuery({
    queryKey: keys.orderHistory(account, filters),
    enabled: isEnabled,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/orders/', {
        query: { ...filters, limit: HISTORY_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        account,
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useFillHistory(account: string, filters: { symbol?: string | undefined }, isEnabled = true) {
  return useInfiniteQuery({
    queryKey: keys.fillHistory(account, filters),
    enabled: isEnabled,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/fills/', {
        query: { ...filters, limit: HISTORY_PAGE, ...(pageParam ? { cursor: pageParam } : {}) },
        account,
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** As many as the stream begins with. */
export const UNACKNOWLEDGED_KEPT = 500;

/** What alerts told and nobody has acknowledged, newest first. */
export function useUnacknowledged(account: string) {
  return useQuery<Page<AlertEvent>>({
    queryKey: keys.unacknowledged(account),
    queryFn: ({ signal }) =>
      call('get', '/api/v1/alerts/events/', { query: { acknowledged: false, limit: UNACKNOWLEDGED_KEPT }, account, signal }),
    staleTime: Infinity, // the stream keeps it true
  });
}

/** The runs of the account's strategies that go on, on whichever accounts they trade. */
export function useLiveRuns(account: string) {
  return useQuery<Page<StrategyRun>>({
    queryKey: keys.liveRuns(account),
    queryFn: async ({ signal }) => {
      const { items } = await call('get', '/api/v1/strategies/', { query: { limit: WHOLE_PAGE }, account, signal });
      return { items: items.flatMap(({ runs }) => runs), next_cursor: null };
    },
    staleTime: Infinity, // the stream keeps it true
  });
}

export function useInstruments() {
  const query = useQuery({
    queryKey: keys.symbols,
    queryFn: ({ signal }) => call('get', '/api/v1/symbols/', { query: { limit: WHOLE_PAGE }, signal }),
    staleTime: 60_000,
  });
  const bySymbol = useMemo(() => {
    const found = new Map<string, Instrument>();
    for (const instrument of query.data?.items ?? []) found.set(instrument.symbol, instrument);
    return found;
  }, [query.data]);
  return { ...query, bySymbol };
}

/** Where the feed stands; or a part of it, for what is to be drawn anew with that part alone. */
export function useFeed<T = Feed>(select?: (feed: Feed) => T) {
  return useQuery<Feed, Error, T>({
    queryKey: keys.feed,
    queryFn: ({ signal }) => call('get', '/api/v1/feed/', { signal }),
    staleTime: Infinity, // the stream keeps it true
    ...(select ? { select } : {}),
  });
}

export function useHealth() {
  return useQuery<Health>({
    queryKey: keys.health,
    queryFn: ({ signal }) => call('get', '/health/', { signal }).catch(reportOfFailed),
    refetchInterval: 5_000,
  });
}

/** A gateway that is not well answers 503, with its checks in the details. */
function reportOfFailed(fault: unknown): Health {
  if (fault instanceof ApiError && fault.status === 503 && Array.isArray(fault.details.checks)) {
    return fault.details as unknown as Health;
  }
  throw fault;
}

export function useServices() {
  return useQuery({
    queryKey: keys.services,
    queryFn: ({ signal }) => call('get', '/api/v1/system/services/', { signal }),
    refetchInterval: 5_000,
  });
}

export function useDatasets() {
  return useQuery({
    queryKey: keys.datasets,
    queryFn: ({ signal }) => call('get', '/api/v1/datasets/', { query: { limit: WHOLE_PAGE }, signal }),
  });
}

/** The backtests of the account, newest first, to choose from. */
export function useBacktestNames(account: string) {
  return useQuery({
    queryKey: keys.backtestNames(account),
    queryFn: ({ signal }) => call('get', '/api/v1/backtests/', { query: { limit: WHOLE_PAGE }, account, signal }),
  });
}

export function usePlaceOrder(account: string, on: { success?: (order: PlacedOrder) => void } = {}) {
  return useWrite<OrderIn, PlacedOrder>((body, key) => call('post', '/api/v1/orders/', { body, account, key }), {
    ...(on.success ? { onSuccess: on.success } : {}),
  });
}

interface CancelNews {
  success?: (order: Order) => void;
  fault?: (fault: ApiError) => void;
}

export function useCancelOrder(account: string, on: CancelNews = {}) {
  return useWrite<string, Order>((id, key) => call('delete', '/api/v1/orders/{id}/', { path: { id }, account, key }), {
    ...(on.success ? { onSuccess: on.success } : {}),
    ...(on.fault ? { onError: on.fault } : {}),
  });
}

export function useCancelAll(account: string) {
  return useWrite<{ symbol?: string }, Page<Order>>((query, key) =>
    call('delete', '/api/v1/orders/', { query, account, key }),
  );
}

export function useReplaceOrder(account: string) {
  return useWrite<{ id: string; change: ReplaceOrderIn }, Order>(({ id, change }, key) =>
    call('patch', '/api/v1/orders/{id}/', { path: { id }, body: change, account, key }),
  );
}

export function useClosePosition(account: string) {
  return useWrite<{ symbol: string; percent?: string }, PlacedOrder>(({ symbol, percent }, key) =>
    call('delete', '/api/v1/positions/{symbol}/', {
      path: { symbol },
      query: percent === undefined ? {} : { percent },
      account,
      key,
    }),
  );
}

export function useCloseAll(account: string) {
  return useWrite<undefined, Page<Order>>((_, key) => call('delete', '/api/v1/positions/', { account, key }));
}

export function useSetFeed() {
  const client = useQueryClient();
  return useWrite<FeedIn, Feed>((body, key) => call('put', '/api/v1/feed/', { body, key }), {
    onSuccess: (feed) => takeFeed(client, feed),
  });
}

export function useStepFeed() {
  const client = useQueryClient();
  return useWrite<number, { steps: number; feed: Feed }>(
    (steps, key) => call('post', '/api/v1/feed/step/', { body: { steps }, key }),
    { onSuccess: (answer) => takeFeed(client, answer.feed) },
  );
}

export function useOpenAccount() {
  const client = useQueryClient();
  return useWrite<AccountIn, Account>((body, key) => call('post', '/api/v1/accounts/', { body, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.accounts }),
  });
}

export function useResetAccount() {
  const client = useQueryClient();
  return useWrite<string, Account>(
    (account, key) => call('post', '/api/v1/accounts/{id}/reset/', { path: { id: account }, body: {}, key }),
    {
      onSuccess: (_, account) => {
        void client.invalidateQueries({ queryKey: keys.accounts });
        for (const key of [keys.orders(account), keys.fills(account), keys.positions(account), keys.balances(account), keys.portfolio(account)]) {
          void client.invalidateQueries({ queryKey: key });
        }
      },
    },
  );
}

export function useFactors(account: string) {
  return useQuery<Factor[]>({
    queryKey: keys.factors(account),
    queryFn: async ({ signal }) => (await call('get', '/api/v1/factors/', { query: { limit: WHOLE_PAGE }, account, signal })).items,
  });
}

/** The owner's strategies in Python, as their files are now. */
export function usePythonStrategies() {
  return useQuery<PythonStrategy[]>({
    queryKey: keys.pythonStrategies,
    queryFn: ({ signal }) => call('get', '/api/v1/backtests/python-strategies/', { signal }),
  });
}

export function useFactorSets() {
  return useQuery<FactorSet[]>({
    queryKey: keys.factorSets,
    queryFn: ({ signal }) => call('get', '/api/v1/factors/sets/', { signal }),
    staleTime: Infinity, // they come with the gateway
  });
}
