// A job as it goes: its progress and message, a way to cancel it, and why it failed.
import { Button, Progress } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { call } from '../api/client';
import type { Job } from '../api/types';
import { useWrite } from '../api/useWrite';
import { CopyText } from './CopyText';
import { StateWord } from './StateWord';
import { toastFault } from './toast';
import { isEnded } from '../api/jobs';

interface Props {
  job: Job;
  account: string;
  /** What is being done: the import, the repair. */
  what?: string;
}

export function JobProgress({ job, account, what = 'the import' }: Props) {
  const client = useQueryClient();
  const cancel = useWrite<string, Job>((id, key) => call('delete', '/api/v1/jobs/{id}/', { path: { id }, account, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: ['jobs', account] }),
    onError: (fault) => toastFault(`It was not stopped: ${what} goes on.`, fault),
  });
  const percent = Math.round(job.progress * 100);
  return (
    <div className="stack">
      <div className="row">
        <StateWord state={job.status} /> <span className="num">{percent}%</span>
        {isEnded(job) ? null : (
          <Button size="compact-xs" variant="default" loading={cancel.isPending} onClick={() => cancel.write(job.id)}>
            Cancel {what}
          </Button>
        )}
      </div>
      <Progress value={percent} aria-label={`Progress of ${what}`} />
      <span className="soft small">{job.message}</span>
      {job.error ? (
        <div role="alert">
          <p>{job.error.message}</p>
          <CopyText text={job.trace_id} label="trace id" />
        </div>
      ) : null}
    </div>
  );
}
