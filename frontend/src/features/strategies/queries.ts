// What the page reads of strategies, and the writes that change, start and stop them.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useFactors, useFactorSets } from '../../api/queries';
import type {
  Backtest,
  NewStrategyIn,
  Page,
  RehearsedOrder,
  RehearseIn,
  Strategy,
  StrategyChangeIn,
  StrategyPerformance,
  StrategyRehearsal,
  StrategyRun,
  StrategySignal,
  StrategyStartIn,
  StrategyStopIn,
  StrategyTemplate,
  StrategyVersion,
} from '../../api/types';
import { usePages } from '../../api/usePages';
import { useWrite } from '../../api/useWrite';
import { goesOn } from '../../stream/strategySync';

const LIST_PAGE = 100;
/** As many versions as one chooses two of. */
const VERSIONS_KEPT = 1_000;
/** What bars and signals come to is told by no stream. */
const COUNTS_REFETCH_MS = 4_000;

export function useStrategies(account: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.strategies(account), 'list'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => call('get', '/api/v1/strategies/', { query: { limit: LIST_PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
  return usePages<Strategy, typeof query>(query);
}

export function useTemplates() {
  return useQuery<StrategyTemplate[]>({
    queryKey: keys.strategyTemplates,
    queryFn: async ({ signal }) => (await call('get', '/api/v1/strategies/templates/', { signal })).items,
    staleTime: Infinity, // they come with the gateway
  });
}

export function useStrategy(account: string, id: string) {
  return useQuery<Strategy>({
    queryKey: [...keys.strategy(account, id), 'one'],
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/', { path: { id }, account, signal }),
  });
}

export function useVersions(account: string, id: string) {
  return useQuery<Page<StrategyVersion>>({
    queryKey: [...keys.strategy(account, id), 'versions'],
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/versions/', { path: { id }, query: { limit: VERSIONS_KEPT }, account, signal }),
  });
}

/** The newest runs; as many as the gateway keeps. */
export function useRuns(account: string, id: string) {
  return useQuery<Page<StrategyRun>>({
    queryKey: [...keys.strategy(account, id), 'runs'],
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/runs/', { path: { id }, query: { limit: LIST_PAGE }, account, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(goesOn) ? COUNTS_REFETCH_MS : false),
  });
}

export function usePerformance(account: string, run: StrategyRun) {
  const id = run.strategy_id;
  return useQuery<StrategyPerformance>({
    queryKey: [...keys.strategy(account, id), 'performance', run.id],
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/performance/', { path: { id }, query: { run: run.id }, account, signal }),
    refetchInterval: goesOn(run) ? COUNTS_REFETCH_MS : false, // what is held moves with prices
    retry: false,
  });
}

export interface SignalFilters {
  run: string;
  symbol?: string | undefined;
  outcome?: StrategySignal['outcome'] | undefined;
}

export function useSignals(account: string, id: string, { run, symbol, outcome }: SignalFilters) {
  const filters = { run, ...(symbol ? { symbol } : {}), ...(outcome ? { outcome } : {}) };
  const query = useInfiniteQuery({
    queryKey: [...keys.strategy(account, id), 'signals', filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/strategies/{id}/signals/', { path: { id }, query: { ...filters, limit: LIST_PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
  return usePages<StrategySignal, typeof query>(query);
}

const PROGRESS_REFETCH_MS = 1_000;
const isPlaying = ({ state }: StrategyRehearsal) => state === 'running';

/** As many as the gateway keeps, newest first. */
export function useRehearsals(account: string, id: string, isEnabled: boolean) {
  return useQuery<Page<StrategyRehearsal>>({
    queryKey: [...keys.strategy(account, id), 'rehearsals'],
    enabled: isEnabled,
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/{id}/rehearsals/', { path: { id }, query: { limit: LIST_PAGE }, account, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isPlaying) ? PROGRESS_REFETCH_MS : false),
  });
}

/** One with its curve, from its end on. */
export function useRehearsal(account: string, { id, strategy_id: strategy, state }: StrategyRehearsal) {
  return useQuery<StrategyRehearsal>({
    queryKey: [...keys.strategy(account, strategy), 'rehearsal', id, state],
    enabled: state !== 'running',
    queryFn: ({ signal }) => call('get', '/api/v1/strategies/rehearsals/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity, // it has ended
  });
}

export function useRehearsedOrders(account: string, { id, strategy_id: strategy }: StrategyRehearsal) {
  const query = useInfiniteQuery({
    queryKey: [...keys.strategy(account, strategy), 'rehearsal', id, 'orders'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => call('get', '/api/v1/strategies/rehearsals/{id}/orders/', { path: { id }, query: { limit: LIST_PAGE, ...(pageParam ? { cursor: pageParam } : {}) }, account, signal }),
    getNextPageParam: (page) => page.next_cursor,
    staleTime: Infinity, // it has ended
  });
  return usePages<RehearsedOrder, typeof query>(query);
}

/** The factors that have a name, the account's own first; their expressions may stand in a rule. */
export function useNamedFactors(account: string) {
  return { own: useFactors(account).data, sets: useFactorSets().data };
}

export function useBacktest(account: string, id: string) {
  return useQuery<Backtest>({
    queryKey: keys.backtest(account, id),
    queryFn: ({ signal }) => call('get', '/api/v1/backtests/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity,
  });
}

// ---- writes

function useRefresh(account: string): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: keys.strategies(account) });
}

export function useCreate(account: string) {
  return useWrite<NewStrategyIn, Strategy>((body, key) => call('post', '/api/v1/strategies/', { body, account, key }), { onSuccess: useRefresh(account) });
}

export function useChange(account: string, id: string) {
  return useWrite<StrategyChangeIn, Strategy>((body, key) => call('patch', '/api/v1/strategies/{id}/', { path: { id }, body, account, key }), { onSuccess: useRefresh(account) });
}

export function useDelete(account: string) {
  return useWrite<string, unknown>((id, key) => call('delete', '/api/v1/strategies/{id}/', { path: { id }, account, key }), { onSuccess: useRefresh(account) });
}

/** The first run of a gateway loads what computes; the answer waits some seconds for its history. */
const START_TIMEOUT_MS = 60_000;

export function useStart(account: string, id: string) {
  const client = useQueryClient();
  const refresh = useRefresh(account);
  return useWrite<StrategyStartIn, StrategyRun>((body, key) => call('post', '/api/v1/strategies/{id}/start/', { path: { id }, body, account, key, timeoutMs: START_TIMEOUT_MS }), {
    onSuccess: () => {
      refresh();
      void client.invalidateQueries({ queryKey: keys.accounts }); // it may have opened one
    },
  });
}

export function useStop(account: string, id: string) {
  return useWrite<StrategyStopIn, Page<StrategyRun>>((body, key) => call('post', '/api/v1/strategies/{id}/stop/', { path: { id }, body, account, key, timeoutMs: START_TIMEOUT_MS }), {
    onSuccess: useRefresh(account),
  });
}

export function useRehearse(account: string, id: string) {
  return useWrite<RehearseIn, StrategyRehearsal>((body, key) => call('post', '/api/v1/strategies/{id}/rehearse/', { path: { id }, body, account, key, timeoutMs: START_TIMEOUT_MS }), {
    onSuccess: useRefresh(account),
  });
}

export function useCancelRehearsal(account: string) {
  return useWrite<string, StrategyRehearsal>((id, key) => call('post', '/api/v1/strategies/rehearsals/{id}/cancel/', { path: { id }, account, key }), {
    onSuccess: useRefresh(account),
  });
}
