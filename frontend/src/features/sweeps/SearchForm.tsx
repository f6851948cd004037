// The form of a sweep or a walk forward, and how it goes; at its end the page is that of the result.
import { Button, SegmentedControl } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client';
import { useWork } from '../../api/jobs';
import { keys } from '../../api/keys';
import type { Search, SweepIn, WalkForwardIn } from '../../api/types';
import { useSettings } from '../../settings';
import { announce } from '../../ui/announce';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped } from '../../ui/format';
import { JobProgress } from '../../ui/JobProgress';
import { bodyOf, type Draft, problemsOf } from '../../ui/strategy/draft';
import { textIn } from '../../ui/strategy/results';
import { StrategyForm } from '../../ui/strategy/StrategyForm';
import { useLinkTo } from '../../ui/usePlace';
import { combinationsOf, EMPTY_SEARCH, searchBody, type SearchDraft, searchProblems, sweptOf } from './axes';
import { AxesFields } from './AxesFields';
import { ChoiceFields } from './ChoiceFields';
import { partsOf } from './queries';
import classes from './sweeps.module.css';

interface Props {
  account: string;
  initial: Draft;
}

type Body = { kind: 'sweep'; body: SweepIn } | { kind: 'walk_forward'; body: WalkForwardIn };

export function SearchForm({ account, initial }: Props) {
  const { timeZone } = useSettings();
  const [draft, setDraft] = useState(initial);
  const [search, setSearch] = useState(EMPTY_SEARCH);
  const [wasSent, setSent] = useState(false);
  const run = useSearchRun(account);
  const swept = sweptOf(search, draft);
  const problems = { ...problemsOf(draft, swept), ...searchProblems(search, draft) };
  const forget = () => {
    if (run.fault) run.forget(); // what was refused is no longer what is asked
  };
  const change = (part: Partial<Draft>) => {
    forget();
    setDraft((now) => ({ ...now, ...part }));
  };
  const changeSearch = (part: Partial<SearchDraft>) => {
    forget();
    setSearch((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length > 0) return;
    run.start(askedOf(search, { ...bodyOf(draft, timeZone, swept), ...searchBody(search, draft) }));
  };
  const fields = { ...run.fields, ...(wasSent ? problems : {}) };
  const count = combinationsOf(search, draft);
  return (
    <CheckedForm label="Sweep" fault={run.fault} onSubmit={submit}>
      <SegmentedControl
        aria-label="Kind of search"
        value={search.kind}
        onChange={(kind) => changeSearch({ kind: kind as SearchDraft['kind'] })}
        data={[
          { value: 'sweep', label: 'Sweep' },
          { value: 'walk_forward', label: 'Walk forward' },
        ]}
      />
      <StrategyForm draft={draft} fields={fields} onChange={change} swept={swept}>
        <AxesFields draft={draft} search={search} fields={fields} onDraft={change} onChange={changeSearch} />
      </StrategyForm>
      <ChoiceFields search={search} swept={swept} fields={fields} onChange={changeSearch} />
      <div className="row">
        <Button type="submit" loading={run.isUnderWay}>
          {search.kind === 'sweep' ? 'Run the sweep' : 'Walk forward'}
        </Button>
        <span className="soft" data-testid="combinations">
          {count === null ? '' : `${grouped(String(count))} ${count === 1 ? 'combination' : 'combinations'}`}
        </span>
      </div>
      {wasSent && Object.keys(problems).length > 0 ? (
        <p role="alert" className={classes.problem}>
          {Object.values(problems)[0]}
        </p>
      ) : null}
      {run.fault ? <ErrorNote fault={run.fault} title="It was not run" /> : null}
      {run.job ? <JobProgress job={run.job} account={account} what="the search" /> : null}
    </CheckedForm>
  );
}

function useSearchRun(account: string) {
  const run = useWork<Body>(account, (asked, key) =>
    asked.kind === 'sweep'
      ? call('post', '/api/v1/backtests/sweeps/', { body: asked.body, account, key })
      : call('post', '/api/v1/backtests/walk-forward/', { body: asked.body, account, key }),
  );
  const walk = textIn(run.result, 'walk_forward_id');
  useFoundNews(account, textIn(run.result, 'sweep_id') ?? walk, walk === null ? 'sweep' : 'walk_forward');
  return run;
}

function askedOf(search: SearchDraft, body: SweepIn): Body {
  if (search.kind === 'sweep') return { kind: 'sweep', body };
  const windows = { train_bars: Number(search.trainBars), test_bars: Number(search.testBars), gap_bars: Number(search.gapBars), anchored: search.isAnchored };
  return { kind: 'walk_forward', body: { ...body, ...windows } };
}

/** Once: the list is asked for anew, and the result is shown. */
function useFoundNews(account: string, id: string | null, kind: Search['kind']): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  useEffect(() => {
    if (id === null) return;
    announce('The search has ended.');
    void client.invalidateQueries({ queryKey: [...keys.searches(account), 'list'] });
    void navigate(linkTo(`/sweeps/${id}`, partsOf(kind)));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each search
  }, [id]);
}
