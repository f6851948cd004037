// A field for a moment, in the zone that times are shown in.
import { TextInput } from '@mantine/core';
import { useSettings } from '../settings';
import { zoneName } from './format';

interface Props {
  label: string;
  /** As the browser's field has it: see `moments.ts`. */
  value: string;
  onChange: (text: string) => void;
  error?: string | undefined;
  description?: string;
  size?: 'xs' | 'sm';
}

export function MomentField({ label, value, onChange, error, description, size = 'sm' }: Props) {
  const { timeZone } = useSettings();
  return (
    <TextInput
      type="datetime-local"
      step={1}
      size={size}
      label={`${label}, ${zoneName(timeZone)}`}
      description={description}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
