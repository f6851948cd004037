// Repairing a data set: choose, look at what would come of it, and only then make the repaired one beside the old.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Dataset, Quality } from '../../api/types';
import { announce } from '../../ui/announce';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { useAccountName } from '../../ui/usePlace';
import classes from './data.module.css';
import { importedOf } from './imports';
import { JobProgress } from '../../ui/JobProgress';
import { useWork } from '../../api/jobs';
import { choicesOf, type DryRun, dryRunOf, isNoChange, type Plan, planOf } from './repairs';
import { Steps } from './Steps';

interface Props {
  dataset: Dataset;
  report: Quality;
  onRepaired: (id: string) => void;
}

export function RepairPanel({ dataset, report, onRepaired }: Props) {
  const account = useAccountName();
  const [plan, setPlan] = useState<Plan>(() => planOf(report));
  const look = useRepair(account, dataset.id, true);
  const make = useRepair(account, dataset.id, false);
  const run = dryRunOf(look.result);
  useRepairedNews(importedOf(make.result)?.datasets[0]?.id ?? null, onRepaired);
  const change = (part: Partial<Plan>) => {
    look.forget(); // what was looked at is no longer what is chosen
    make.forget();
    setPlan({ ...plan, ...part });
  };
  return (
    <Panel title={`Repair ${dataset.symbol}`}>
      <div className="stack">
        <p className={classes.lead}>
          A repair makes a new data set; this one stays as it is.{' '}
          {report.proposal ? 'The choices are those that the findings suggest.' : 'The findings suggest no repair.'}
        </p>
        <PlanFields plan={plan} kind={dataset.kind} fields={look.fields} onChange={change} />
        <div className="row">
          <Button variant="default" loading={look.isUnderWay} onClick={() => look.start(plan)}>
            Look first
          </Button>
        </div>
        {look.fault ? <ErrorNote fault={look.fault} title="It cannot be repaired like this" /> : null}
        {look.job && !run ? <JobProgress job={look.job} account={account} what="the look" /> : null}
        {run ? (
          <Outcome run={run} dataset={dataset}>
            <Button loading={make.isUnderWay} onClick={() => make.start(plan)}>
              Make the repaired data set
            </Button>
          </Outcome>
        ) : null}
        {make.fault ? <ErrorNote fault={make.fault} title="It was not repaired" /> : null}
        {make.job ? <JobProgress job={make.job} account={account} what="the repair" /> : null}
      </div>
    </Panel>
  );
}

function useRepair(account: string, id: string, isDry: boolean) {
  return useWork<Plan>(account, (plan, key) =>
    call('post', '/api/v1/datasets/{id}/repair/', { path: { id }, body: { ...plan, dry_run: isDry }, account, key }),
  );
}

interface PlanProps {
  plan: Plan;
  kind: Dataset['kind'];
  fields: Record<string, string>;
  onChange: (part: Partial<Plan>) => void;
}

function PlanFields({ plan, kind, fields, onChange }: PlanProps) {
  return (
    <div className={classes.fields}>
      {choicesOf(kind).map(({ name, label, options }) => (
        <NativeSelect key={name} size="xs" label={label} data={options} value={plan[name]} error={fields[name]} onChange={(event) => onChange({ [name]: event.currentTarget.value })} />
      ))}
      <TextInput
        size="xs"
        label="Times were written in"
        placeholder="As they are; or America/New_York"
        value={plan.time_zone ?? ''}
        error={fields.time_zone}
        onChange={(event) => onChange({ time_zone: event.currentTarget.value.trim() || null })}
      />
    </div>
  );
}

/** What would be done, step by step, and what there would be then. */
function Outcome({ run, dataset, children }: { run: DryRun; dataset: Dataset; children: React.ReactNode }) {
  const more = run.rows_after - run.rows_before;
  const change = more === 0 ? 'as many as now' : `${grouped(String(Math.abs(more)))} ${more > 0 ? 'more' : 'fewer'}`;
  return (
    <section className={classes.outcome} aria-label="What would come of it">
      <Steps steps={run.steps} />
      <dl className="pairs">
        <dt>Rows</dt>
        <dd>
          <span className="num">
            {grouped(String(run.rows_before))} → {grouped(String(run.rows_after))}
          </span>
          , {change}
        </dd>
        <dt>Verdict then</dt>
        <dd>
          <StateWord state={run.verdict} />
        </dd>
        <dt>Content hash</dt>
        <dd className="mono small">{run.content_hash}</dd>
      </dl>
      {isNoChange(run, dataset) ? <p className={classes.lead}>That would be the very data that are there; there is nothing to repair.</p> : children}
    </section>
  );
}

/** Once: the list is asked for anew, and the repaired data set is shown. */
function useRepairedNews(id: string | null, onRepaired: (id: string) => void): void {
  const client = useQueryClient();
  useEffect(() => {
    if (id === null) return;
    announce('The repaired data set is there.');
    void client.invalidateQueries({ queryKey: keys.datasets, exact: true }).then(() => onRepaired(id));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each repair
  }, [id]);
}
