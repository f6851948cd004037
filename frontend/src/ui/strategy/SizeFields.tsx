// How much is bought, and the ways out that need no signal: stop, target and trailing stop.
import { NativeSelect, TextInput } from '@mantine/core';
import { DISTANCES, type DistanceDraft, type DistanceName, type Draft, SIZE_NAMES } from './draft';
import { barsPerYear } from './intervals';
import classes from './strategy.module.css';

interface Props {
  draft: Draft;
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
}

const SIZINGS = [
  { value: 'equity_share', label: 'A share of equity' },
  { value: 'fixed', label: 'Always the same quantity' },
  { value: 'risk_per_trade', label: 'What a stop may lose' },
  { value: 'volatility_target', label: 'A volatility aimed at' },
];

export function SizeFields({ draft, fields, onChange }: Props) {
  return (
    <div className="stack">
      <div className={classes.three}>
        <SizingFields draft={draft} fields={fields} onChange={onChange} />
      </div>
      <div className={classes.distances}>
        {DISTANCES.map((name) => (
          <DistanceFields key={name} name={name} draft={draft.distances[name]} fields={fields} onChange={(part) => onChange({ distances: { ...draft.distances, [name]: { ...draft.distances[name], ...part } } })} />
        ))}
      </div>
    </div>
  );
}

function SizingFields({ draft, fields, onChange }: Props) {
  const { sizing } = draft;
  const change = (part: Partial<Draft['sizing']>) => onChange({ sizing: { ...sizing, ...part } });
  const field = (name: Exclude<keyof Draft['sizing'], 'kind'>, label: string, description?: string) => (
    <TextInput size="xs" inputMode="decimal" label={label} description={description} value={sizing[name]} error={fields[`strategy.sizing.${name}`]} onChange={(event) => change({ [name]: event.currentTarget.value })} />
  );
  const choose = (kind: Draft['sizing']['kind']) => {
    const year = barsPerYear(draft.interval);
    change({ kind, ...(kind === 'volatility_target' && !sizing.bars_per_year && year ? { bars_per_year: String(year) } : {}), ...(kind === 'risk_per_trade' ? { percent: '1' } : {}), ...(kind === 'equity_share' ? { percent: '100' } : {}) });
  };
  return (
    <>
      <NativeSelect size="xs" label="How much" data={SIZINGS} value={sizing.kind} error={fields['strategy.sizing']} onChange={(event) => choose(event.currentTarget.value as Draft['sizing']['kind'])} />
      {sizing.kind === 'fixed' ? field('quantity', 'Quantity') : null}
      {sizing.kind === 'equity_share' ? field('percent', 'Percent of equity') : null}
      {sizing.kind === 'risk_per_trade' ? field('percent', 'Percent of equity at risk') : null}
      {sizing.kind === 'volatility_target' ? (
        <>
          {field('annual_percent', 'Percent a year')}
          {field('bars', 'Measured over bars')}
          {field('bars_per_year', 'Bars of a year')}
        </>
      ) : null}
    </>
  );
}

const NAMES: Record<DistanceName, string> = { stop: 'Stop', target: 'Target', trailing: 'Trailing stop' };
const KINDS = [
  { value: 'none', label: 'None' },
  { value: 'percent', label: 'Percent of the price' },
  { value: 'fixed', label: 'An amount of price' },
  { value: 'atr', label: 'Average true ranges' },
];
const SIZE_LABELS = { fixed: 'amount', percent: 'percent', atr: 'multiple' } as const;

interface DistanceProps {
  name: DistanceName;
  draft: DistanceDraft;
  fields: Record<string, string>;
  onChange: (part: Partial<DistanceDraft>) => void;
}

function DistanceFields({ name, draft, fields, onChange }: DistanceProps) {
  const { kind } = draft;
  const label = NAMES[name];
  return (
    <div className="stack" role="group" aria-label={label}>
      <NativeSelect size="xs" label={label} data={KINDS} value={kind} error={fields[`strategy.${name}`]} onChange={(event) => onChange({ kind: event.currentTarget.value as DistanceDraft['kind'] })} />
      {kind === 'none' ? null : (
        <TextInput size="xs" inputMode="decimal" label={`${label}, ${SIZE_LABELS[kind]}`} value={draft.size} error={fields[`strategy.${name}.${SIZE_NAMES[kind]}`]} onChange={(event) => onChange({ size: event.currentTarget.value })} />
      )}
      {kind === 'atr' ? <TextInput size="xs" inputMode="numeric" label={`${label}, bars`} value={draft.bars} error={fields[`strategy.${name}.bars`]} onChange={(event) => onChange({ bars: event.currentTarget.value })} /> : null}
    </div>
  );
}
