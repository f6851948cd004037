// What rules wait for and what they told, as a person reads it.
import type { Alert, AlertEvent } from '../../api/types';
import { duration } from '../../ui/format';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const FACTS = {
  equity: { label: 'Equity', unit: 'base', about: 'What the account is worth' },
  drawdown_percent: { label: 'Drawdown', unit: '%', about: 'How far the equity is below its highest of the epoch' },
  day_profit: { label: 'Profit of the day', unit: 'base', about: 'Since the UTC day of the market began; negative for a loss' },
  exposure: { label: 'Exposure', unit: 'base', about: 'Longs and shorts added up' },
  leverage: { label: 'Leverage', unit: 'times', about: 'The exposure as a multiple of the equity' },
} as const;
export type Fact = keyof typeof FACTS;
export const FACT_NAMES = Object.keys(FACTS) as Fact[];

export const OCCURRENCES = {
  order_rejected: 'An order is refused',
  risk_state_changed: 'Trading is halted, restricted or resumed',
  feed_stale: 'The source of a symbol falls silent',
  strategy_stopped: 'A strategy ends: by itself, by a fault or on a wish',
} as const;
export type Occurrence = keyof typeof OCCURRENCES;
export const OCCURRENCE_NAMES = Object.keys(OCCURRENCES) as Occurrence[];

export const COMPARISONS = ['<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

function isNameOf<T extends object>(names: T, name: string | null): name is keyof T & string {
  return name !== null && name in names;
}

/** The unit that a fact is told in. */
export function unitOf(fact: Fact, base: string): string {
  const { unit } = FACTS[fact];
  return unit === 'base' ? base : unit;
}

/** What a rule waits for, in one line. */
export function conditionWords({ condition }: Pick<Alert, 'condition'>, base: string): string {
  const { kind, fact, occurrence, symbol } = condition;
  if (kind === 'expression') return condition.expression ?? '';
  if (kind === 'account') {
    const name = isNameOf(FACTS, fact) ? FACTS[fact].label : (fact ?? '');
    const unit = isNameOf(FACTS, fact) ? ` ${unitOf(fact, base)}` : '';
    return `${name} ${condition.comparison ?? ''} ${condition.value ?? ''}${unit}`;
  }
  const what = isNameOf(OCCURRENCES, occurrence) ? OCCURRENCES[occurrence] : (occurrence ?? '');
  return symbol ? `${what}, of ${symbol}` : what;
}

/** How often it tells, and what keeps it silent in between. */
export function habitWords(rule: Pick<Alert, 'repeat' | 'cool_down_seconds' | 'rearm_level' | 'channels'>): string {
  const words = [rule.repeat === 'once' ? 'Once' : 'Each time'];
  if (rule.rearm_level !== null) words.push(`again once back over ${rule.rearm_level}`);
  if (rule.cool_down_seconds > 0) words.push(`silent for ${duration(rule.cool_down_seconds)} after`);
  const others = rule.channels.filter((channel) => channel !== 'websocket');
  if (others.length > 0) words.push(`also by ${others.join(', ')}`);
  return words.join('; ');
}

/** What became of the deliveries, in a few letters. */
export function deliveryWords({ deliveries }: Pick<AlertEvent, 'deliveries'>): string {
  if (deliveries.length === 0) return 'None';
  const failed = deliveries.filter(({ status }) => status === 'failed' || status === 'dropped');
  if (failed.length > 0) return `${failed.map(({ channel }) => channel).join(', ')} failed`;
  const queued = deliveries.filter(({ status }) => status === 'queued').length;
  return queued > 0 ? `${queued} on the way` : deliveries.map(({ channel }) => channel).join(', ');
}
