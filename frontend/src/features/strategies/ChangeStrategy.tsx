// The form of a change: what it says becomes a new version, and runs that go on keep theirs.
import { Button, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Strategy } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { toastGood } from '../../ui/toast';
import { FirstProblem } from './NewStrategy';
import { useChange } from './queries';
import { changeBody, problemsIn, type StrategyDraft, strategyDraftOf } from './strategyDraft';
import { StrategyFields } from './StrategyFields';
import classes from './strategies.module.css';

interface Props {
  account: string;
  strategy: Strategy;
  onClose: () => void;
}

export function ChangeStrategy({ account, strategy, onClose }: Props) {
  const [draft, setDraft] = useState<StrategyDraft>(() => ({ ...strategyDraftOf(strategy.name, strategy.version), notes: strategy.notes }));
  const [wasSent, setSent] = useState(false);
  const save = useChange(account, strategy.id);
  const problems = problemsIn(draft);
  const change = (part: Partial<StrategyDraft>) => {
    if (save.error) save.reset(); // what was refused is no longer what is asked
    setDraft((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length > 0) return;
    save
      .writeAsync(changeBody(draft, strategy.version))
      .then(({ version }) => {
        const isNew = version.version !== strategy.version.version;
        toastGood('Strategy saved.', isNew ? `Version ${version.version} is what starts from now on.` : 'What it says is as it was: there is no new version.');
        onClose();
      })
      .catch(() => undefined); // shown at the fields and below
  };
  const fields = { ...(save.error?.fields ?? {}), ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label={`Change ${strategy.name}`} fault={save.error} onSubmit={submit}>
      {strategy.runs.length > 0 ? <p className={classes.lead}>Runs that go on keep the version that they were started with.</p> : null}
      <TextInput size="xs" label="Name" required maxLength={100} value={draft.form.name} error={fields.name} onChange={(event) => change({ form: { ...draft.form, name: event.currentTarget.value } })} />
      <StrategyFields account={account} draft={draft} fields={fields} onChange={change} />
      <TextInput size="xs" label="What is changed, and why" maxLength={200} value={draft.note} error={fields.note} onChange={(event) => change({ note: event.currentTarget.value })} />
      <Textarea size="xs" label="Notes" autosize minRows={2} maxRows={6} maxLength={2_000} value={draft.notes} error={fields.notes} onChange={(event) => change({ notes: event.currentTarget.value })} />
      <div className="row">
        <Button type="submit" loading={save.isPending}>
          Save as version {strategy.version.version + 1}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </div>
      {wasSent ? <FirstProblem problems={problems} /> : null}
      {save.error ? <ErrorNote fault={save.error} title="It is as it was" /> : null}
    </CheckedForm>
  );
}
