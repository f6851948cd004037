// A program in place of rules: which one, and its numbers.
import { NativeSelect, TextInput } from '@mantine/core';
import { PROGRAM_KINDS, type ProgramDraft, type ProgramKind, PROGRAMS, withKind } from './programs';
import classes from './strategy.module.css';

interface Props {
  program: ProgramDraft;
  fields: Record<string, string>;
  onChange: (program: ProgramDraft) => void;
}

export function ProgramFields({ program, fields, onChange }: Props) {
  const { about, fields: asked } = PROGRAMS[program.kind];
  const set = (name: string, text: string) => onChange({ ...program, values: { ...program.values, [name]: text } });
  return (
    <div className="stack">
      <NativeSelect
        size="xs"
        label="Program"
        value={program.kind}
        error={fields.program}
        onChange={(event) => onChange(withKind(program, event.currentTarget.value as ProgramKind))}
        data={PROGRAM_KINDS.map((kind) => ({ value: kind, label: PROGRAMS[kind].label }))}
      />
      <p className={classes.about}>{about}</p>
      <div className={classes.three}>
        {asked.map(({ name, label, kind }) =>
          kind === 'side' ? (
            <NativeSelect
              key={name}
              size="xs"
              label={label}
              value={program.values[name]}
              error={fields[`program.${name}`]}
              onChange={(event) => set(name, event.currentTarget.value)}
              data={[
                { value: 'buy', label: 'Buy' },
                { value: 'sell', label: 'Sell' },
              ]}
            />
          ) : (
            <TextInput
              key={name}
              size="xs"
              inputMode={kind === 'whole' ? 'numeric' : 'decimal'}
              label={label}
              value={program.values[name] ?? ''}
              error={fields[`program.${name}`]}
              onChange={(event) => set(name, event.currentTarget.value)}
            />
          ),
        )}
      </div>
    </div>
  );
}
