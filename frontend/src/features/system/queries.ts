// What only this page asks for. Configuration and audit are asked for only where the gateway's OpenAPI has them.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { addressOf, call, request } from '../../api/client';
import { keys } from '../../api/keys';
import type { Page, SystemInfo } from '../../api/types';
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

export interface Setting {
  key: string;
  group: string;
  type: 'int' | 'float' | 'decimal' | 'bool' | 'text' | 'choice';
  value: unknown;
  default: unknown;
  source: 'default' | 'environment' | 'revision';
  unit: string;
  why: string;
  minimum: unknown;
  maximum: unknown;
  choices: string[] | null;
  variable: string | null;
  revision: number;
  changed_at: string | null;
  changed_by: string | null;
  reason: string | null;
  fault: string | null;
}

export interface Revision {
  revision: number;
  key: string;
  action: 'set' | 'reset' | 'rollback';
  old_value: unknown;
  new_value: unknown;
  is_default: boolean;
  author: string;
  reason: string;
  time: string;
  trace_id: string;
}

const CONFIG = ['config'] as const;
const pathOf = (key: string, rest = '') => addressOf(`/api/v1/config/{key}/${rest}`, { key });

export function useSettingsList() {
  return useQuery({
    queryKey: CONFIG,
    queryFn: ({ signal }) => request('get', '/api/v1/config/?limit=1000', { signal }) as Promise<Page<Setting>>,
  });
}

export function useSettingHistory(key: string) {
  return useQuery({
    queryKey: [...CONFIG, key, 'history'],
    queryFn: ({ signal }) => request('get', pathOf(key, 'history/'), { signal }) as Promise<Page<Revision>>,
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
  return useWrite<SettingChange, Setting>((change, key) => sendChange(change, key) as Promise<Setting>, {
    onSuccess: () => void client.invalidateQueries({ queryKey: CONFIG }),
  });
}

function sendChange({ key, to, reason }: SettingChange, intent: string): Promise<unknown> {
  if (to === 'default') return request('delete', addressOf(pathOf(key), undefined, { reason }), { key: intent });
  if ('revision' in to) return request('post', pathOf(key, 'rollback/'), { body: JSON.stringify({ revision: to.revision, reason }), key: intent });
  return request('put', pathOf(key), { body: JSON.stringify({ value: to.value, reason, revision: to.seen }), key: intent });
}

export interface AuditEntry {
  id: string;
  source: string;
  seq: number;
  time: string;
  actor: string;
  action: string;
  account: string | null;
  objects: { kind: string; id: string }[];
  trace_id: string;
  result: 'done' | 'refused' | 'failed';
  status: number | null;
  code: string | null;
  input: unknown;
  before: unknown;
  after: unknown;
  detail: unknown;
  hash: string;
}

export interface Verification {
  valid: boolean;
  entries: number;
  first_bad?: { source: string; seq: number | null; reason: string | null } | null;
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
      request('get', addressOf('/api/v1/audit/', undefined, { ...filters, limit: HISTORY_PAGE, cursor: pageParam }), { signal }) as Promise<Page<AuditEntry>>,
    getNextPageParam: (page) => page.next_cursor,
  });
}

const VERIFY_TIMEOUT_MS = 60_000;

export function useVerifyAudit() {
  return useWrite<undefined, Verification>(() => request('get', '/api/v1/audit/verify/', { timeoutMs: VERIFY_TIMEOUT_MS }) as Promise<Verification>);
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
