// What the page reads of factors, and the writes that change them.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Factor, FactorIn, FactorSet } from '../../api/types';
import { useWrite } from '../../api/useWrite';

const LIST_LIMIT = 1_000;

export function useFactors(account: string) {
  return useQuery<Factor[]>({
    queryKey: keys.factors(account),
    queryFn: async ({ signal }) => (await call('get', '/api/v1/factors/', { query: { limit: LIST_LIMIT }, account, signal })).items,
  });
}

export function useFactorSets() {
  return useQuery<FactorSet[]>({
    queryKey: keys.factorSets,
    queryFn: ({ signal }) => call('get', '/api/v1/factors/sets/', { signal }),
    staleTime: Infinity, // they come with the gateway
  });
}

interface Save {
  /** Null: a new one. */
  id: string | null;
  factor: FactorIn;
}

export function useSaveFactor(account: string, onSaved: (factor: Factor) => void) {
  const client = useQueryClient();
  return useWrite<Save, Factor>(
    ({ id, factor }, key) =>
      id === null ? call('post', '/api/v1/factors/', { body: factor, account, key }) : call('patch', '/api/v1/factors/{id}/', { path: { id }, body: factor, account, key }),
    {
      onSuccess: (factor) => {
        void client.invalidateQueries({ queryKey: keys.factors(account) });
        onSaved(factor);
      },
    },
  );
}

export function useDeleteFactor(account: string) {
  const client = useQueryClient();
  return useWrite<string, unknown>((id, key) => call('delete', '/api/v1/factors/{id}/', { path: { id }, account, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.factors(account) }),
  });
}
