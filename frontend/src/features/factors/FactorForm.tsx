// A factor as it is written: its name, its expression, and the values of its parameters.
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Factor } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { ExpressionField } from '../../ui/expression/ExpressionField';
import { parametersIn } from '../../ui/expression/language';
import { numbersOf } from '../../ui/strategy/draft';
import { toastGood } from '../../ui/toast';
import classes from './factors.module.css';
import { useSaveFactor } from './queries';

interface Props {
  account: string;
  edited: Factor | null;
  onSaved: (factor: Factor) => void;
  onLeave: () => void;
}

export function FactorForm({ account, edited, onSaved, onLeave }: Props) {
  const [name, setName] = useState(edited?.name ?? '');
  const [text, setText] = useState(edited?.expression ?? '');
  const [about, setAbout] = useState(edited?.description ?? '');
  const [values, setValues] = useState<Record<string, string>>(() => textsOf(edited?.parameters));
  const [wasSent, setSent] = useState(false);
  const names = parametersIn([text]);
  const numbers = numbersOf(values);
  const isWhole = name.trim() !== '' && text.trim() !== '' && names.every((each) => numbers[each] !== undefined);
  const save = useSaveFactor(account, (factor) => {
    toastGood('Factor saved.', factor.name);
    onSaved(factor);
  });
  const fields = save.error?.fields ?? {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (!isWhole) return;
    const parameters = Object.fromEntries(names.map((each) => [each, numbers[each]]));
    save.write({ id: edited?.id ?? null, factor: { name: name.trim(), expression: text, parameters, description: about.trim() } });
  };
  const typed = (change: () => void) => {
    if (save.error) save.reset(); // what was refused is no longer what is there
    change();
  };
  return (
    <CheckedForm label="Factor" fault={save.error} onSubmit={submit}>
      <TextInput size="xs" label="Name" required value={name} error={fields.name ?? (wasSent && !name.trim() ? 'Give it a name.' : undefined)} onChange={(event) => typed(() => setName(event.currentTarget.value))} />
      <ExpressionField label="Expression" wants="series" rows={3} value={text} values={numbers} parameters={names} isRequired error={fields.expression ?? (wasSent && !text.trim() ? 'Write an expression.' : undefined)} onChange={(next) => typed(() => setText(next))} />
      {names.length > 0 ? (
        <div className={classes.three} role="group" aria-label="Parameters">
          {names.map((each) => (
            <TextInput
              key={each}
              size="xs"
              label={`p.${each}`}
              inputMode="decimal"
              value={values[each] ?? ''}
              error={fields[`parameters.${each}`] ?? (wasSent && numbers[each] === undefined ? 'Type a number.' : undefined)}
              onChange={(event) => typed(() => setValues({ ...values, [each]: event.currentTarget.value }))}
            />
          ))}
        </div>
      ) : null}
      <TextInput size="xs" label="What it is for" value={about} error={fields.description} onChange={(event) => typed(() => setAbout(event.currentTarget.value))} />
      {save.error ? <ErrorNote fault={save.error} title="It was not saved" /> : null}
      <div className="row">
        <Button type="submit" loading={save.isPending}>
          {edited ? 'Save the change' : 'Save the factor'}
        </Button>
        {edited ? (
          <Button variant="default" onClick={onLeave}>
            Leave it
          </Button>
        ) : null}
      </div>
    </CheckedForm>
  );
}

function textsOf(parameters: unknown): Record<string, string> {
  if (typeof parameters !== 'object' || parameters === null) return {};
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}
