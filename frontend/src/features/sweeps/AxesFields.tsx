// Which parameters are varied, and through which values.
import { NativeSelect, TextInput } from '@mantine/core';
import { DISTANCES, type Draft } from '../../ui/strategy/draft';
import { type AxisDraft, axisOf, namesOf, type SearchDraft } from './axes';
import classes from './sweeps.module.css';

interface Props {
  draft: Draft;
  search: SearchDraft;
  fields: Record<string, string>;
  onDraft: (part: Partial<Draft>) => void;
  onChange: (part: Partial<SearchDraft>) => void;
}

const MODES = [
  { value: 'range', label: 'From, to, step' },
  { value: 'values', label: 'These values' },
  { value: 'fixed', label: 'Keep its value' },
];

export function AxesFields({ draft, search, fields, onDraft, onChange }: Props) {
  const names = namesOf(draft);
  if (names.length === 0) {
    return <p className={classes.lead}>Write a parameter into a rule, as in sma(close, p.fast), and it can be varied here.</p>;
  }
  return (
    <div className="stack" role="group" aria-label="What is varied">
      {fields.parameters ? <p className={classes.problem}>{fields.parameters}</p> : null}
      {names.map((name) => {
        const axis = axisOf(search, draft, name);
        const change = (part: Partial<AxisDraft>) => {
          if (part.mode === 'fixed' && !isDistance(name) && !draft.values[name]) onDraft({ values: { ...draft.values, [name]: axis.from } });
          onChange({ axes: { ...search.axes, [name]: { ...axis, ...part } } });
        };
        return <AxisFields key={name} name={name} axis={axis} error={fields[`parameters.${name}`]} onChange={change} />;
      })}
    </div>
  );
}

function isDistance(name: string): boolean {
  return (DISTANCES as readonly string[]).includes(name);
}

interface AxisProps {
  name: string;
  axis: AxisDraft;
  error: string | undefined;
  onChange: (part: Partial<AxisDraft>) => void;
}

function AxisFields({ name, axis, error, onChange }: AxisProps) {
  const shown = isDistance(name) ? name : `p.${name}`;
  const text = (field: 'from' | 'to' | 'step' | 'values', label: string, isFirst = false) => (
    <TextInput size="xs" label={label} aria-label={`${shown} ${label.toLowerCase()}`} inputMode={field === 'values' ? 'text' : 'decimal'} value={axis[field]} error={isFirst ? error : Boolean(error)} onChange={(event) => onChange({ [field]: event.currentTarget.value })} />
  );
  return (
    <div className={classes.axis} role="group" aria-label={shown}>
      <NativeSelect size="xs" label={shown} data={MODES} value={axis.mode} onChange={(event) => onChange({ mode: event.currentTarget.value as AxisDraft['mode'] })} />
      {axis.mode === 'range' ? (
        <>
          {text('from', 'From', true)}
          {text('to', 'To')}
          {text('step', 'Step')}
        </>
      ) : null}
      {axis.mode === 'values' ? text('values', 'Values, with commas', true) : null}
    </div>
  );
}
