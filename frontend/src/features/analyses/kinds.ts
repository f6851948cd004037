// The kinds of analyses: what each asks, of how many symbols, and its options as they are typed.
import type { AnalysisIn } from '../../api/types';

export type Kind = AnalysisIn['kind'];

export interface OptionField {
  name: string;
  label: string;
  /** `list`: whole numbers with commas, or nothing. */
  shape: 'whole' | 'number' | 'list' | 'choice';
  usual: string;
  choices?: readonly { value: string; label: string }[];
}

export interface KindWord {
  kind: Kind;
  label: string;
  /** The question that it answers. */
  about: string;
  leastSymbols: number;
  mostSymbols: number;
  options: readonly OptionField[];
}

export const ESTIMATORS = [
  { value: 'close_to_close', label: 'Closes' },
  { value: 'parkinson', label: 'Parkinson' },
  { value: 'garman_klass', label: 'Garman and Klass' },
  { value: 'rogers_satchell', label: 'Rogers and Satchell' },
  { value: 'yang_zhang', label: 'Yang and Zhang' },
] as const;

const whole = (name: string, label: string, usual: string): OptionField => ({ name, label, shape: 'whole', usual });
const choice = (name: string, label: string, choices: readonly { value: string; label: string }[]): OptionField => ({ name, label, shape: 'choice', usual: choices[0]?.value ?? '', choices });

export const KIND_WORDS: readonly KindWord[] = [
  { kind: 'volatility', label: 'Volatility', about: 'How far prices move, by five estimators; what is usual, and how long it lasts.', leastSymbols: 1, mostSymbols: 1, options: [whole('window', 'Window, bars', '20'), choice('estimator', 'Of the cone', ESTIMATORS), { name: 'cone_windows', label: 'Cone, windows', shape: 'list', usual: '' }, whole('lags', 'Lags', '50')] },
  { kind: 'drawdowns', label: 'Falls', about: 'How deep it fell, how long it was below its peak, and what that amounts to.', leastSymbols: 1, mostSymbols: 1, options: [whole('episodes', 'Falls listed', '10')] },
  { kind: 'seasonality', label: 'Seasons', about: 'Returns by hour, weekday, month and turn of the month.', leastSymbols: 1, mostSymbols: 1, options: [choice('zone', 'Hours and days', [{ value: 'utc', label: 'of UTC' }, { value: 'calendar', label: 'of the market' }])] },
  { kind: 'correlation', label: 'Correlation', about: 'Which symbols move together, in order of likeness, and how that changes.', leastSymbols: 2, mostSymbols: 50, options: [whole('window', 'Window, bars', '50')] },
  { kind: 'cointegration', label: 'Cointegration', about: 'Whether two symbols are bound, so that what lies between them comes back.', leastSymbols: 2, mostSymbols: 2, options: [choice('prices', 'Prices', [{ value: 'log', label: 'as logarithms' }, { value: 'plain', label: 'as they are' }]), whole('johansen_lags', 'Lags of Johansen', '1')] },
  { kind: 'regime', label: 'Regimes', about: 'Calm and stormy times by a model of hidden states, and whether prices went somewhere.', leastSymbols: 1, mostSymbols: 1, options: [choice('states', 'States', [{ value: '2', label: '2' }, { value: '3', label: '3' }]), whole('trend_window', 'Trend, bars', '50'), { name: 'trend_threshold', label: 'Trend from', shape: 'number', usual: '0.3' }] },
];

export function wordOf(kind: Kind): KindWord {
  const found = KIND_WORDS.find((each) => each.kind === kind);
  if (!found) throw new Error(`No words for ${kind}.`);
  return found;
}

/** What is asked for; a text that is no option is named in `problemsOf`. */
export function optionsOf({ options }: KindWord, typed: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(options.flatMap((option) => {
    const value = valueOf(option, typed[option.name] ?? option.usual);
    return value === undefined ? [] : [[option.name, value] as const];
  }));
}

/** Undefined: left to the gateway. Null: no such value. */
function valueOf({ name, shape }: OptionField, text: string): unknown {
  const trimmed = text.trim();
  if (shape === 'choice') return name === 'states' ? Number(trimmed) : trimmed;
  if (shape === 'list') return trimmed === '' ? undefined : listOf(trimmed);
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) || (shape === 'whole' && !/^\d+$/.test(trimmed)) ? null : value;
}

function listOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  return parts.every((part) => /^[1-9]\d*$/.test(part)) ? parts.map(Number) : null;
}

/** What cannot even be asked, by the gateway's names of the fields. */
export function problemsOf(word: KindWord, typed: Record<string, string>, symbols: number): Record<string, string> {
  const found: Record<string, string> = {};
  if (symbols < word.leastSymbols || symbols > word.mostSymbols) found.symbols = countText(word);
  for (const option of word.options) {
    if (valueOf(option, typed[option.name] ?? option.usual) === null) found[`${word.kind}.${option.name}`] = option.shape === 'list' ? 'Whole numbers with commas.' : 'Type a number.';
  }
  return found;
}

function countText({ leastSymbols: least, mostSymbols: most }: KindWord): string {
  if (least === most) return least === 1 ? 'Choose one symbol or data set.' : `Choose ${least} symbols or data sets.`;
  return `Choose ${least} to ${most} symbols or data sets.`;
}
