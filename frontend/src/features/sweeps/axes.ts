// The axes of a search as they are typed, and as they are asked for.
import type { SweepIn } from '../../api/types';
import { numberOf } from '../../ui/numbers';
import { DISTANCES, type Draft, parametersOf } from '../../ui/strategy/draft';
import type { Metric } from '../../ui/strategy/results';

export interface AxisDraft {
  mode: 'fixed' | 'range' | 'values';
  from: string;
  to: string;
  step: string;
  values: string;
}

export interface SearchDraft {
  axes: Record<string, AxisDraft>;
  /** The first has the smaller value; empty: any. */
  low: string;
  high: string;
  metric: Metric;
  leastTrades: string;
  /** Empty: all of them. */
  samples: string;
  kind: 'sweep' | 'walk_forward';
  trainBars: string;
  testBars: string;
  gapBars: string;
  isAnchored: boolean;
}

export const EMPTY_SEARCH: SearchDraft = {
  axes: {},
  low: '',
  high: '',
  metric: 'sharpe',
  leastTrades: '1',
  samples: '',
  kind: 'sweep',
  trainBars: '1000',
  testBars: '250',
  gapBars: '0',
  isAnchored: false,
};

/** What can be varied: the parameters of the rules, and the sizes of the distances there are. */
export function namesOf(draft: Draft): string[] {
  return [...parametersOf(draft), ...DISTANCES.filter((name) => draft.distances[name].kind !== 'none')];
}

function isDistance(name: string): boolean {
  return (DISTANCES as readonly string[]).includes(name);
}

function ownValue(draft: Draft, name: string): number | null {
  const distance = DISTANCES.find((each) => each === name);
  return numberOf(distance ? draft.distances[distance].size : (draft.values[name] ?? ''));
}

/** An axis that was not touched yet: parameters vary around their value, distances keep theirs. */
export function axisOf(search: SearchDraft, draft: Draft, name: string): AxisDraft {
  const known = search.axes[name];
  if (known) return known;
  const value = ownValue(draft, name);
  const isWhole = value !== null && Number.isInteger(value) && value >= 4;
  const [from, to, step] = isWhole ? [Math.round(value / 2), Math.round(value * 1.5), Math.max(1, Math.round(value / 2))].map(String) : ['', '', ''];
  const isYesOrNo = ['true', 'false'].includes(draft.values[name] ?? '');
  return { mode: isDistance(name) || isYesOrNo ? 'fixed' : 'range', from: from ?? '', to: to ?? '', step: step ?? '', values: value === null ? '' : String(value) };
}

/** Those that are varied. */
export function sweptOf(search: SearchDraft, draft: Draft): string[] {
  return namesOf(draft).filter((name) => axisOf(search, draft, name).mode !== 'fixed');
}

function listOf(text: string): (number | null)[] {
  return text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(numberOf);
}

/** A step may be missed by the rounding of binary fractions. */
const SLACK = 1e-9;

/** How many values an axis has; null while it is none. */
export function countOf(axis: AxisDraft): number | null {
  if (axis.mode === 'fixed') return 1;
  if (axis.mode === 'values') {
    const values = listOf(axis.values);
    return values.length > 0 && values.every((value) => value !== null) ? new Set(values).size : null;
  }
  const [from, to, step] = [numberOf(axis.from), numberOf(axis.to), numberOf(axis.step)];
  if (from === null || to === null || step === null || step <= 0 || to < from) return null;
  return Math.floor((to - from) / step + SLACK) + 1;
}

/** Before any pair that must rise is taken out. */
export function combinationsOf(search: SearchDraft, draft: Draft): number | null {
  const counts = sweptOf(search, draft).map((name) => countOf(axisOf(search, draft, name)));
  return counts.reduce<number | null>((product, count) => (product === null || count === null ? null : product * count), 1);
}

export function searchProblems(search: SearchDraft, draft: Draft): Record<string, string> {
  const found: Record<string, string> = {};
  const swept = sweptOf(search, draft);
  if (swept.length === 0) found.parameters = 'Vary one parameter at least: write p.name into a rule.';
  for (const name of swept) {
    if (countOf(axisOf(search, draft, name)) === null) found[`parameters.${name}`] = 'Give numbers, from the lower to the higher.';
  }
  const whole = (field: string, text: string) => {
    if (!/^\d+$/.test(text.trim())) found[field] = 'Type a whole number.';
  };
  whole('least_trades', search.leastTrades);
  if (search.samples.trim()) whole('samples', search.samples);
  if (search.kind === 'walk_forward') {
    whole('train_bars', search.trainBars);
    whole('test_bars', search.testBars);
    whole('gap_bars', search.gapBars);
  }
  return found;
}

/** What a search asks beside its backtest. */
export function searchBody(search: SearchDraft, draft: Draft): Pick<SweepIn, 'parameters' | 'rising' | 'samples' | 'seed' | 'metric' | 'least_trades'> {
  const swept = sweptOf(search, draft);
  const axis = (name: string) => {
    const { mode, from, to, step, values } = axisOf(search, draft, name);
    return mode === 'values' ? { values: listOf(values) } : { from: Number(from), to: Number(to), step: Number(step) };
  };
  const isRising = search.low !== search.high && swept.includes(search.low) && swept.includes(search.high);
  return {
    parameters: Object.fromEntries(swept.map((name) => [name, axis(name)])),
    ...(isRising ? { rising: [[search.low, search.high]] } : {}),
    samples: search.samples.trim() ? Number(search.samples) : null,
    seed: 0,
    metric: search.metric,
    least_trades: Number(search.leastTrades),
  };
}
