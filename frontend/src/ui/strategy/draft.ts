// A strategy and its rules as they are typed, what is asked of the gateway for them, and the way back from a result.
import type { BacktestIn, BarsUsed, DistanceIn, SizingIn } from '../../api/types';
import { parametersIn } from '../expression/language';
import type { TimeZone } from '../format';
import { fieldText, momentOf } from '../moments';
import { numberOf } from '../numbers';
import { intervalMs } from './intervals';
import { programBody, type ProgramDraft, programDraftOf, programProblems, sellsShort, symbolsProblem } from './programs';

export const SIDES = ['long_entry', 'long_exit', 'short_entry', 'short_exit'] as const;
export type RuleSide = (typeof SIDES)[number];
export const DISTANCES = ['stop', 'target', 'trailing'] as const;
export type DistanceName = (typeof DISTANCES)[number];

/** Where bars come from: the newest data of a symbol, or one data set. */
export interface Source {
  kind: 'symbol' | 'dataset';
  id: string;
  symbol: string;
}

export interface DistanceDraft {
  kind: DistanceIn['kind'] | 'none';
  /** Amount, percent or multiple. */
  size: string;
  bars: string;
}

export interface Draft {
  name: string;
  sources: Source[];
  interval: string;
  /** Fields of moments, empty: without a bound. */
  from: string;
  to: string;
  rules: Record<RuleSide, string>;
  /** The name of a strategy in Python in the place of rules; empty: none. */
  python: string;
  /** A program in the place of rules and sizes; null: none. */
  program: ProgramDraft | null;
  /** The values of parameters, by name: of those that the rules use, or of those that are not left to the strategy in Python. */
  values: Record<string, string>;
  sizing: { kind: SizingIn['kind']; quantity: string; percent: string; annual_percent: string; bars: string; bars_per_year: string };
  distances: Record<DistanceName, DistanceDraft>;
  fills: {
    fill_at: 'next_open' | 'signal_close';
    path: 'pessimistic' | 'nearer' | 'ohlc' | 'olhc';
    limit_fill: 'through' | 'touch';
    spread: 'ticks' | 'bar';
    spread_ticks: string;
    slippage_ticks: string;
    slippage_percent: string;
    volume_share_impact_percent: string;
    root_impact_percent: string;
    volume_cap_percent: string;
  };
  fees: { maker_bps: string; taker_bps: string };
  limits: { max_open_positions: string; max_share_percent: string };
  starting_cash: string;
  leverage: string;
  allow_short: boolean;
  close_at_end: boolean;
}

const NO_DISTANCE: DistanceDraft = { kind: 'none', size: '', bars: '14' };

export const EMPTY_DRAFT: Draft = {
  name: '',
  sources: [],
  interval: '1h',
  from: '',
  to: '',
  rules: { long_entry: '', long_exit: '', short_entry: '', short_exit: '' },
  python: '',
  program: null,
  values: {},
  sizing: { kind: 'equity_share', quantity: '', percent: '100', annual_percent: '', bars: '20', bars_per_year: '' },
  distances: { stop: NO_DISTANCE, target: NO_DISTANCE, trailing: NO_DISTANCE },
  fills: {
    fill_at: 'next_open',
    path: 'pessimistic',
    limit_fill: 'through',
    spread: 'ticks',
    spread_ticks: '0',
    slippage_ticks: '0',
    slippage_percent: '0',
    volume_share_impact_percent: '0',
    root_impact_percent: '0',
    volume_cap_percent: '0',
  },
  fees: { maker_bps: '2', taker_bps: '5' },
  limits: { max_open_positions: '', max_share_percent: '' },
  starting_cash: '100000',
  leverage: '1',
  allow_short: false,
  close_at_end: false,
};

/** The exchange fills what a program orders, and so as it does on a replay; what else there is about fills may be chosen. */
const PROGRAM_FILLS = { fill_at: 'next_open', path: 'nearer', spread: 'bar', limit_fill: 'touch' } as const;

/** A crossing of two averages, to begin with. */
export const SAMPLE_RULES: Pick<Draft, 'rules' | 'values'> = {
  rules: {
    long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))',
    long_exit: 'cross_below(sma(close, p.fast), sma(close, p.slow))',
    short_entry: '',
    short_exit: '',
  },
  values: { fast: '10', slow: '30' },
};

/** The rules that count: those of the short side only where it is allowed. */
export function rulesOf(draft: Draft): Record<RuleSide, string> {
  const { rules, allow_short: isShort } = draft;
  return { ...rules, short_entry: isShort ? rules.short_entry : '', short_exit: isShort ? rules.short_exit : '' };
}

/** The parameters that the rules use, or those of a strategy in Python that have a value. */
export function parametersOf(draft: Draft): string[] {
  return draft.python ? Object.keys(draft.values) : parametersIn(Object.values(rulesOf(draft)));
}

/** A value of a parameter; null for what is none. Yes and no are for strategies in Python. */
function valueOf(text: string, draft: Draft): number | boolean | null {
  const word = text.trim();
  return draft.python && (word === 'true' || word === 'false') ? word === 'true' : numberOf(word);
}

/** Where the gateway has the parameters. */
export function parametersField(draft: Draft): string {
  return draft.python ? 'strategy.python.parameters' : 'strategy.parameters';
}

/** Those values that are numbers. */
export function numbersOf(values: Record<string, string>): Record<string, number> {
  const found = Object.entries(values).map(([name, text]) => [name, numberOf(text)] as const);
  return Object.fromEntries(found.filter((each): each is readonly [string, number] => each[1] !== null));
}

function isWhole(text: string): boolean {
  return /^\d+$/.test(text.trim());
}

const WHOLE = 'Type a whole number.';
const NUMBER = 'Type a number.';

/** What cannot even be asked, by the names that the gateway has for the fields. `swept` parameters need no value. */
export function problemsOf(draft: Draft, swept: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {};
  if (draft.sources.length === 0) found.symbols = 'Choose a symbol or a data set.';
  noteUnlessWhole(found, 'leverage', draft.leverage);
  if (draft.limits.max_open_positions.trim()) noteUnlessWhole(found, 'limits.max_open_positions', draft.limits.max_open_positions);
  for (const name of ['spread_ticks', 'slippage_ticks', 'volume_cap_percent'] as const) noteUnlessWhole(found, `fills.${name}`, draft.fills[name]);
  return { ...found, ...(draft.program ? problemsOfProgram(draft, draft.program) : problemsOfRules(draft, swept)) };
}

function noteUnlessWhole(found: Record<string, string>, field: string, text: string): void {
  if (!isWhole(text)) found[field] = WHOLE;
}

function problemsOfProgram({ sources }: Draft, program: ProgramDraft): Record<string, string> {
  const wrong = symbolsProblem(program, sources.length);
  return { ...(wrong ? { symbols: wrong } : {}), ...programProblems(program) };
}

function problemsOfRules(draft: Draft, swept: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.python && !draft.rules.long_entry.trim() && !(draft.allow_short && draft.rules.short_entry.trim())) {
    found['strategy.long_entry'] = 'Say when to enter.';
  }
  for (const name of parametersOf(draft)) {
    if (!swept.includes(name) && valueOf(draft.values[name] ?? '', draft) === null) found[`${parametersField(draft)}.${name}`] = NUMBER;
  }
  if (draft.sizing.kind === 'volatility_target') {
    noteUnlessWhole(found, 'strategy.sizing.bars', draft.sizing.bars);
    noteUnlessWhole(found, 'strategy.sizing.bars_per_year', draft.sizing.bars_per_year);
  }
  for (const name of DISTANCES) {
    const { kind, size, bars } = draft.distances[name];
    if (kind !== 'none' && numberOf(size) === null) found[`strategy.${name}.${SIZE_NAMES[kind]}`] = NUMBER;
    if (kind === 'atr') noteUnlessWhole(found, `strategy.${name}.bars`, bars);
  }
  return found;
}

export const SIZE_NAMES = { fixed: 'amount', percent: 'percent', atr: 'multiple' } as const;

function distanceOf({ kind, size, bars }: DistanceDraft): DistanceIn | null {
  if (kind === 'none') return null;
  return { kind, [SIZE_NAMES[kind]]: size.trim(), ...(kind === 'atr' ? { bars: Number(bars) } : {}) };
}

function sizingOf({ kind, ...draft }: Draft['sizing']): SizingIn {
  if (kind === 'fixed') return { kind, quantity: draft.quantity.trim() };
  if (kind === 'volatility_target') {
    return { kind, annual_percent: draft.annual_percent.trim(), bars: Number(draft.bars), bars_per_year: Number(draft.bars_per_year) };
  }
  return { kind, percent: draft.percent.trim() };
}

function idsOf(draft: Draft, kind: Source['kind']): string[] {
  return draft.sources.filter((each) => each.kind === kind).map((each) => each.id);
}

/** What decides: conditions with their parameters, or a strategy in Python with its own. */
function decidingOf(draft: Draft, swept: readonly string[]): Partial<BacktestIn['strategy']> {
  const named = parametersOf(draft).filter((name) => !swept.includes(name));
  const parameters = Object.fromEntries(named.map((name) => [name, valueOf(draft.values[name] ?? '', draft)]));
  if (draft.python) return { python: { name: draft.python, parameters } };
  const rules = Object.entries(rulesOf(draft)).filter(([, text]) => text.trim() !== '');
  return { ...Object.fromEntries(rules), parameters };
}

/** What is asked of the gateway; `problemsOf` has nothing against it. `swept` parameters are left out. */
export function bodyOf(draft: Draft, zone: TimeZone, swept: readonly string[] = []): BacktestIn {
  const { fills } = draft;
  const [symbols, datasets] = [idsOf(draft, 'symbol'), idsOf(draft, 'dataset')];
  return {
    ...(draft.name.trim() ? { name: draft.name.trim() } : {}),
    ...(symbols.length > 0 ? { symbols } : {}),
    ...(datasets.length > 0 ? { datasets } : {}),
    interval: draft.interval,
    from: momentOf(draft.from, zone),
    to: momentOf(draft.to, zone),
    fills: { ...fills, spread_ticks: Number(fills.spread_ticks), slippage_ticks: Number(fills.slippage_ticks), volume_cap_percent: Number(fills.volume_cap_percent) },
    fees: draft.fees,
    starting_cash: draft.starting_cash.trim(),
    leverage: Number(draft.leverage),
    ...(draft.program
      ? { program: programBody(draft.program), allow_short: sellsShort(draft.program) || draft.allow_short, close_at_end: false }
      : { strategy: strategyOf(draft, swept), limits: limitsOf(draft), allow_short: draft.allow_short, close_at_end: draft.close_at_end }),
  };
}

function strategyOf(draft: Draft, swept: readonly string[]): BacktestIn['strategy'] {
  const distances = DISTANCES.flatMap((name) => {
    const distance = distanceOf(draft.distances[name]);
    return distance ? [[name, distance] as const] : [];
  });
  return { ...decidingOf(draft, swept), sizing: sizingOf(draft.sizing), ...Object.fromEntries(distances) };
}

function limitsOf({ limits }: Draft): BacktestIn['limits'] {
  return {
    ...(limits.max_open_positions.trim() ? { max_open_positions: Number(limits.max_open_positions) } : {}),
    ...(limits.max_share_percent.trim() ? { max_share_percent: limits.max_share_percent.trim() } : {}),
  };
}

/** The spec of a result, as far as the page reads it: what was asked, with every default. */
export type Spec = BacktestIn & { symbols: string[] };

const DATASET = 'dataset:';

export function sourceOf(data: Pick<BarsUsed, 'symbol' | 'source'>): Source {
  const isDataset = data.source.startsWith(DATASET);
  return isDataset ? { kind: 'dataset', id: data.source.slice(DATASET.length), symbol: data.symbol } : { kind: 'symbol', id: data.symbol, symbol: data.symbol };
}

/** From the first bar of any symbol to the end of the last: the same bars again, also when there are more by now. */
function boundsOf(data: readonly BarsUsed[], interval: string): { from: number; to: number } | null {
  if (data.length === 0) return null;
  const from = Math.min(...data.map((each) => Date.parse(each.from)));
  const to = Math.max(...data.map((each) => Date.parse(each.to))) + (intervalMs(interval) ?? 0);
  return { from, to };
}

/** The form of a result: what to change a thing of and run again. */
export function draftOf(name: string, spec: Spec, data: readonly BarsUsed[], zone: TimeZone): Draft {
  const bounds = boundsOf(data, spec.interval);
  const program = programDraftOf(spec.program);
  const strategy = spec.strategy ?? {};
  const texts = <T extends object>(base: T, sent: object | null | undefined): T => ({ ...base, ...textsOf(sent) });
  return {
    name,
    sources: data.length > 0 ? data.map(sourceOf) : spec.symbols.map((symbol) => ({ kind: 'symbol', id: symbol, symbol })),
    interval: spec.interval,
    from: bounds ? fieldText(bounds.from, zone) : '',
    to: bounds ? fieldText(bounds.to, zone) : '',
    rules: texts(EMPTY_DRAFT.rules, { long_entry: strategy.long_entry, long_exit: strategy.long_exit, short_entry: strategy.short_entry, short_exit: strategy.short_exit }),
    python: strategy.python?.name ?? '',
    program,
    values: textsOf((strategy.python?.parameters ?? strategy.parameters) as object | null | undefined),
    sizing: texts(EMPTY_DRAFT.sizing, strategy.sizing),
    distances: { stop: distanceDraftOf(strategy.stop), target: distanceDraftOf(strategy.target), trailing: distanceDraftOf(strategy.trailing) },
    fills: texts(program ? { ...EMPTY_DRAFT.fills, ...PROGRAM_FILLS } : EMPTY_DRAFT.fills, spec.fills),
    fees: texts(EMPTY_DRAFT.fees, spec.fees),
    limits: texts(EMPTY_DRAFT.limits, spec.limits),
    starting_cash: spec.starting_cash ?? EMPTY_DRAFT.starting_cash,
    leverage: String(spec.leverage),
    allow_short: spec.allow_short,
    close_at_end: spec.close_at_end,
  };
}

function textsOf(sent: object | null | undefined): Record<string, string> {
  const known = Object.entries(sent ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
}

function distanceDraftOf(distance: DistanceIn | null | undefined): DistanceDraft {
  if (!distance) return NO_DISTANCE;
  const size = distance[SIZE_NAMES[distance.kind]];
  return { kind: distance.kind, size: size ?? '', bars: String(distance.bars ?? NO_DISTANCE.bars) };
}
