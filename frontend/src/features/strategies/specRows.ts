// What a version says, line by line; and in which lines two versions differ.
import type { StrategyVersion } from '../../api/types';
import { isProgramKind, PROGRAMS } from '../../ui/strategy/programs';
import { rulesOf } from '../../ui/strategy/versions';
import { ruleRows, sizeRows } from '../../ui/strategy/words';
import { boundsOf } from './strategyDraft';

export interface Row {
  name: string;
  text: string;
  /** An expression, as it is written. */
  isCode?: boolean;
}

export function rowsOf(version: StrategyVersion): Row[] {
  const { symbols, interval, leverage, max_open_positions: most, max_share_percent: share } = version;
  return [
    { name: 'Trades', text: symbols.join(', ') },
    { name: 'At the close of bars of', text: interval },
    ...(version.program === null ? ruleLines(version) : programLines(version.program)),
    { name: 'Sells short', text: version.allow_short ? 'yes' : 'no' },
    { name: 'Leverage', text: String(leverage) },
    { name: 'Most positions at once', text: most === null ? 'one in each symbol' : String(most) },
    { name: 'Largest share of one', text: share === null ? 'as much as there is' : `${share} %` },
  ];
}

function ruleLines(version: StrategyVersion): Row[] {
  const strategy = rulesOf(version);
  const bounds = boundsOf(version.bounds);
  const parameters = Object.entries((strategy.parameters ?? {}) as Record<string, number>);
  return [
    ...ruleRows(strategy).map(([name, text]) => ({ name, text, isCode: true })),
    ...parameters.map(([name, value]) => {
      const bound = bounds[name];
      return { name: `p.${name}`, text: bound ? `${value}, in a run from ${bound.least} to ${bound.most}` : String(value) };
    }),
    ...sizeRows(strategy).map(([name, text]) => ({ name, text })),
  ];
}

function programLines(program: unknown): Row[] {
  const { kind, ...values } = (program ?? {}) as Record<string, unknown>;
  const known = isProgramKind(kind) ? PROGRAMS[kind] : null;
  const label = (name: string) => known?.fields.find((field) => field.name === name)?.label ?? name.replace(/_/g, ' ');
  const said = Object.entries(values).filter(([, value]) => value !== null);
  return [{ name: 'Program', text: known?.label ?? String(kind) }, ...said.map(([name, value]) => ({ name: label(name), text: String(value) }))];
}

// ---- differences

export interface Change {
  name: string;
  /** Null: there was no such line. */
  before: string | null;
  after: string | null;
  isCode: boolean;
}

/** The lines that are not alike, in the order of the later version, with those that are gone at the end. */
export function changesOf(before: readonly Row[], after: readonly Row[]): Change[] {
  const names = [...new Set([...after, ...before].map((row) => row.name))];
  const find = (rows: readonly Row[], name: string) => rows.find((row) => row.name === name);
  return names
    .map((name) => {
      const [old, now] = [find(before, name), find(after, name)];
      return { name, before: old?.text ?? null, after: now?.text ?? null, isCode: (old ?? now)?.isCode ?? false };
    })
    .filter((change) => change.before !== change.after);
}

export interface Piece {
  text: string;
  /** Whether the other side has it too. */
  isShared: boolean;
}

const WORDS = /[A-Za-z_][\w.]*|\d+(?:\.\d+)?|\s+|./g;
/** Comparing takes as much room as both sides multiplied; longer ones are shown as replaced. */
const MOST_COMPARED = 250_000;

/** Two texts word by word: what each has that the other has not, by their longest common sequence. */
export function piecesOf(before: string, after: string): { before: Piece[]; after: Piece[] } {
  const [old, now] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  if (old.length * now.length > MOST_COMPARED) return { before: [{ text: before, isShared: false }], after: [{ text: after, isShared: false }] };
  const lengths = commonLengths(old, now);
  const shared = { before: new Set<number>(), after: new Set<number>() };
  for (let [i, j] = [0, 0]; i < old.length && j < now.length; ) {
    if (old[i] === now[j]) {
      shared.before.add(i);
      shared.after.add(j);
      i += 1;
      j += 1;
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return { before: joined(old, shared.before), after: joined(now, shared.after) };
}

/** How long the common sequence is of what follows each pair of places. */
function commonLengths(old: readonly string[], now: readonly string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] ?? [], lengths[i + 1] ?? []];
    for (let j = now.length - 1; j >= 0; j -= 1) {
      row[j] = old[i] === now[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}

/** Words in a row that are alike in being shared, as one piece. */
function joined(words: readonly string[], shared: ReadonlySet<number>): Piece[] {
  const pieces: Piece[] = [];
  words.forEach((text, index) => {
    const last = pieces.at(-1);
    const isShared = shared.has(index);
    if (last && last.isShared === isShared) last.text += text;
    else pieces.push({ text, isShared });
  });
  return pieces;
}
