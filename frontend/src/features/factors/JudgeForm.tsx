// What is judged, over which bars and horizons; at its end the page is that of the tear sheet.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client';
import { useWork } from '../../api/jobs';
import { useFactorSets } from '../../api/queries';
import type { EvaluateIn, Factor } from '../../api/types';
import { useSettings } from '../../settings';
import { announce } from '../../ui/announce';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { JobProgress } from '../../ui/JobProgress';
import { barsAsked, NO_BARS } from '../../ui/strategy/range';
import { RangeFields } from '../../ui/strategy/RangeFields';
import { useLinkTo } from '../../ui/usePlace';
import classes from './factors.module.css';
import { horizonsOf } from './tearSheet';

interface Props {
  account: string;
  /** The name of a factor, or nothing yet. */
  initial: string;
  factors: readonly Factor[];
}

/** Fewer have no order that says anything. */
const LEAST_SYMBOLS = 3;

export function JudgeForm({ account, initial, factors }: Props) {
  const { timeZone } = useSettings();
  const sets = useFactorSets().data ?? [];
  const [factor, setFactor] = useState(initial);
  const [range, setRange] = useState(NO_BARS);
  const [horizons, setHorizons] = useState('1, 2, 3, 5, 10, 20');
  const [quantiles, setQuantiles] = useState('5');
  const [entry, setEntry] = useState<EvaluateIn['entry']>('next_open');
  const [wasSent, setSent] = useState(false);
  const run = useWork<EvaluateIn>(account, (body, key) => call('post', '/api/v1/factors/evaluate/', { body, account, key }));
  useJudgedNews(run.job?.status === 'succeeded' ? run.job.id : null);
  const bars = horizonsOf(horizons);
  const problems: Record<string, string> = {
    ...(factor ? {} : { factor: 'Choose a factor.' }),
    ...(range.sources.length < LEAST_SYMBOLS ? { symbols: `Choose ${LEAST_SYMBOLS} symbols or data sets at least: a factor is judged by the order it puts them in.` } : {}),
    ...(bars ? {} : { horizons: 'Whole numbers of bars, with commas.' }),
  };
  const typed = (change: () => void) => {
    if (run.fault) run.forget(); // what was refused is no longer what is asked
    change();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length === 0) run.start({ factor, ...barsAsked(range, timeZone), horizons: bars, quantiles: Number(quantiles), entry });
  };
  const fields = { ...run.fields, ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label="Judge a factor" fault={run.fault} onSubmit={submit}>
      <NativeSelect
        size="xs"
        label="Factor"
        value={factor}
        error={fields.factor}
        onChange={({ currentTarget: { value } }) => typed(() => setFactor(value))}
        data={[
          { value: '', label: 'Choose one' },
          { group: 'Named', items: factors.map(({ name }) => ({ value: name, label: name })) },
          ...sets.map((set) => ({ group: set.name, items: set.factors.map(({ name }) => ({ value: name, label: name })) })),
        ]}
      />
      <RangeFields range={range} fields={fields} onChange={(part) => typed(() => setRange({ ...range, ...part }))} />
      <div className={classes.three}>
        <TextInput size="xs" label="Horizons, bars" value={horizons} error={fields.horizons} onChange={({ currentTarget: { value } }) => typed(() => setHorizons(value))} />
        <NativeSelect size="xs" label="Quantiles" value={quantiles} error={fields.quantiles} data={['2', '3', '4', '5', '10']} onChange={({ currentTarget: { value } }) => typed(() => setQuantiles(value))} />
        <NativeSelect
          size="xs"
          label="Bought at"
          value={entry}
          onChange={({ currentTarget: { value } }) => typed(() => setEntry(value as EvaluateIn['entry']))}
          data={[
            { value: 'next_open', label: 'The next open' },
            { value: 'close', label: 'The same close (nobody can)' },
          ]}
        />
      </div>
      <Button type="submit" loading={run.isUnderWay}>
        Make the tear sheet
      </Button>
      {run.fault ? <ErrorNote fault={run.fault} title="It was not judged" /> : null}
      {run.job ? <JobProgress job={run.job} account={account} what="the judging" /> : null}
    </CheckedForm>
  );
}

/** Once: the sheet is shown. */
function useJudgedNews(id: string | null): void {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  useEffect(() => {
    if (id === null) return;
    announce('The tear sheet is there.');
    void navigate(linkTo('/factors', { sheet: id }));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each sheet
  }, [id]);
}
