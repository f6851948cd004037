// A report that is being made, by the job in the address: it opens when it is there.
import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { isEnded, useJob } from '../../api/jobs';
import { JobProgress } from '../../ui/JobProgress';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './reports.module.css';
import { reportIn } from './results';

interface Props {
  account: string;
  id: string;
  onClose: () => void;
}

export function MakingPanel({ account, id, onClose }: Props) {
  const job = useJob(account, id);
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const made = reportIn(job.data);
  useEffect(() => {
    if (made) void navigate(linkTo(`/reports/${made}`), { replace: true });
  }, [made, navigate, linkTo]);
  const isOver = job.data ? isEnded(job.data) : job.isError;
  return (
    <Panel
      title="It is being made"
      className={classes.making}
      actions={
        isOver ? (
          <Button size="compact-sm" variant="default" onClick={onClose}>
            Close
          </Button>
        ) : null
      }
    >
      <QueryState query={job} errorTitle="How far it is cannot be read">
        {(found) => <JobProgress job={found} account={account} what="the report" />}
      </QueryState>
    </Panel>
  );
}
