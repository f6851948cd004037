// The fields of a strategy that is to trade: what it trades, by which rules or program, how much, and within which bounds.
import { NativeSelect, SegmentedControl } from '@mantine/core';
import { INTERVALS } from '../../api/types';
import { ProgramFields } from '../../ui/strategy/ProgramFields';
import { emptyProgram } from '../../ui/strategy/programs';
import { RulesFields } from '../../ui/strategy/RulesFields';
import { SizeFields } from '../../ui/strategy/SizeFields';
import { Folded, Section } from '../../ui/strategy/StrategyForm';
import { BoundsFields } from './BoundsFields';
import { FactorField } from './FactorField';
import { RoomFields } from './RoomFields';
import { type StrategyDraft, symbolsIn } from './strategyDraft';
import { SymbolsField } from './SymbolsField';

interface Props {
  account: string;
  draft: StrategyDraft;
  /** What the form was refused for, by the gateway's names of the fields. */
  fields: Record<string, string>;
  onChange: (part: Partial<StrategyDraft>) => void;
}

export function StrategyFields({ account, draft, fields, onChange }: Props) {
  const { form } = draft;
  const change = (part: Partial<StrategyDraft['form']>) => onChange({ form: { ...form, ...part } });
  const isRefused = (...prefixes: string[]) => Object.keys(fields).some((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  return (
    <>
      <Section title="What it trades">
        <div className="stack">
          <SymbolsField symbols={symbolsIn(draft)} error={fields.symbols} onChange={(symbols) => change({ sources: symbols.map((symbol) => ({ kind: 'symbol', id: symbol, symbol })) })} />
          <NativeSelect size="xs" label="At the close of bars of" value={form.interval} error={fields.interval} data={choicesOf(form.interval)} onChange={(event) => change({ interval: event.currentTarget.value })} />
        </div>
      </Section>
      <SegmentedControl
        size="xs"
        aria-label="How it decides"
        value={form.program ? 'program' : 'rules'}
        onChange={(next) => change({ program: next === 'program' ? emptyProgram('dca') : null })}
        data={[
          { value: 'rules', label: 'By rules' },
          { value: 'program', label: 'A program' },
        ]}
      />
      {form.program ? (
        <Section title="Program">
          <ProgramFields program={form.program} fields={fields} onChange={(program) => change({ program })} />
        </Section>
      ) : (
        <>
          <Section title="Rules">
            <RulesFields draft={form} fields={fields} isTraded onChange={change}>
              <FactorField account={account} form={form} onChange={change} />
            </RulesFields>
          </Section>
          <Folded title="Bounds of the parameters" isOpen={isRefused('bounds')}>
            <BoundsFields draft={draft} fields={fields} onChange={(bounds) => onChange({ bounds })} />
          </Folded>
          <Section title="Size, stop and target">
            <SizeFields draft={form} fields={fields} onChange={change} />
          </Section>
        </>
      )}
      <Folded title="How much it may take on" isOpen={isRefused('leverage', 'max_', 'allow_short')}>
        <RoomFields form={form} fields={fields} onChange={change} />
      </Folded>
    </>
  );
}

/** Those of a market, and the one that a backtest came with where it is none of them. */
function choicesOf(chosen: string): string[] {
  return INTERVALS.some((each) => each === chosen) ? [...INTERVALS] : [chosen, ...INTERVALS];
}
