// The form of a new strategy: empty, from a template, of a backtest, or with a factor, as the address says.
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import type { StrategyTemplate } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { Empty, Loading, QueryState } from '../../ui/States';
import { withFactor } from '../../ui/strategy/factorRules';
import { specOf } from '../../ui/strategy/results';
import { toastGood } from '../../ui/toast';
import { useLinkTo } from '../../ui/usePlace';
import { useBacktest, useCreate, useNamedFactors, useTemplates } from './queries';
import { EMPTY_STRATEGY, newBody, problemsIn, type StrategyDraft, strategyDraftOf } from './strategyDraft';
import { StrategyFields } from './StrategyFields';
import classes from './strategies.module.css';

export function NewStrategy({ account }: { account: string }) {
  const [search] = useSearchParams();
  const [backtest, factor] = [search.get('backtest'), search.get('factor')];
  if (backtest) return <FormOfBacktest key={backtest} account={account} id={backtest} />;
  if (factor) return <FormOfFactor key={factor} account={account} name={factor} />;
  return <NewForm account={account} initial={EMPTY_STRATEGY} />;
}

function FormOfBacktest({ account, id }: { account: string; id: string }) {
  const backtest = useBacktest(account, id);
  return (
    <QueryState query={backtest} errorTitle="The backtest cannot be read">
      {(found) => {
        const { limits, ...spec } = specOf(found);
        return <NewForm account={account} initial={strategyDraftOf(found.name, { ...spec, max_open_positions: limits?.max_open_positions ?? null, max_share_percent: limits?.max_share_percent ?? null })} />;
      }}
    </QueryState>
  );
}

function FormOfFactor({ account, name }: { account: string; name: string }) {
  const { own, sets } = useNamedFactors(account);
  if (!own || !sets) return <Loading />;
  const factor = [...own, ...sets.flatMap((set) => set.factors)].find((each) => each.name === name);
  if (!factor) return <Empty title={`There is no factor ${name}.`}>It was deleted or renamed. The page of factors has those that are there.</Empty>;
  const entry = withFactor(EMPTY_STRATEGY.form, factor, 'long_entry');
  const form = { ...EMPTY_STRATEGY.form, name, ...withFactor(entry, factor, 'long_exit') };
  return <NewForm account={account} initial={{ ...EMPTY_STRATEGY, form }} />;
}

function NewForm({ account, initial }: { account: string; initial: StrategyDraft }) {
  const [draft, setDraft] = useState(initial);
  const [wasSent, setSent] = useState(false);
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const create = useCreate(account);
  const problems = problemsIn(draft);
  const change = (part: Partial<StrategyDraft>) => {
    if (create.error) create.reset(); // what was refused is no longer what is asked
    setDraft((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length > 0) return;
    create
      .writeAsync(newBody(draft))
      .then((made) => {
        toastGood('Strategy kept.', `${made.name} trades once it is started.`);
        return navigate(linkTo(`/strategies/${made.id}`));
      })
      .catch(() => undefined); // shown at the fields and below
  };
  const fields = { ...(create.error?.fields ?? {}), ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label="New strategy" fault={create.error} onSubmit={submit}>
      <TemplateField draft={draft} onChange={change} />
      <TextInput size="xs" label="Name" required maxLength={100} value={draft.form.name} error={fields.name} onChange={(event) => change({ form: { ...draft.form, name: event.currentTarget.value } })} />
      <StrategyFields account={account} draft={draft} fields={fields} onChange={change} />
      <Textarea size="xs" label="Notes" autosize minRows={2} maxRows={6} maxLength={2_000} value={draft.notes} error={fields.notes} onChange={(event) => change({ notes: event.currentTarget.value })} />
      <Button type="submit" loading={create.isPending}>
        Keep the strategy
      </Button>
      {wasSent ? <FirstProblem problems={problems} /> : null}
      {create.error ? <ErrorNote fault={create.error} title="It was not kept" /> : null}
    </CheckedForm>
  );
}

export function FirstProblem({ problems }: { problems: Record<string, string> }) {
  const first = Object.values(problems)[0];
  if (!first) return null;
  return (
    <p role="alert" className={classes.problem}>
      {first}
    </p>
  );
}

/** A template fills the form; what it is to trade, and a name that was typed, stay. */
function TemplateField({ draft, onChange }: { draft: StrategyDraft; onChange: (part: Partial<StrategyDraft>) => void }) {
  const { data = [] } = useTemplates();
  const chosen = data.find((each) => each.name === draft.template);
  const choose = (name: string) => {
    const template = data.find((each) => each.name === name);
    if (!template) {
      onChange({ ...EMPTY_STRATEGY, form: { ...EMPTY_STRATEGY.form, name: draft.form.name, sources: draft.form.sources } });
      return;
    }
    onChange(draftOfTemplate(template, draft, chosen));
  };
  const isProgram = ({ spec }: StrategyTemplate) => typeof spec === 'object' && spec !== null && 'program' in spec;
  const items = (isWanted: (each: StrategyTemplate) => boolean) => data.filter(isWanted).map(({ name, title }) => ({ value: name, label: title }));
  return (
    <NativeSelect
      size="xs"
      label="Begin with"
      description={chosen?.description}
      value={draft.template ?? ''}
      onChange={(event) => choose(event.currentTarget.value)}
      data={[
        { value: '', label: 'Rules of my own' },
        { group: 'Rules', items: items((each) => !isProgram(each)) },
        { group: 'Programs', items: items(isProgram) },
      ]}
    />
  );
}

function draftOfTemplate(template: StrategyTemplate, draft: StrategyDraft, before: StrategyTemplate | undefined): StrategyDraft {
  const isNamed = draft.form.name.trim() !== '' && draft.form.name !== before?.title;
  const made = strategyDraftOf(isNamed ? draft.form.name : template.title, template.spec as Parameters<typeof strategyDraftOf>[1]);
  return { ...made, template: template.name, form: { ...made.form, sources: draft.form.sources }, notes: draft.notes };
}
