// How much a strategy may take on: leverage, positions at once, and the share of one.
import { TextInput } from '@mantine/core';
import type { Draft } from '../../ui/strategy/draft';
import shared from '../../ui/strategy/strategy.module.css';

interface Props {
  form: Draft;
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
}

export function RoomFields({ form, fields, onChange }: Props) {
  const { limits } = form;
  return (
    <div className={shared.three}>
      <TextInput size="xs" inputMode="numeric" label="Leverage" value={form.leverage} error={fields.leverage} onChange={(event) => onChange({ leverage: event.currentTarget.value })} />
      <TextInput
        size="xs"
        inputMode="numeric"
        label="Most positions at once"
        placeholder="Any"
        value={limits.max_open_positions}
        error={fields.max_open_positions}
        onChange={(event) => onChange({ limits: { ...limits, max_open_positions: event.currentTarget.value } })}
      />
      <TextInput
        size="xs"
        inputMode="decimal"
        label="Largest share of one, percent"
        placeholder="Any"
        value={limits.max_share_percent}
        error={fields.max_share_percent}
        onChange={(event) => onChange({ limits: { ...limits, max_share_percent: event.currentTarget.value } })}
      />
    </div>
  );
}
