// The cache of answers and its habits.
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './errors';

const RETRIES = 2;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The gateway is on this machine: whether the browser thinks it is online says nothing.
        networkMode: 'always',
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        retry: (count, fault) => count < RETRIES && fault instanceof ApiError && fault.isRetryable,
        retryDelay: (count) => Math.min(4_000, 400 * 2 ** count),
      },
      mutations: { networkMode: 'always' },
    },
  });
}
