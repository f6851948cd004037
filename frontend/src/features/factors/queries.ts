// The writes that change factors.
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Factor, FactorIn } from '../../api/types';
import { useWrite } from '../../api/useWrite';

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
