// The form of a backtest, and how its run goes; at its end the page is that of the result.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client';
import { useWork } from '../../api/jobs';
import { keys } from '../../api/keys';
import type { BacktestIn } from '../../api/types';
import { useSettings } from '../../settings';
import { announce } from '../../ui/announce';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { JobProgress } from '../../ui/JobProgress';
import { bodyOf, type Draft, problemsOf } from '../../ui/strategy/draft';
import { textIn } from '../../ui/strategy/results';
import { StrategyForm } from '../../ui/strategy/StrategyForm';
import { useLinkTo } from '../../ui/usePlace';
import classes from './backtests.module.css';

interface Props {
  account: string;
  initial: Draft;
}

export function BacktestForm({ account, initial }: Props) {
  const { timeZone } = useSettings();
  const [draft, setDraft] = useState(initial);
  const [wasSent, setSent] = useState(false);
  const run = useWork<BacktestIn>(account, (body, key) => call('post', '/api/v1/backtests/', { body, account, key }));
  useRanNews(account, textIn(run.result, 'backtest_id'));
  const problems = problemsOf(draft);
  const change = (part: Partial<Draft>) => {
    if (run.fault) run.forget(); // what was refused is no longer what is asked
    setDraft((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length === 0) run.start(bodyOf(draft, timeZone));
  };
  const fields = { ...run.fields, ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label="Backtest" fault={run.fault} onSubmit={submit}>
      <StrategyForm draft={draft} fields={fields} onChange={change} />
      <Button type="submit" loading={run.isUnderWay}>
        Run the backtest
      </Button>
      {wasSent && Object.keys(problems).length > 0 ? (
        <p role="alert" className={classes.problem}>
          {Object.values(problems)[0]}
        </p>
      ) : null}
      {run.fault ? <ErrorNote fault={run.fault} title="It was not run" /> : null}
      {run.job ? <JobProgress job={run.job} account={account} what="the backtest" /> : null}
    </CheckedForm>
  );
}

/** Once: the list is asked for anew, and the result is shown. */
function useRanNews(account: string, id: string | null): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  useEffect(() => {
    if (id === null) return;
    announce('The backtest has run.');
    void client.invalidateQueries({ queryKey: [...keys.backtests(account), 'list'] });
    void navigate(linkTo(`/backtests/${id}`));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each run
  }, [id]);
}
