// What only this page asks for.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Setting, SystemInfo, Verification } from '../../api/types';
import { useWrite } from '../../api/useWrite';

const HISTORY_PAGE = 100;

export function useSystemInfo() {
  return useQuery<SystemInfo>({
    queryKey: keys.systemInfo,
    queryFn: ({ signal }) => call('get', '/api/v1/system/info/', { signal }),
    refetchInterval: 5_000,
  });
}

export function useSystemTime() {
  return useQuery({
    queryKey: keys.systemTime,
    queryFn: async ({ signal }) => {
      const askedMs = Date.now();
      const time = await call('get', '/api/v1/system/time/', { signal });
      // As far as a round trip tells: the answer was made in the middle of it.
      return { ...time, offsetMs: time.epoch_ms - (askedMs + Date.now()) / 2 };
    },
    refetchInterval: 10_000,
  });
}

const CONFIG = ['config'] as const;
const SETTINGS_PAGE = 1_000;

export function useSettingsList() {
  return useQuery({
    queryKey: CONFIG,
    queryFn: ({ signal }) => call('get', '/api/v1/config/', { query: { limit: SETTINGS_PAGE }, signal }),
  });
}

export function useSettingHistory(key: string) {
  return useQuery({
    queryKey: [...CONFIG, key, 'history'],
    queryFn: ({ signal }) => call('get', '/api/v1/config/{key}/history/', { path: { key }, signal }),
  });
}

export interface SettingChange {
  key: string;
  /** Set a value, go back to a revision, or to the default. */
  to: { value: unknown; seen: number } | { revision: number } | 'default';
  reason: string;
}

export function useChangeSetting() {
  const client = useQueryClient();
  return useWrite<SettingChange, Setting>(sendChange, {
    onSuccess: () => void client.invalidateQueries({ queryKey: CONFIG }),
  });
}

function sendChange({ key, to, reason }: SettingChange, intent: string): Promise<Setting> {
  const path = { key };
  if (to === 'default') return call('delete', '/api/v1/config/{key}/', { path, query: { reason }, key: intent });
  if ('revision' in to) return call('post', '/api/v1/config/{key}/rollback/', { path, body: { revision: to.revision, reason }, key: intent });
  return call('put', '/api/v1/config/{key}/', { path, body: { value: to.value, reason, revision: to.seen }, key: intent });
}

export interface AuditFilters {
  actor: string;
  action: string;
  object: string;
  trace_id: string;
}

export function useAudit(filters: AuditFilters) {
  return useInfiniteQuery({
    queryKey: ['audit', filters],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/audit/', { query: { ...filters, limit: HISTORY_PAGE, cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.next_cursor,
  });
}

const VERIFY_TIMEOUT_MS = 60_000;

export function useVerifyAudit() {
  return useWrite<undefined, Verification>(() => call('get', '/api/v1/audit/verify/', { timeoutMs: VERIFY_TIMEOUT_MS }));
}

export interface Licence {
  name: string;
  version: string;
  licence: string;
  homepage: string | null;
}

export function useLicences() {
  return useQuery({
    queryKey: ['licences'],
    queryFn: async ({ signal }) => {
      const response = await fetch('/licences.json', { signal });
      // Vite answers what it does not have with the page itself.
      const isThere = response.ok && response.headers.get('Content-Type')?.includes('json');
      if (!isThere) throw new Error('The list of licences comes with the built application; this is not one.');
      return (await response.json()) as Licence[];
    },
    staleTime: Infinity,
  });
}
