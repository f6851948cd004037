// What decides when to be in the market: entries and exits as conditions, or a strategy in Python, and the values of parameters.
import { Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePythonStrategies } from '../../api/queries';
import { ExpressionField } from '../expression/ExpressionField';
import { BeginFields } from './BeginFields';
import { type Draft, numbersOf, parametersOf, type RuleSide } from './draft';
import { PythonChoice, PythonFields } from './PythonFields';
import classes from './strategy.module.css';

interface Props {
  draft: Draft;
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
  /** Parameters that are asked for elsewhere, and what is shown in their place. */
  swept?: readonly string[];
  /** What trades is decided by conditions, and its page has beginnings of its own. */
  isTraded?: boolean;
  children?: ReactNode;
}

const NONE: readonly string[] = [];

export function RulesFields({ swept = NONE, isTraded = false, children, ...props }: Props) {
  if (isTraded) {
    return (
      <div className="stack">
        <Conditions swept={swept} {...props} />
        {children}
      </div>
    );
  }
  return (
    <RulesOrPython swept={swept} {...props}>
      {children}
    </RulesOrPython>
  );
}

function RulesOrPython({ swept, children, ...props }: Omit<Props, 'isTraded' | 'swept'> & { swept: readonly string[] }) {
  const { draft, fields, onChange } = props;
  const strategies = usePythonStrategies().data ?? [];
  return (
    <div className="stack">
      {strategies.length > 0 || draft.python ? <PythonChoice strategies={strategies} draft={draft} error={fields['strategy.python.name'] ?? fields['strategy.python']} onChange={onChange} /> : null}
      {draft.python ? <PythonFields strategy={strategies.find(({ name }) => name === draft.python)} swept={swept} {...props} /> : <Conditions swept={swept} hasBeginnings {...props} />}
      {children}
    </div>
  );
}

function Conditions({ draft, fields, onChange, swept, hasBeginnings = false }: Omit<Props, 'children' | 'isTraded' | 'swept'> & { swept: readonly string[]; hasBeginnings?: boolean }) {
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
    <>
      {rule('long_entry', 'Buy when', !draft.allow_short)}
      {rule('long_exit', 'Sell when')}
      <Switch label="Also sell short" checked={draft.allow_short} onChange={(event) => onChange({ allow_short: event.currentTarget.checked })} />
      {draft.allow_short ? (
        <>
          {rule('short_entry', 'Sell short when')}
          {rule('short_exit', 'Buy back when')}
        </>
      ) : null}
      {hasBeginnings && Object.values(draft.rules).every((text) => text.trim() === '') ? <BeginFields onChange={onChange} /> : null}
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
    </>
  );
}
