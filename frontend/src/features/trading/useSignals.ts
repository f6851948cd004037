// The signals of the strategies that trade a symbol at present, for its chart.
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import { useLiveRuns } from '../../api/queries';
import type { Page, StrategySignal } from '../../api/types';
import { useStrategySync } from '../../stream/strategySync';
import type { Note } from '../../ui/chart/CandleChart';
import { notesOfSignals } from './signals';

/** Of more than these the chart would show nothing that one could read. */
const MOST_RUNS = 8;
const SIGNALS_OF_A_RUN = 100;

export interface ShownSignals {
  notes: readonly Note[];
  /** How many runs they are of. */
  runs: number;
}

export function useSignals(account: string, symbol: string): ShownSignals {
  useStrategySync(account);
  const live = useLiveRuns(account).data;
  const runs = useMemo(() => (live?.items ?? []).filter((run) => run.symbols.includes(symbol)).slice(0, MOST_RUNS), [live, symbol]);
  const found = useQueries({
    queries: runs.map((run) => ({
      queryKey: [...keys.strategy(account, run.strategy_id), 'signals', { run: run.id, symbol, on: 'chart' }],
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<Page<StrategySignal>> =>
        call('get', '/api/v1/strategies/{id}/signals/', { path: { id: run.strategy_id }, query: { run: run.id, symbol, limit: SIGNALS_OF_A_RUN }, account, signal }),
    })),
    combine: (queries) => queries.map((query) => query.data?.items),
  });
  const notes = useMemo(() => notesOfSignals(runs.map((run, index) => ({ run, signals: found[index] ?? [] }))), [runs, found]);
  return useMemo(() => ({ notes, runs: runs.length }), [notes, runs.length]);
}
