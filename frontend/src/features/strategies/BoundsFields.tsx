// Between which values a run may start with a parameter.
import { TextInput } from '@mantine/core';
import { type BoundDraft, boundIn, parametersIn, type StrategyDraft } from './strategyDraft';
import classes from './strategies.module.css';

interface Props {
  draft: StrategyDraft;
  fields: Record<string, string>;
  onChange: (bounds: StrategyDraft['bounds']) => void;
}

export function BoundsFields({ draft, fields, onChange }: Props) {
  const names = parametersIn(draft);
  if (names.length === 0) return <p className={classes.lead}>The rules use no parameter yet. Write p.fast in one, and it gets a value and bounds.</p>;
  return (
    <div className="stack">
      <p className={classes.lead}>A run may be started with another value within these. A parameter without bounds keeps its own.</p>
      {names.map((name) => (
        <Bound key={name} name={name} bound={boundIn(draft, name)} fields={fields} onChange={(bound) => onChange({ ...draft.bounds, [name]: bound })} />
      ))}
    </div>
  );
}

interface BoundProps {
  name: string;
  bound: BoundDraft;
  fields: Record<string, string>;
  onChange: (bound: BoundDraft) => void;
}

function Bound({ name, bound, fields, onChange }: BoundProps) {
  const wrong = fields[`bounds.${name}`];
  return (
    <div className={classes.bound} role="group" aria-label={`Bounds of p.${name}`}>
      <TextInput size="xs" inputMode="decimal" label={`p.${name} from`} value={bound.least} error={fields[`bounds.${name}.least`] ?? wrong} onChange={(event) => onChange({ ...bound, least: event.currentTarget.value })} />
      <TextInput size="xs" inputMode="decimal" label={`p.${name} to`} value={bound.most} error={fields[`bounds.${name}.most`] ?? (wrong ? ' ' : undefined)} onChange={(event) => onChange({ ...bound, most: event.currentTarget.value })} />
    </div>
  );
}
