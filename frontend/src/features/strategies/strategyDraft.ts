// A strategy that is to trade, as it is typed; what is sent for it, and the way back from a version or a template.
import { INTERVALS, type NewStrategyIn, type StrategyChangeIn } from '../../api/types';
import { numberOf } from '../../ui/numbers';
import { bodyOf, type Draft, EMPTY_DRAFT, parametersOf, problemsOf } from '../../ui/strategy/draft';
import { symbolsProblem } from '../../ui/strategy/programs';
import { draftOfVersion, type VersionLike } from '../../ui/strategy/versions';

export interface BoundDraft {
  least: string;
  most: string;
}

export interface StrategyDraft {
  /** The template that it began with. */
  template: NewStrategyIn['template'];
  /** Name, symbols, interval, rules or program, sizes and room; the rest of a backtest's form is not asked for. */
  form: Draft;
  /** By parameter, between which values a run may start with it. */
  bounds: Record<string, BoundDraft>;
  notes: string;
  /** Stays with the new version. */
  note: string;
}

/** Of one strategy, as many as the gateway takes. */
export const MOST_SYMBOLS = 20;
const NO_BOUND: BoundDraft = { least: '', most: '' };

export const EMPTY_STRATEGY: StrategyDraft = {
  template: null,
  form: EMPTY_DRAFT,
  bounds: {},
  notes: '',
  note: '',
};

/** The form of a version or of a template. */
export function strategyDraftOf(name: string, version: VersionLike): StrategyDraft {
  return { ...EMPTY_STRATEGY, form: draftOfVersion(name, version), bounds: boundsOf(version.bounds) };
}

export function boundsOf(sent: unknown): Record<string, BoundDraft> {
  const entries = Object.entries((sent ?? {}) as Record<string, { least: number; most: number }>);
  return Object.fromEntries(entries.map(([name, { least, most }]) => [name, { least: String(least), most: String(most) }]));
}

export function symbolsIn({ form }: StrategyDraft): string[] {
  return form.sources.map((source) => source.symbol);
}

/** Parameters that a run can be started with: those that the rules use. */
export function parametersIn({ form }: StrategyDraft): string[] {
  return form.program ? [] : parametersOf(form);
}

export function boundIn({ bounds }: StrategyDraft, name: string): BoundDraft {
  return bounds[name] ?? NO_BOUND;
}

// ---- what is wrong

/** What cannot even be asked, by the gateway's names of the fields. */
export function problemsIn(draft: StrategyDraft): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.form.name.trim()) found.name = 'Give it a name.';
  const wrong = symbolsProblemIn(draft.form);
  if (wrong) found.symbols = wrong;
  if (!INTERVALS.some((each) => each === draft.form.interval)) found.interval = `A market has ${INTERVALS.join(', ')}.`;
  return { ...found, ...roomProblems(draft), ...decidingProblems(draft) };
}

function symbolsProblemIn({ program, sources }: Draft): string | null {
  if (program) return symbolsProblem(program, sources.length);
  return sources.length === 0 ? 'Choose a symbol.' : null;
}

function roomProblems({ form }: StrategyDraft): Record<string, string> {
  const { leverage, 'limits.max_open_positions': most } = problemsOf(form);
  const share = form.limits.max_share_percent.trim();
  return {
    ...(leverage ? { leverage } : {}),
    ...(most ? { max_open_positions: most } : {}),
    ...(share !== '' && numberOf(share) === null ? { max_share_percent: 'Type a number.' } : {}),
  };
}

/** Of the rules with their bounds, or of the program. */
function decidingProblems(draft: StrategyDraft): Record<string, string> {
  const found = Object.fromEntries(Object.entries(problemsOf(draft.form)).filter(([name]) => /^(strategy|program)\./.test(name)));
  for (const name of parametersIn(draft)) {
    const { least, most } = boundIn(draft, name);
    if (!least.trim() && !most.trim()) continue;
    if (numberOf(least) === null || numberOf(most) === null) found[`bounds.${name}`] = 'Type both numbers, or neither.';
  }
  return found;
}

// ---- what is sent

type SpecBody = Pick<StrategyChangeIn, 'symbols' | 'interval' | 'strategy' | 'program' | 'bounds' | 'allow_short' | 'leverage' | 'max_open_positions' | 'max_share_percent'>;

/** What of it makes a version; `problemsIn` has nothing against it. */
function specBody(draft: StrategyDraft): SpecBody {
  const { form } = draft;
  const { strategy, program, allow_short } = bodyOf(form, 'utc');
  const { max_open_positions: most, max_share_percent: share } = form.limits;
  return {
    symbols: symbolsIn(draft),
    interval: INTERVALS.find((each) => each === form.interval) ?? null,
    leverage: Number(form.leverage),
    ...(most.trim() ? { max_open_positions: Number(most) } : {}),
    ...(share.trim() ? { max_share_percent: share.trim() } : {}),
    allow_short,
    ...(form.program ? { program } : { strategy, bounds: boundsBody(draft) }),
  };
}

function boundsBody(draft: StrategyDraft): Record<string, { least: number; most: number }> {
  const named = parametersIn(draft).map((name) => [name, boundIn(draft, name)] as const);
  return Object.fromEntries(named.filter(([, bound]) => bound.least.trim() !== '').map(([name, { least, most }]) => [name, { least: Number(least), most: Number(most) }]));
}

export function newBody(draft: StrategyDraft): NewStrategyIn {
  return { name: draft.form.name.trim(), notes: draft.notes.trim(), template: draft.template ?? null, ...specBody(draft) };
}

/**
 * A room that was set is not left out again by the gateway, so an empty field is sent as the widest there is: a position in each
 * symbol, and all that the leverage allows.
 */
export function changeBody(draft: StrategyDraft, before: Pick<VersionLike, 'max_open_positions' | 'max_share_percent'>): StrategyChangeIn {
  const body = specBody(draft);
  return {
    name: draft.form.name.trim(),
    notes: draft.notes.trim(),
    note: draft.note.trim(),
    ...body,
    ...(before.max_open_positions && !body.max_open_positions ? { max_open_positions: MOST_SYMBOLS } : {}),
    ...(before.max_share_percent && !body.max_share_percent ? { max_share_percent: String(100 * Number(draft.form.leverage)) } : {}),
  };
}
