// Jobs as rows: state, progress, how long, and what can be done.
import { Button, Progress } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { call } from '../../api/client';
import { isEnded } from '../../api/jobs';
import { keys } from '../../api/keys';
import type { Job } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { duration, NOTHING } from '../../ui/format';
import { StateWord } from '../../ui/StateWord';
import { toastFault } from '../../ui/toast';
import { useLinkTo } from '../../ui/usePlace';
import classes from './jobs.module.css';
import { kindName, placeOf } from './kinds';

interface Props {
  account: string;
  jobs: readonly Job[];
  onEndReached: () => void;
}

export function JobsTable({ account, jobs, onEndReached }: Props) {
  const columns = useMemo(() => columnsOf(account), [account]);
  return <DataTable label="Jobs" columns={columns} rows={jobs} rowKey={(row) => row.id} maxHeight={720} onEndReached={onEndReached} />;
}

function columnsOf(account: string): Column<Job>[] {
  return [
    { id: 'kind', header: 'What', isName: true, sortBy: (row) => kindName(row.kind), cell: (row) => kindName(row.kind) },
    { id: 'subject', header: 'About', isExtra: true, sortBy: (row) => row.subject, cell: (row) => <Cut text={row.subject} className={classes.subject} /> },
    { id: 'state', header: 'State', sortBy: (row) => row.status, cell: (row) => <StateWord state={row.status} /> },
    { id: 'progress', header: 'Progress', cell: (row) => <Share job={row} /> },
    { id: 'act', header: 'Then', cell: (row) => <Act job={row} account={account} /> },
    { id: 'message', header: 'Says', isExtra: true, cell: (row) => <Cut text={row.error?.message ?? (row.status === 'succeeded' ? '' : row.message)} className={classes.says} /> },
    { id: 'asked', header: 'Asked for', isExtra: true, sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
    { id: 'took', header: 'Took', isNumber: true, isExtra: true, cell: (row) => tookText(row) },
  ];
}

/** What may be too long for its column: a formula, a file, what went wrong. All of it shows under the pointer. */
function Cut({ text, className }: { text: string; className: string | undefined }) {
  return (
    <span className={className} title={text}>
      {text}
    </span>
  );
}

function tookText(job: Job): string {
  if (!job.started_at || !job.finished_at) return NOTHING;
  const seconds = (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1_000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

function Share({ job }: { job: Job }) {
  const percent = Math.round(job.progress * 100);
  return (
    <span className={classes.share}>
      <Progress value={percent} aria-label={`Progress of ${kindName(job.kind)}`} className={classes.bar} />
      <span className="num">{percent}%</span>
    </span>
  );
}

function Act({ job, account }: { job: Job; account: string }) {
  const client = useQueryClient();
  const linkTo = useLinkTo();
  const cancel = useWrite<string, Job>((id, key) => call('delete', '/api/v1/jobs/{id}/', { path: { id }, account, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.jobs(account) }),
    onError: (fault) => toastFault('The job was not stopped.', fault),
  });
  const place = placeOf(job);
  if (!isEnded(job)) {
    return (
      <Button size="compact-xs" variant="default" loading={cancel.isPending} onClick={() => cancel.write(job.id)}>
        Cancel
      </Button>
    );
  }
  return place ? <Link to={linkTo(place.pathname, place.search)}>See the result</Link> : null;
}
