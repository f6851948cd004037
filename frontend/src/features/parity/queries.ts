// What only this page asks for.
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import type { Parity } from '../../api/types';

/** As many differences as one answer may bring. */
export const MOST_SHOWN = 5_000;
/** It reads the bars and the session anew each time. */
const TIMEOUT_MS = 60_000;

/** What traded in the sandbox: an account, or a run or a rehearsal of a strategy. */
export const TRADERS = ['session', 'run', 'rehearsal'] as const;
export type TraderKind = (typeof TRADERS)[number];

export interface Trader {
  kind: TraderKind;
  id: string;
}

export interface Sides {
  backtest: string;
  /** Null: not chosen yet. */
  trader: Trader | null;
  /** Of an account; null for the present one. */
  epoch: number | null;
}

export function useParity(account: string, { backtest, trader, epoch }: Sides) {
  return useQuery<Parity>({
    queryKey: ['parity', account, backtest, trader, epoch],
    enabled: backtest !== '' && trader !== null,
    queryFn: ({ signal }) =>
      call('get', '/api/v1/backtests/{id}/parity/', {
        path: { id: backtest },
        query: { ...(trader ? { [trader.kind]: trader.id } : {}), limit: MOST_SHOWN, ...(epoch === null ? {} : { epoch }) },
        account,
        signal,
        timeoutMs: TIMEOUT_MS,
      }),
  });
}
