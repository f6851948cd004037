// A scenario to put on: its kind, the figures of that kind, for which symbols and from when.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSettings } from '../../settings';
import { ErrorNote } from '../../ui/ErrorNote';
import { MomentField } from '../../ui/MomentField';
import { toastGood } from '../../ui/toast';
import { courseOf, formFor, KINDS, scenarioOf, type ScenarioKind, useAddScenario } from './direction';
import classes from './director.module.css';

const OPTIONS = (Object.keys(KINDS) as ScenarioKind[]).map((value) => ({ value, label: KINDS[value].label }));

export function ScenarioAdder({ symbol }: { symbol: string }) {
  const { timeZone } = useSettings();
  const [form, setForm] = useState(() => formFor('crash'));
  const add = useAddScenario();
  const fields = add.error?.fields ?? {};
  const wanted = scenarioOf(form, symbol, timeZone);
  const put = () => {
    if (!wanted) return;
    add
      .writeAsync(wanted)
      .then((made) => toastGood(`${KINDS[made.kind].label} put on.`, courseOf(made)))
      .catch(() => undefined); // shown below
  };
  return (
    <form
      className="stack"
      aria-label="Put a scenario on"
      onSubmit={(event) => {
        event.preventDefault();
        put();
      }}
    >
      <div className={classes.fields}>
        <NativeSelect
          size="xs"
          label="What happens"
          value={form.kind}
          data={OPTIONS}
          onChange={(event) => {
            add.reset();
            setForm({ ...formFor(event.currentTarget.value as ScenarioKind), isAll: form.isAll });
          }}
        />
        <NativeSelect
          size="xs"
          label="Where"
          value={form.isAll ? 'all' : 'one'}
          error={fields.symbols}
          onChange={(event) => setForm({ ...form, isAll: event.currentTarget.value === 'all' })}
          data={[
            { value: 'one', label: symbol },
            { value: 'all', label: 'All markets' },
          ]}
        />
        {KINDS[form.kind].fields.map(({ name, label, hint }) => (
          <TextInput
            key={name}
            size="xs"
            label={label}
            placeholder={hint ?? ''}
            inputMode="decimal"
            value={form.figures[name] ?? ''}
            error={fields[name]}
            onChange={(event) => setForm({ ...form, figures: { ...form.figures, [name]: event.currentTarget.value } })}
          />
        ))}
        <MomentField size="xs" label="Begins, empty: now" value={form.start} error={fields.start} onChange={(start) => setForm({ ...form, start })} />
        <TextInput size="xs" label="Seed of its course" inputMode="numeric" value={form.seed} error={fields.seed} onChange={(event) => setForm({ ...form, seed: event.currentTarget.value })} />
      </div>
      {add.error && Object.keys(fields).length === 0 ? <ErrorNote fault={add.error} title="It was not put on" /> : null}
      <div className="row">
        <Button type="submit" size="compact-sm" disabled={wanted === null} loading={add.isPending}>
          Put it on
        </Button>
      </div>
    </form>
  );
}
