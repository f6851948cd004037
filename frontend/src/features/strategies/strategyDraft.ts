// A strategy that is to trade, as it is typed; what is sent for it, and the way back from a version or a template.
import { INTERVALS, type NewStrategyIn, type StrategyChangeIn } from '../../api/types';
import { bodyOf, type Draft, EMPTY_DRAFT, numberOf, parametersOf, problemsOf } from '../../ui/strategy/draft';
import { draftOfVersion, type VersionLike } from '../../ui/strategy/versions';
import { emptyProgram, programBody, type ProgramDraft, programDraftOf, programProblems, PROGRAMS } from './programs';

export interface BoundDraft {
  least: string;
  most: string;
}

export interface StrategyDraft {
  kind: 'rules' | 'program';
  /** The template that it began with. */
  template: NewStrategyIn['template'];
  /** Name, symbols, interval, rules, sizes and room; the rest of a backtest's form is not asked for. */
  form: Draft;
  program: ProgramDraft;
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
  kind: 'rules',
  template: null,
  form: EMPTY_DRAFT,
  program: emptyProgram('dca'),
  bounds: {},
  notes: '',
  note: '',
};

/** The form of a version or of a template. */
export function strategyDraftOf(name: string, version: VersionLike): StrategyDraft {
  const program = programDraftOf(version.program);
  return {
    ...EMPTY_STRATEGY,
    kind: program ? 'program' : 'rules',
    form: draftOfVersion(name, version),
    program: program ?? EMPTY_STRATEGY.program,
    bounds: boundsOf(version.bounds),
  };
}

export function boundsOf(sent: unknown): Record<string, BoundDraft> {
  const entries = Object.entries((sent ?? {}) as Record<string, { least: number; most: number }>);
  return Object.fromEntries(entries.map(([name, { least, most }]) => [name, { least: String(least), most: String(most) }]));
}

export function symbolsIn({ form }: StrategyDraft): string[] {
  return form.sources.map((source) => source.symbol);
}

/** Parameters that a run can be started with: those that the rules use. */
export function parametersIn(draft: StrategyDraft): string[] {
  return draft.kind === 'rules' ? parametersOf(draft.form) : [];
}

export function boundIn({ bounds }: StrategyDraft, name: string): BoundDraft {
  return bounds[name] ?? NO_BOUND;
}

// ---- what is wrong

/** What cannot even be asked, by the gateway's names of the fields. */
export function problemsIn(draft: StrategyDraft): Record<string, string> {
  const found: Record<string, string> = {};
  if (!draft.form.name.trim()) found.name = 'Give it a name.';
  const wrong = symbolsProblem(draft);
  if (wrong) found.symbols = wrong;
  if (!INTERVALS.some((each) => each === draft.form.interval)) found.interval = `A market has ${INTERVALS.join(', ')}.`;
  return { ...found, ...roomProblems(draft), ...(draft.kind === 'rules' ? rulesProblems(draft) : programProblems(draft.program)) };
}

function symbolsProblem(draft: StrategyDraft): string | null {
  const count = draft.form.sources.length;
  if (draft.kind === 'rules') return count === 0 ? 'Choose a symbol.' : null;
  const wanted = PROGRAMS[draft.program.kind].symbols;
  if (count === wanted) return null;
  return wanted === 1 ? 'This program trades one symbol.' : 'A pair is of two symbols.';
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

function rulesProblems(draft: StrategyDraft): Record<string, string> {
  const found = Object.fromEntries(Object.entries(problemsOf(draft.form)).filter(([name]) => name.startsWith('strategy.')));
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
  const { max_open_positions: most, max_share_percent: share } = form.limits;
  return {
    symbols: symbolsIn(draft),
    interval: INTERVALS.find((each) => each === form.interval) ?? null,
    leverage: Number(form.leverage),
    ...(most.trim() ? { max_open_positions: Number(most) } : {}),
    ...(share.trim() ? { max_share_percent: share.trim() } : {}),
    ...(draft.kind === 'rules'
      ? { strategy: bodyOf(form, 'utc').strategy, bounds: boundsBody(draft), allow_short: form.allow_short }
      : { program: programBody(draft.program), allow_short: draft.program.kind === 'pairs' || form.allow_short }),
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
