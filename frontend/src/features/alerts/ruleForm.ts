// A rule as the fields of its form: texts while it is written, the body of a request when it is sent, and refusals at their fields.
import { type ApiError } from '../../api/errors';
import { type Alert, type AlertIn, type Interval, INTERVALS } from '../../api/types';
import type { Comparison, Fact, Occurrence, Severity } from './words';

export type Kind = Alert['condition']['kind'];
export const COOL_DOWN_UNITS = { s: 1, min: 60, h: 3_600, d: 86_400 } as const;
export type CoolDownUnit = keyof typeof COOL_DOWN_UNITS;
export const SENT_CHANNELS = ['log', 'email', 'webhook'] as const;
export type SentChannel = (typeof SENT_CHANNELS)[number];

export interface RuleForm {
  name: string;
  severity: Severity;
  kind: Kind;
  expression: string;
  symbol: string;
  interval: Interval;
  fact: Fact;
  comparison: Comparison;
  value: string;
  occurrence: Occurrence;
  /** Of an occurrence; empty for any. */
  ofSymbol: string;
  repeat: Alert['repeat'];
  coolDown: string;
  coolDownUnit: CoolDownUnit;
  rearmLevel: string;
  isEnabled: boolean;
  channels: readonly SentChannel[];
  emailTo: string;
  webhookUrl: string;
}

export function emptyForm(symbol: string): RuleForm {
  return {
    name: '',
    severity: 'warning',
    kind: 'expression',
    expression: '',
    symbol,
    interval: '1m',
    fact: 'drawdown_percent',
    comparison: '>=',
    value: '',
    occurrence: 'order_rejected',
    ofSymbol: '',
    repeat: 'every',
    coolDown: '',
    coolDownUnit: 'min',
    rearmLevel: '',
    isEnabled: true,
    channels: [],
    emailTo: '',
    webhookUrl: '',
  };
}

/** The fields of a rule that there is; what it has not keeps what an empty form has. */
export function formOf(rule: Alert, symbol: string): RuleForm {
  const empty = emptyForm(symbol);
  const { condition } = rule;
  return {
    ...empty,
    name: rule.name,
    severity: rule.severity,
    kind: condition.kind,
    expression: condition.expression ?? '',
    symbol: condition.kind === 'expression' ? (condition.symbol ?? symbol) : symbol,
    interval: INTERVALS.find((each) => each === condition.interval) ?? empty.interval,
    fact: (condition.fact as Fact | null) ?? empty.fact,
    comparison: (condition.comparison as Comparison | null) ?? empty.comparison,
    value: condition.value ?? '',
    occurrence: (condition.occurrence as Occurrence | null) ?? empty.occurrence,
    ofSymbol: condition.kind === 'occurrence' ? (condition.symbol ?? '') : '',
    repeat: rule.repeat,
    ...coolDownOf(rule.cool_down_seconds),
    rearmLevel: rule.rearm_level ?? '',
    isEnabled: rule.enabled,
    channels: SENT_CHANNELS.filter((channel) => rule.channels.includes(channel)),
    emailTo: rule.email_to.join(', '),
    webhookUrl: rule.webhook_url ?? '',
  };
}

/** In the largest unit that it is a whole number of. */
function coolDownOf(seconds: number): Pick<RuleForm, 'coolDown' | 'coolDownUnit'> {
  if (seconds === 0) return { coolDown: '', coolDownUnit: 'min' };
  const fromLargest = (Object.keys(COOL_DOWN_UNITS) as CoolDownUnit[]).reverse();
  const coolDownUnit = fromLargest.find((unit) => seconds % COOL_DOWN_UNITS[unit] === 0) ?? 's';
  return { coolDown: String(seconds / COOL_DOWN_UNITS[coolDownUnit]), coolDownUnit };
}

export function hasLevel({ kind }: Pick<RuleForm, 'kind'>): boolean {
  return kind !== 'occurrence';
}

const orNull = (text: string) => text.trim() || null;

/** What is sent: what belongs to the kind of the condition and to the channels, and nothing else. */
export function bodyOf(form: RuleForm): AlertIn {
  return {
    name: form.name.trim(),
    severity: form.severity,
    condition: conditionOf(form),
    repeat: form.repeat,
    cool_down_seconds: Number(form.coolDown) * COOL_DOWN_UNITS[form.coolDownUnit],
    rearm_level: hasLevel(form) ? orNull(form.rearmLevel) : null,
    enabled: form.isEnabled,
    channels: [...form.channels],
    email_to: form.channels.includes('email') ? form.emailTo.split(/[\s,;]+/).filter(Boolean) : [],
    webhook_url: form.channels.includes('webhook') ? orNull(form.webhookUrl) : null,
  };
}

function conditionOf(form: RuleForm): AlertIn['condition'] {
  const { kind } = form;
  if (kind === 'expression') return { kind, expression: form.expression, symbol: form.symbol, interval: form.interval };
  if (kind === 'account') return { kind, fact: form.fact, comparison: form.comparison, value: form.value.trim() };
  return { kind, occurrence: form.occurrence, symbol: form.ofSymbol || null };
}

export const WHOLE_NUMBER = 'Must be a whole number.';

const FIELDS: Record<string, keyof RuleForm> = {
  name: 'name',
  'condition.expression': 'expression',
  'condition.symbol': 'symbol',
  'condition.interval': 'interval',
  'condition.fact': 'fact',
  'condition.value': 'value',
  'condition.occurrence': 'occurrence',
  cool_down_seconds: 'coolDown',
  rearm_level: 'rearmLevel',
  channels: 'channels',
  email_to: 'emailTo',
  webhook_url: 'webhookUrl',
};

/** A refusal that is of one field though it names none. */
const CODES: Record<string, keyof RuleForm> = { INVALID_EXPRESSION: 'expression', UNKNOWN_SYMBOL: 'symbol' };

export type Problems = Partial<Record<keyof RuleForm, string>>;

/** What was refused, by the field it stands at; `isElsewhere` where some of it has no field. */
export function problemsOf(fault: ApiError | null): { problems: Problems; isElsewhere: boolean } {
  if (!fault) return { problems: {}, isElsewhere: false };
  const problems: Problems = {};
  let isElsewhere = false;
  for (const [name, text] of Object.entries(fault.fields)) {
    const field = FIELDS[name.replace(/\.\d+$/, '')];
    if (field) problems[field] ??= text;
    else isElsewhere = true;
  }
  const byCode = CODES[fault.code];
  if (byCode) problems[byCode] ??= fault.message;
  return { problems, isElsewhere: isElsewhere || Object.keys(problems).length === 0 };
}
