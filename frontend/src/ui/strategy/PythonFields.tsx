// A strategy in Python in the place of conditions: which one, and what its parameters are.
import { NativeSelect, Switch, TextInput } from '@mantine/core';
import type { PythonStrategy } from '../../api/types';
import { type Draft, parametersField } from './draft';
import classes from './strategy.module.css';

interface ChoiceProps {
  strategies: readonly PythonStrategy[];
  draft: Draft;
  error?: string | undefined;
  onChange: (part: Partial<Draft>) => void;
}

/** Values begin as they are declared, so that a search can vary each of them. */
function valuesOf(strategy: PythonStrategy | undefined): Record<string, string> {
  return Object.fromEntries((strategy?.parameters ?? []).map(({ name, default: value }) => [name, String(value)]));
}

export function PythonChoice({ strategies, draft, error, onChange }: ChoiceProps) {
  const names = strategies.map(({ name }) => name);
  const gone = draft.python && !names.includes(draft.python) ? [{ value: draft.python, label: `${draft.python} (no longer there)` }] : [];
  return (
    <NativeSelect
      size="xs"
      label="What decides"
      value={draft.python}
      error={error}
      onChange={(event) => onChange({ python: event.currentTarget.value, values: valuesOf(strategies.find(({ name }) => name === event.currentTarget.value)) })}
      data={[{ value: '', label: 'Conditions' }, { group: 'Strategies in Python', items: [...gone, ...strategies.map((each) => ({ value: each.name, label: each.name, disabled: each.error !== null }))] }]}
    />
  );
}

interface Props {
  strategy: PythonStrategy | undefined;
  draft: Draft;
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
  swept: readonly string[];
}

export function PythonFields({ strategy, draft, fields, onChange, swept }: Props) {
  const shown = (strategy?.parameters ?? []).filter(({ name }) => !swept.includes(name));
  const set = (name: string, value: string) => onChange({ values: { ...draft.values, [name]: value } });
  return (
    <>
      {strategy ? <p className={classes.about}>{strategy.error ?? strategy.summary}</p> : null}
      <Switch label="Also sell short" checked={draft.allow_short} onChange={(event) => onChange({ allow_short: event.currentTarget.checked })} />
      {shown.length > 0 ? (
        <div className={classes.three} role="group" aria-label="Parameters">
          {shown.map((each) =>
            each.kind === 'bool' ? (
              <Switch key={each.name} label={each.name} checked={(draft.values[each.name] ?? String(each.default)) === 'true'} onChange={(event) => set(each.name, String(event.currentTarget.checked))} />
            ) : (
              <TextInput
                key={each.name}
                size="xs"
                label={each.name}
                description={boundsText(each)}
                inputMode="decimal"
                placeholder={String(each.default)}
                value={draft.values[each.name] ?? ''}
                error={fields[`${parametersField(draft)}.${each.name}`]}
                onChange={(event) => set(each.name, event.currentTarget.value)}
              />
            ),
          )}
        </div>
      ) : null}
    </>
  );
}

function boundsText({ kind, least, most }: PythonStrategy['parameters'][number]): string {
  const what = kind === 'int' ? 'A whole number' : 'A number';
  if (least !== null && most !== null) return `${what} from ${least} to ${most}`;
  if (least !== null) return `${what} from ${least} on`;
  return most === null ? what : `${what} up to ${most}`;
}
