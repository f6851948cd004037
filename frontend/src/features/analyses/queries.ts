// What the page reads of analyses, and how one is deleted. One that is there never changes.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Analysis, AnalysisOutline } from '../../api/types';
import { useWrite } from '../../api/useWrite';

const LIST_LIMIT = 200;

/** The newest of them. */
export function useAnalyses(account: string) {
  return useQuery<AnalysisOutline[]>({
    queryKey: keys.analyses(account),
    queryFn: async ({ signal }) => (await call('get', '/api/v1/analytics/', { query: { limit: LIST_LIMIT }, account, signal })).items,
  });
}

export function useAnalysis(account: string, id: string) {
  return useQuery<Analysis>({
    queryKey: keys.analysis(account, id),
    queryFn: ({ signal }) => call('get', '/api/v1/analytics/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity,
  });
}

export function useDeleteAnalysis(account: string) {
  const client = useQueryClient();
  return useWrite<string, unknown>((id, key) => call('delete', '/api/v1/analytics/{id}/', { path: { id }, account, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.analyses(account), exact: true }),
  });
}
