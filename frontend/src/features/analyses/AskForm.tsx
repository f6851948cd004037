// A question about bars, and how its job goes; at its end the page is that of the answer.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../../api/client';
import { useWork } from '../../api/jobs';
import { keys } from '../../api/keys';
import type { AnalysisIn } from '../../api/types';
import { useSettings } from '../../settings';
import { announce } from '../../ui/announce';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { JobProgress } from '../../ui/JobProgress';
import { barsAsked, NO_BARS } from '../../ui/strategy/range';
import { RangeFields } from '../../ui/strategy/RangeFields';
import { textIn } from '../../ui/strategy/results';
import { useLinkTo } from '../../ui/usePlace';
import classes from './analyses.module.css';
import { type Kind, KIND_WORDS, type OptionField, optionsOf, problemsOf, wordOf } from './kinds';

export function AskForm({ account }: { account: string }) {
  const { timeZone } = useSettings();
  const [kind, setKind] = useState<Kind>('volatility');
  const [range, setRange] = useState(NO_BARS);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [name, setName] = useState('');
  const [wasSent, setSent] = useState(false);
  const run = useWork<AnalysisIn>(account, (body, key) => call('post', '/api/v1/analytics/', { body, account, key }));
  useAnsweredNews(account, textIn(run.result, 'analysis_id'));
  const word = wordOf(kind);
  const problems = problemsOf(word, typed, range.sources.length);
  const changed = (change: () => void) => {
    if (run.fault) run.forget(); // what was refused is no longer what is asked
    change();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length > 0) return;
    run.start({ kind, ...barsAsked(range, timeZone), ...(name.trim() ? { name: name.trim() } : {}), [kind]: optionsOf(word, typed) });
  };
  const fields = { ...run.fields, ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label="Analysis" fault={run.fault} onSubmit={submit}>
      <NativeSelect
        size="xs"
        label="Question"
        description={word.about}
        value={kind}
        data={KIND_WORDS.map((each) => ({ value: each.kind, label: each.label }))}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Kind;
          changed(() => {
            setKind(chosen);
            setTyped({});
          });
        }}
      />
      <RangeFields range={range} fields={fields} onChange={(part) => changed(() => setRange({ ...range, ...part }))} />
      <div className={classes.three}>
        {word.options.map((option) => (
          <Option key={option.name} option={option} value={typed[option.name] ?? option.usual} error={fields[`${kind}.${option.name}`]} onChange={(text) => changed(() => setTyped({ ...typed, [option.name]: text }))} />
        ))}
      </div>
      <TextInput size="xs" label="Name" placeholder="What it is remembered by" value={name} error={fields.name} onChange={(event) => setName(event.currentTarget.value)} />
      <Button type="submit" loading={run.isUnderWay}>
        Analyse
      </Button>
      {run.fault ? <ErrorNote fault={run.fault} title="It was not analysed" /> : null}
      {run.job ? <JobProgress job={run.job} account={account} what="the analysis" /> : null}
    </CheckedForm>
  );
}

interface OptionProps {
  option: OptionField;
  value: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

function Option({ option, value, error, onChange }: OptionProps) {
  const { label, shape, choices } = option;
  if (shape === 'choice') return <NativeSelect size="xs" label={label} value={value} error={error} data={[...(choices ?? [])]} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <TextInput size="xs" label={label} inputMode="decimal" placeholder={shape === 'list' ? '10, 20, 60, 120, 250' : ''} value={value} error={error} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** Once: the list is asked for anew, and the answer is shown. */
function useAnsweredNews(account: string, id: string | null): void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  useEffect(() => {
    if (id === null) return;
    announce('The analysis is there.');
    void client.invalidateQueries({ queryKey: keys.analyses(account), exact: true });
    void navigate(linkTo(`/analyses/${id}`));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each analysis
  }, [id]);
}
