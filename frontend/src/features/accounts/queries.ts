// What only this page asks for, and what it changes.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Account, Epoch, Page } from '../../api/types';
import { useWrite } from '../../api/useWrite';

/** The present one goes on. */
const REFETCH_MS = 10_000;

export function useEpochs(account: string) {
  return useQuery<Page<Epoch>>({
    queryKey: keys.epochs(account),
    queryFn: ({ signal }) => call('get', '/api/v1/accounts/{id}/epochs/', { path: { id: account }, signal }),
    refetchInterval: REFETCH_MS,
  });
}

export interface Funds {
  way: 'deposit' | 'withdraw';
  asset: string;
  amount: string;
}

export function useMoveFunds(account: string) {
  const client = useQueryClient();
  return useWrite<Funds, Account>(
    ({ way, ...body }, key) =>
      way === 'deposit'
        ? call('post', '/api/v1/accounts/{id}/deposit/', { path: { id: account }, body, key })
        : call('post', '/api/v1/accounts/{id}/withdraw/', { path: { id: account }, body, key }),
    {
      onSuccess: () => {
        for (const queryKey of [keys.accounts, keys.balances(account), keys.portfolio(account)]) void client.invalidateQueries({ queryKey });
      },
    },
  );
}

export interface Fork {
  name: string | null;
  with_orders: boolean;
  from_sequence: number | null;
}

/** Reading the past takes as long as the journal is. */
const FORK_TIMEOUT_MS = 120_000;

export function useFork(account: string) {
  const client = useQueryClient();
  return useWrite<Fork, Account>(
    (body, key) => call('post', '/api/v1/accounts/{id}/fork/', { path: { id: account }, body, key, timeoutMs: FORK_TIMEOUT_MS }),
    { onSuccess: () => void client.invalidateQueries({ queryKey: keys.accounts }) },
  );
}
