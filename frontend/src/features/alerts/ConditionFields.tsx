// What a rule waits for: an expression over the bars of a symbol, a number of the account, or what happens once.
import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { asApiError } from '../../api/errors';
import { useInstruments } from '../../api/queries';
import { type Interval, INTERVALS } from '../../api/types';
import classes from './alerts.module.css';
import { useChecked } from './queries';
import type { Problems, RuleForm } from './ruleForm';
import { type Comparison, COMPARISONS, type Fact, FACT_NAMES, FACTS, type Occurrence, OCCURRENCE_NAMES, OCCURRENCES, unitOf } from './words';

interface Props {
  form: RuleForm;
  problems: Problems;
  base: string;
  onChange: (part: Partial<RuleForm>) => void;
}

export function ConditionFields(props: Props) {
  const { kind } = props.form;
  if (kind === 'expression') return <ExpressionFields {...props} />;
  return kind === 'account' ? <FactFields {...props} /> : <OccurrenceFields {...props} />;
}

function ExpressionFields({ form, problems, onChange }: Props) {
  const { bySymbol } = useInstruments();
  return (
    <>
      <Textarea
        label="Expression"
        description="A condition over one symbol, looked at whenever a bar has closed, such as rsi(close, 14) < 30"
        classNames={{ input: 'mono' }}
        rows={2}
        required
        spellCheck={false}
        value={form.expression}
        error={problems.expression}
        onChange={(event) => onChange({ expression: event.currentTarget.value })}
      />
      <Verdict expression={form.expression} />
      <div className={classes.fields}>
        <NativeSelect label="Symbol" value={form.symbol} error={problems.symbol} onChange={(event) => onChange({ symbol: event.currentTarget.value })} data={withChosen([...bySymbol.keys()], form.symbol)} />
        <NativeSelect label="Bars of" value={form.interval} error={problems.interval} onChange={(event) => onChange({ interval: event.currentTarget.value as Interval })} data={[...INTERVALS]} />
      </div>
    </>
  );
}

/** The symbols, with the chosen one also while they are on their way. */
function withChosen(symbols: string[], chosen: string): string[] {
  return chosen === '' || symbols.includes(chosen) ? symbols : [chosen, ...symbols];
}

const TYPING_PAUSE_MS = 300;

/** What the gateway says of the expression while it is written. */
function Verdict({ expression }: { expression: string }) {
  const [settled] = useDebouncedValue(expression, TYPING_PAUSE_MS);
  const checked = useChecked(settled);
  return (
    <div className={classes.verdict} role="status" aria-label="What the expression is">
      {settled.trim() === '' ? null : <VerdictWords checked={checked} />}
    </div>
  );
}

function VerdictWords({ checked }: { checked: ReturnType<typeof useChecked> }) {
  if (checked.error) return <span className={classes.bad}>✕ {asApiError(checked.error).message}</span>;
  const found = checked.data;
  if (!found) return <span className="soft">Being read…</span>;
  if (found.kind !== 'condition') return <span className={classes.bad}>✕ It is a {found.kind}; a rule needs a condition, yes or no: compare it with something.</span>;
  if (found.is_cross_sectional || found.groups.length > 0) return <span className={classes.bad}>✕ It looks across symbols; a rule watches one.</span>;
  const bars = found.warm_up_bars ?? 0;
  return (
    <span>
      <span className={classes.good}>✓ A condition</span> over {found.fields.join(', ') || 'no column'}
      {bars > 0 ? `; settled after ${bars} bars` : ''}
    </span>
  );
}

function FactFields({ form, problems, base, onChange }: Props) {
  return (
    <div className={classes.fields}>
      <NativeSelect
        label="Number of the account"
        description={FACTS[form.fact].about}
        value={form.fact}
        error={problems.fact}
        onChange={(event) => onChange({ fact: event.currentTarget.value as Fact })}
        data={FACT_NAMES.map((name) => ({ value: name, label: FACTS[name].label }))}
      />
      <NativeSelect label="Is" value={form.comparison} onChange={(event) => onChange({ comparison: event.currentTarget.value as Comparison })} data={[...COMPARISONS]} />
      <TextInput
        label={`Value, ${unitOf(form.fact, base)}`}
        required
        inputMode="decimal"
        value={form.value}
        error={problems.value}
        onChange={(event) => onChange({ value: event.currentTarget.value.replace(',', '.') })}
      />
    </div>
  );
}

function OccurrenceFields({ form, problems, onChange }: Props) {
  const { bySymbol } = useInstruments();
  return (
    <div className={classes.fields}>
      <NativeSelect
        label="What happens"
        value={form.occurrence}
        error={problems.occurrence}
        onChange={(event) => onChange({ occurrence: event.currentTarget.value as Occurrence })}
        data={OCCURRENCE_NAMES.map((name) => ({ value: name, label: OCCURRENCES[name] }))}
      />
      <NativeSelect
        label="Of"
        value={form.ofSymbol}
        error={problems.symbol}
        onChange={(event) => onChange({ ofSymbol: event.currentTarget.value })}
        data={[{ value: '', label: 'Any symbol' }, ...withChosen([...bySymbol.keys()], form.ofSymbol)]}
      />
    </div>
  );
}
