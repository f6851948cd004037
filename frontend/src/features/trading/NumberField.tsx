// A field for a decimal text. The arrow keys move it by a step, with Shift by ten.
import { TextInput } from '@mantine/core';
import type { KeyboardEvent, RefObject } from 'react';

interface Props {
  label: string;
  unit: string;
  value: string;
  problem?: string | undefined;
  onChange: (text: string) => void;
  onStep?: (count: number) => void;
  inputRef?: RefObject<HTMLInputElement>;
}

export function NumberField({ label, unit, value, problem, onChange, onStep, inputRef }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    const way = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (way === 0 || !onStep) return;
    event.preventDefault();
    onStep(way * (event.shiftKey ? 10 : 1));
  };
  return (
    <TextInput
      ref={inputRef}
      label={label}
      value={value}
      error={problem}
      inputMode="decimal"
      autoComplete="off"
      onChange={(event) => onChange(event.currentTarget.value.replace(',', '.'))}
      onKeyDown={onKeyDown}
      rightSection={<span className="soft small">{unit}</span>}
      rightSectionWidth={54}
      styles={{ input: { fontVariantNumeric: 'tabular-nums' } }}
    />
  );
}
