// What only this page asks for.
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import type { Parity } from '../../api/types';

/** As many differences as one answer may bring. */
export const MOST_SHOWN = 5_000;
/** It reads the bars and the session anew each time. */
const TIMEOUT_MS = 60_000;

export interface Sides {
  backtest: string;
  session: string;
  /** Of the session; null for the present one. */
  epoch: number | null;
}

export function useParity(account: string, { backtest, session, epoch }: Sides) {
  return useQuery<Parity>({
    queryKey: ['parity', account, backtest, session, epoch],
    enabled: backtest !== '' && session !== '',
    queryFn: ({ signal }) =>
      call('get', '/api/v1/backtests/{id}/parity/', {
        path: { id: backtest },
        query: { session, limit: MOST_SHOWN, ...(epoch === null ? {} : { epoch }) },
        account,
        signal,
        timeoutMs: TIMEOUT_MS,
      }),
  });
}
