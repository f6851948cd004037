// The parts of a form that asks for a strategy on bars: shared by single backtests and by searches over many.
import { Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Draft } from './draft';
import { FillFields, MoneyFields } from './FillFields';
import { ProgramFields } from './ProgramFields';
import { type ProgramDraft, sellsShort } from './programs';
import { RangeFields } from './RangeFields';
import { RulesFields } from './RulesFields';
import { SizeFields } from './SizeFields';
import classes from './strategy.module.css';

interface Props {
  draft: Draft;
  /** What the form was refused for, by the gateway's names of the fields. */
  fields: Record<string, string>;
  onChange: (part: Partial<Draft>) => void;
  swept?: readonly string[];
  /** Stands below the rules. */
  children?: ReactNode;
}

export function StrategyForm({ draft, fields, onChange, swept, children }: Props) {
  const isRefused = (...prefixes: string[]) => Object.keys(fields).some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return (
    <>
      <Section title="Bars">
        <RangeFields range={draft} fields={fields} onChange={onChange} />
      </Section>
      {draft.program ? (
        <ProgramSection draft={draft} program={draft.program} fields={fields} onChange={onChange} />
      ) : (
        <>
          <Section title="Rules">
            <RulesFields draft={draft} fields={fields} onChange={onChange} {...(swept ? { swept } : {})}>
              {children}
            </RulesFields>
          </Section>
          <Section title="Size, stop and target">
            <SizeFields draft={draft} fields={fields} onChange={onChange} />
          </Section>
        </>
      )}
      <Folded title="Money, fees and limits" isOpen={isRefused('fees', 'limits', 'starting_cash', 'leverage')}>
        <MoneyFields draft={draft} fields={fields} onChange={onChange} />
      </Folded>
      <Folded title="How orders fill" isOpen={isRefused('fills')}>
        <FillFields draft={draft} fields={fields} onChange={onChange} />
      </Folded>
      <TextInput size="xs" label="Name" placeholder="What it is remembered by" value={draft.name} error={fields.name} onChange={(event) => onChange({ name: event.currentTarget.value })} />
    </>
  );
}

function ProgramSection({ draft, program, fields, onChange }: Pick<Props, 'draft' | 'fields' | 'onChange'> & { program: ProgramDraft }) {
  return (
    <Section title="Program">
      <div className="stack">
        <ProgramFields program={program} fields={fields} onChange={(next) => onChange({ program: next })} />
        {sellsShort(program) ? null : <Switch label="May sell short" checked={draft.allow_short} onChange={(event) => onChange({ allow_short: event.currentTarget.checked })} />}
      </div>
    </Section>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={classes.section}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

export function Folded({ title, isOpen, children }: { title: string; isOpen: boolean; children: ReactNode }) {
  return (
    <details className={classes.folded} open={isOpen || undefined}>
      <summary>{title}</summary>
      <div className="stack">{children}</div>
    </details>
  );
}
