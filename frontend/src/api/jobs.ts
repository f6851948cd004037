// Work of the gateway's that takes a while: asked for, watched to its end, and its result.
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from './client';
import type { Job } from './types';
import { useWrite } from './useWrite';

const ENDED = new Set<Job['status']>(['succeeded', 'failed', 'canceled', 'interrupted']);
const INTERVAL_MS = 400;

export function isEnded(job: Job): boolean {
  return ENDED.has(job.status);
}

/** The job as it stands, asked for until it has ended. */
export function useJob(account: string, id: string | null) {
  return useQuery<Job>({
    queryKey: ['jobs', account, id],
    enabled: id !== null,
    queryFn: ({ signal }) => call('get', '/api/v1/jobs/{id}/', { path: { id: id ?? '' }, account, signal }),
    refetchInterval: (query) => (query.state.data && isEnded(query.state.data) ? false : INTERVAL_MS),
  });
}

/** A kind of work from being asked for to its end; `forget` makes room for the next. */
export function useWork<In>(account: string, send: (input: In, key: string) => Promise<Job>) {
  const [id, setId] = useState<string | null>(null);
  const request = useWrite<In, Job>(send, { onSuccess: (job) => setId(job.id) });
  const job = useJob(account, id);
  const start = (input: In) => {
    setId(null);
    request.write(input);
  };
  const forget = () => {
    setId(null);
    request.reset();
  };
  const isUnderWay = request.isPending || (id !== null && !(job.data && isEnded(job.data)));
  const result = job.data?.status === 'succeeded' ? job.data.result : null;
  const fields = request.error?.fields ?? {};
  return { start, forget, job: job.data, fault: request.error ?? job.error, fields, isUnderWay, result };
}
