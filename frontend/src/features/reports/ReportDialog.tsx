// Makes a report, or schedules one: the fields of the chosen kind and no others, and how far the making is.
import { Button, Modal, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../../api/client';
import { asApiError } from '../../api/errors';
import { useWork } from '../../api/jobs';
import type { Account, ReportIn } from '../../api/types';
import { useSettings } from '../../settings';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { timeText } from '../../ui/format';
import { JobProgress } from '../../ui/JobProgress';
import { toastGood } from '../../ui/toast';
import { type Draft, missingOf, problemsOf, reportBody, scheduleBody } from './draft';
import { type Format, FORMAT_NAMES, FORMATS, isScheduled, type Kind, KIND_NAMES, KINDS, type Method, METHOD_NAMES, METHODS } from './kinds';
import { PeriodFields } from './PeriodFields';
import { useMakeSchedule } from './queries';
import classes from './reports.module.css';
import { reportIn } from './results';
import { RhythmFields } from './RhythmFields';
import { SubjectFields } from './SubjectFields';

interface Props {
  account: Account;
  initial: Draft;
  /** Closes the form; a job that goes on is named. */
  onLeave: (job?: string) => void;
  onMade: (report: string) => void;
}

export default function ReportDialog({ account, initial, onLeave, onMade }: Props) {
  const [draft, setDraft] = useState(initial);
  const [hasTried, setTried] = useState(false);
  const { timeZone } = useSettings();
  const making = useMaking(account.id, onMade);
  const schedule = useMakeSchedule(account.id);
  const missing = missingOf(draft);
  const { problems: refused, isElsewhere } = problemsOf(draft.isRepeated ? schedule.error : making.refusal);
  const problems = hasTried ? { ...refused, ...missing } : refused;
  const change = (part: Partial<Draft>) => {
    making.forget();
    schedule.reset();
    setDraft((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(missing).length > 0) return;
    if (draft.isRepeated) plan();
    else making.start(reportBody(draft, timeZone));
  };
  const plan = () => {
    schedule
      .writeAsync(scheduleBody(draft))
      .then(({ next_at: next }) => {
        toastGood('Scheduled.', next ? `The first one is made at ${timeText(next, 'full', timeZone)}.` : 'It is never due.');
        onLeave();
      })
      .catch(() => undefined); // shown at the fields, or below
  };
  const fault = draft.isRepeated ? schedule.error : making.refusal;
  return (
    <Modal
      opened
      onClose={() => onLeave(making.running)}
      size="lg"
      title={draft.isRepeated ? 'Schedule a report' : 'Make a report'}
      closeButtonProps={{ 'aria-label': making.running ? 'Close; the report is made all the same' : 'Close, and make nothing' }}
    >
      <CheckedForm label="Report" fault={fault} onSubmit={submit}>
        <When draft={draft} onChange={change} />
        <WhatFields draft={draft} problems={problems} onChange={change} />
        <SubjectFields account={account} draft={draft} problems={problems} onChange={change} />
        {draft.isRepeated ? <RhythmFields rhythms={draft} problems={problems} timeZone={draft.timeZone} onChange={change} /> : <PeriodFields draft={draft} problems={problems} onChange={change} />}
        {fault && isElsewhere ? <ErrorNote fault={fault} title={draft.isRepeated ? 'Nothing was scheduled' : 'No report was made'} /> : null}
        {making.job ? <JobProgress job={making.job} account={account.id} what="the report" /> : null}
        <div className="row">
          <Button type="submit" loading={making.isUnderWay || schedule.isPending}>
            {draft.isRepeated ? 'Schedule it' : 'Make it'}
          </Button>
          <Button variant="default" onClick={() => onLeave(making.running)}>
            {making.running ? 'Go on meanwhile' : 'Leave it'}
          </Button>
        </div>
      </CheckedForm>
    </Modal>
  );
}

/** A report on its way: asked for, watched, and opened when it is there. */
function useMaking(account: string, onMade: (report: string) => void) {
  const work = useWork<ReportIn>(account, (body, key) => call('post', '/api/v1/reports/', { body, account, key }));
  const made = reportIn(work.job);
  useEffect(() => {
    if (made) onMade(made);
  }, [made, onMade]);
  const { start, forget, job, fault, isUnderWay } = work;
  return { start, forget, job, refusal: fault ? asApiError(fault) : null, isUnderWay, running: isUnderWay ? job?.id : undefined };
}

interface PartProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

function When({ draft, onChange }: PartProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="How often"
      value={draft.isRepeated ? 'again' : 'once'}
      onChange={(value) => onChange({ isRepeated: value === 'again' })}
      data={[
        { value: 'once', label: 'Once, now' },
        { value: 'again', label: 'Again and again', disabled: !isScheduled(draft.kind) },
      ]}
    />
  );
}

function WhatFields({ draft, problems, onChange }: PartProps & { problems: Partial<Record<keyof Draft, string>> }) {
  const kinds = draft.isRepeated ? KIND_NAMES.filter(isScheduled) : KIND_NAMES;
  return (
    <div className={classes.fields}>
      <NativeSelect
        label="Kind"
        description={`${KINDS[draft.kind].about}.`}
        className={classes.wide}
        data-autofocus
        value={draft.kind}
        error={problems.kind}
        onChange={(event) => onChange({ kind: event.currentTarget.value as Kind })}
        data={kinds.map((each) => ({ value: each, label: KINDS[each].label }))}
      />
      <NativeSelect
        label="Format"
        value={draft.format}
        error={problems.format}
        onChange={(event) => onChange({ format: event.currentTarget.value as Format })}
        data={FORMAT_NAMES.map((each) => ({ value: each, label: FORMATS[each] }))}
      />
      <TextInput
        label="Name"
        placeholder="What it is called in the list"
        maxLength={200}
        autoComplete="off"
        value={draft.name}
        error={problems.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      {draft.kind === 'realised' ? (
        <NativeSelect
          label="A sale takes"
          value={draft.method}
          error={problems.method}
          onChange={(event) => onChange({ method: event.currentTarget.value as Method })}
          data={METHOD_NAMES.map((each) => ({ value: each, label: METHODS[each] }))}
        />
      ) : null}
    </div>
  );
}
