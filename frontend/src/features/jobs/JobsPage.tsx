// The jobs page: the account's long work, newest first, with progress, cancel, and the way to what came of it.
import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { call } from '../../api/client';
import { isEnded } from '../../api/jobs';
import { keys } from '../../api/keys';
import type { Job } from '../../api/types';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import { JobsTable } from './JobsTable';
import classes from './jobs.module.css';
import { KINDS } from './kinds';

const PAGE = 50;
const BUSY_MS = 1_000;
const IDLE_MS = 5_000;
const STATES = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'interrupted'] as const;

type State = (typeof STATES)[number];

export default function JobsPage() {
  const account = useAccountName();
  const [search, setSearch] = useSearchParams();
  const status = STATES.find((each) => each === search.get('status'));
  const kind = search.get('kind') ?? '';
  const choose = (name: 'status' | 'kind', value: string) =>
    setSearch((now) => {
      if (value) now.set(name, value);
      else now.delete(name);
      return now;
    });
  const { query, jobs, more } = useJobs(account, status, kind);
  return (
    <Page title="Jobs" actions={<GroupNav group="Research" />}>
      <Panel
        title="Long work"
        isFlush
        actions={
          <>
            <NativeSelect size="xs" aria-label="Kind" value={kind} onChange={(event) => choose('kind', event.currentTarget.value)} data={[{ value: '', label: 'Every kind' }, ...KINDS]} />
            <NativeSelect size="xs" aria-label="State" value={status ?? ''} onChange={(event) => choose('status', event.currentTarget.value)} data={[{ value: '', label: 'Every state' }, ...STATES.map((each) => ({ value: each, label: each }))]} />
          </>
        }
      >
        <QueryState query={query}>
          {() =>
            jobs.length === 0 ? (
              <Empty title="No jobs.">
                <p className={classes.lead}>Backtests, sweeps, factors, imports and back-fills are jobs; they stand here while they run, and after.</p>
              </Empty>
            ) : (
              <JobsTable account={account} jobs={jobs} onEndReached={more} />
            )
          }
        </QueryState>
      </Panel>
    </Page>
  );
}

/** Asked for each second while something runs, else every five. */
function useJobs(account: string, status: State | undefined, kind: string) {
  const query = useInfiniteQuery({
    queryKey: [...keys.jobs(account), 'list', status ?? '', kind],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('get', '/api/v1/jobs/', {
        query: { limit: PAGE, ...(status ? { status } : {}), ...(kind ? { kind } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        account,
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.items.some((job) => !isEnded(job))) ? BUSY_MS : IDLE_MS),
  });
  const jobs = useMemo<Job[]>(() => (query.data?.pages ?? []).flatMap((page) => page.items), [query.data]);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  return { query, jobs, more };
}
