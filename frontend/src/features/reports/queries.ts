// What the page reads of reports and schedules, and the writes that change them.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { addressOf, call, fetchFile } from '../../api/client';
import { keys } from '../../api/keys';
import type { Report, Schedule, ScheduleChangeIn, ScheduleIn } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { saveFile } from '../../ui/csv';
import { toastFault } from '../../ui/toast';
import type { Kind } from './kinds';

const PAGE = 100;
/** An account has 50 at the most. */
const SCHEDULES = 50;
/** A schedule comes due without anybody being told. */
const REFETCH_MS = 10_000;
const SHEETS = 200;

export function useReports(account: string, kind: Kind | null, schedule: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.reports(account), 'list', kind ?? '', schedule],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/reports/', {
        query: { limit: PAGE, ...(kind ? { kind } : {}), ...(schedule ? { schedule } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        account,
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: REFETCH_MS,
  });
  const reports = useMemo<Report[]>(() => (query.data?.pages ?? []).flatMap((page) => page.items), [query.data]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { query, reports, more };
}

export function useReport(account: string, id: string) {
  return useQuery<Report>({
    queryKey: keys.report(account, id),
    queryFn: ({ signal }) => call('get', '/api/v1/reports/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity, // a report never changes
  });
}

function fileOf(account: string, id: string, signal?: AbortSignal): Promise<Blob> {
  return fetchFile(addressOf('/api/v1/reports/{id}/download/', { id }), account, signal);
}

/** An HTML report as text. */
export function useReportPage(account: string, id: string) {
  return useQuery<string>({
    queryKey: [...keys.report(account, id), 'page'],
    queryFn: async ({ signal }) => (await fileOf(account, id, signal)).text(),
    staleTime: Infinity,
    gcTime: 0, // it may be megabytes, and is read from the disk in a moment
  });
}

/** Hands a report over as a file; what goes wrong is said in the corner. */
export function useDownload(account: string) {
  return useMutation({
    mutationFn: async ({ id, file_name: name }: Pick<Report, 'id' | 'file_name'>) => saveFile(name, await fileOf(account, id)),
    onError: (fault) => toastFault('The report was not downloaded.', fault),
  });
}

export function useDeleteReport(account: string) {
  const client = useQueryClient();
  return useWrite<string, unknown>((id, key) => call('delete', '/api/v1/reports/{id}/', { path: { id }, account, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: [...keys.reports(account), 'list'] }),
  });
}

export function useSchedules(account: string) {
  return useQuery({
    queryKey: keys.reportSchedules(account),
    queryFn: ({ signal }) => call('get', '/api/v1/reports/schedules/', { query: { limit: SCHEDULES }, account, signal }),
    refetchInterval: REFETCH_MS,
  });
}

function useRefreshSchedules(account: string): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: keys.reportSchedules(account) });
}

export function useMakeSchedule(account: string) {
  return useWrite<ScheduleIn, Schedule>((body, key) => call('post', '/api/v1/reports/schedules/', { body, account, key }), {
    onSuccess: useRefreshSchedules(account),
  });
}

export function useChangeSchedule(account: string, fault?: (fault: unknown) => void) {
  return useWrite<{ id: string; change: ScheduleChangeIn }, Schedule>(
    ({ id, change }, key) => call('patch', '/api/v1/reports/schedules/{id}/', { path: { id }, body: change, account, key }),
    { onSuccess: useRefreshSchedules(account), ...(fault ? { onError: fault } : {}) },
  );
}

export function useDeleteSchedule(account: string) {
  return useWrite<string, unknown>((id, key) => call('delete', '/api/v1/reports/schedules/{id}/', { path: { id }, account, key }), {
    onSuccess: useRefreshSchedules(account),
  });
}

/** The jobs that judged a factor, newest first, to choose from. */
export function useSheets(account: string) {
  return useQuery({
    queryKey: [...keys.jobs(account), 'sheets'],
    queryFn: ({ signal }) => call('get', '/api/v1/jobs/', { query: { kind: 'factor.evaluate', status: 'succeeded', limit: SHEETS }, account, signal }),
  });
}
