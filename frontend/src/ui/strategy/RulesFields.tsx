// When to be in the market: entries and exits as conditions, and the values of their parameters.
import { Button, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { ExpressionField } from '../expression/ExpressionField';
import { type Draft, numbersOf, parametersOf, type RuleSide, SAMPLE_RULES } from './draft';
import classes from './strategy.module.css';

interface Props {
  draft: Draft;
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
  /** Parameters that are asked for elsewhere, and what is shown in their place. */
  swept?: readonly string[];
  children?: ReactNode;
}

const NONE: readonly string[] = [];

export function RulesFields({ draft, fields, onChange, swept = NONE, children }: Props) {
  const names = parametersOf(draft);
  const numbers = numbersOf(draft.values);
  const rule = (side: RuleSide, label: string, isRequired = false) => (
    <ExpressionField
      label={label}
      wants="condition"
      value={draft.rules[side]}
      values={numbers}
      parameters={names}
      error={fields[`strategy.${side}`]}
      isRequired={isRequired}
      onChange={(text) => onChange({ rules: { ...draft.rules, [side]: text } })}
    />
  );
  return (
    <div className="stack">
      {rule('long_entry', 'Buy when', !draft.allow_short)}
      {rule('long_exit', 'Sell when')}
      <Switch label="Also sell short" checked={draft.allow_short} onChange={(event) => onChange({ allow_short: event.currentTarget.checked })} />
      {draft.allow_short ? (
        <>
          {rule('short_entry', 'Sell short when')}
          {rule('short_exit', 'Buy back when')}
        </>
      ) : null}
      {Object.values(draft.rules).every((text) => text.trim() === '') ? (
        <div className="row">
          <Button size="compact-sm" variant="default" onClick={() => onChange(SAMPLE_RULES)}>
            Begin with a crossing of averages
          </Button>
        </div>
      ) : null}
      {names.some((name) => !swept.includes(name)) ? (
        <div className={classes.three} role="group" aria-label="Parameters">
          {names
            .filter((name) => !swept.includes(name))
            .map((name) => (
              <TextInput
                key={name}
                size="xs"
                label={`p.${name}`}
                inputMode="decimal"
                value={draft.values[name] ?? ''}
                error={fields[`strategy.parameters.${name}`]}
                onChange={(event) => onChange({ values: { ...draft.values, [name]: event.currentTarget.value } })}
              />
            ))}
        </div>
      ) : null}
      {children}
    </div>
  );
}
