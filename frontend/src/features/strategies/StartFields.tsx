// What a run and a rehearsal are both asked for: values within their bounds, money, fees, and how orders fill.
import { NativeSelect, TextInput } from '@mantine/core';
import type { StrategyVersion } from '../../api/types';
import shared from '../../ui/strategy/strategy.module.css';
import { FILL_POLICIES, parametersOf, type StartForm } from './startForm';

export interface PartProps {
  form: StartForm;
  fields: Record<string, string>;
  onChange: (part: Partial<StartForm>) => void;
}

export function ParameterFields({ version, form, fields, onChange }: PartProps & { version: StrategyVersion }) {
  const parameters = parametersOf(version);
  if (parameters.length === 0) return null;
  return (
    <div className={shared.three} role="group" aria-label="Parameters">
      {parameters.map(({ name, value, bound }) => (
        <TextInput
          key={name}
          size="xs"
          inputMode="decimal"
          label={`p.${name}`}
          description={bound ? `From ${bound.least} to ${bound.most}` : 'Has no bounds'}
          disabled={!bound}
          value={bound ? (form.values[name] ?? '') : String(value)}
          error={fields[`parameters.${name}`]}
          onChange={(event) => onChange({ values: { ...form.values, [name]: event.currentTarget.value } })}
        />
      ))}
    </div>
  );
}

export function VersionField({ versions, form, fields, onChoose }: Omit<PartProps, 'onChange'> & { versions: readonly StrategyVersion[]; onChoose: (version: StrategyVersion) => void }) {
  return (
    <NativeSelect
      size="xs"
      label="Version"
      value={String(form.version)}
      error={fields.version}
      onChange={(event) => {
        const chosen = versions.find((each) => String(each.version) === event.currentTarget.value);
        if (chosen) onChoose(chosen);
      }}
      data={versions.map((each) => ({ value: String(each.version), label: versionLabel(each) }))}
    />
  );
}

function versionLabel({ version, note, symbols, interval }: StrategyVersion): string {
  return `${version}: ${note || `${symbols.join(', ')} ${interval}`}`;
}

export function MoneyFields({ form, fields, onChange }: PartProps) {
  const text = (label: string, value: string, field: string, part: (text: string) => Partial<StartForm>) => (
    <TextInput size="xs" inputMode="decimal" label={label} value={value} error={fields[field]} onChange={(event) => onChange(part(event.currentTarget.value))} />
  );
  return (
    <div className={shared.three}>
      {text('Money to begin with', form.cash, 'cash', (cash) => ({ cash }))}
      {text('Maker fee, basis points', form.makerBps, 'fees.maker_bps', (makerBps) => ({ makerBps }))}
      {text('Taker fee, basis points', form.takerBps, 'fees.taker_bps', (takerBps) => ({ takerBps }))}
      <NativeSelect size="xs" label="How orders fill" value={form.fillPolicy} error={fields.fill_policy} onChange={(event) => onChange({ fillPolicy: event.currentTarget.value as StartForm['fillPolicy'] })} data={[...FILL_POLICIES]} />
    </div>
  );
}
