// Programs: strategies that are no conditions. What each is called, what it asks for, and the way to the gateway and back.
import { numberOf } from '../numbers';

export const PROGRAM_KINDS = ['dca', 'grid', 'twap', 'vwap', 'iceberg', 'pairs'] as const;
export type ProgramKind = (typeof PROGRAM_KINDS)[number];

interface ProgramField {
  name: string;
  label: string;
  kind: 'whole' | 'decimal' | 'side';
  initial: string;
  isOptional?: boolean;
}

interface Program {
  label: string;
  about: string;
  symbols: 1 | 2;
  fields: readonly ProgramField[];
}

const SIDE: ProgramField = { name: 'side', label: 'Side', kind: 'side', initial: 'buy' };
const decimal = (name: string, label: string, initial = ''): ProgramField => ({ name, label, kind: 'decimal', initial });
const whole = (name: string, label: string, initial = ''): ProgramField => ({ name, label, kind: 'whole', initial });

export const PROGRAMS: Record<ProgramKind, Program> = {
  dca: {
    label: 'Buy by the clock',
    about: 'Buys for the same sum at every so many bars of the clock, whatever the price; of 24 hours, at midnight UTC.',
    symbols: 1,
    fields: [decimal('notional', 'For how much of the quote', '100'), whole('every_bars', 'Every so many bars', '24'), { ...whole('times', 'How often (empty: on and on)'), isOptional: true }],
  },
  grid: {
    label: 'Grid around the price',
    about: 'Buys at even lines around the price at the start, and sells each a line higher once it is filled, again and again.',
    symbols: 1,
    fields: [decimal('percent', 'Percent above and below', '5'), whole('lines', 'Lines', '11'), decimal('notional', 'For each line, of the quote', '500')],
  },
  twap: {
    label: 'A quantity over time (TWAP)',
    about: 'Trades a quantity in equal parts, one a bar. What a bar missed is spread over those that are left.',
    symbols: 1,
    fields: [SIDE, decimal('quantity', 'Quantity', '1'), whole('bars', 'Over so many bars', '60')],
  },
  vwap: {
    label: 'A quantity with the volume (VWAP)',
    about: 'Trades a quantity in parts as large as the volume usually is at each time of the day.',
    symbols: 1,
    fields: [SIDE, decimal('quantity', 'Quantity', '1'), whole('bars', 'Over so many bars', '48')],
  },
  iceberg: {
    label: 'Iceberg order',
    about: 'One limit order that shows a part of itself at a time.',
    symbols: 1,
    fields: [SIDE, decimal('quantity', 'Quantity', '1'), { ...decimal('price', 'Limit price (empty: the price at the start)'), isOptional: true }, decimal('display_quantity', 'Shown at a time')],
  },
  pairs: {
    label: 'A pair back to its mean',
    about: 'Sells the dear and buys the cheap of two symbols when they are far apart, and closes both near the mean. One of the two is sold short.',
    symbols: 2,
    fields: [whole('bars', 'Mean over so many bars', '120'), decimal('notional', 'For each side, of the quote', '1000'), decimal('enter', 'Enter at deviations', '2'), decimal('leave', 'Leave within deviations', '0.5')],
  },
};

export interface ProgramDraft {
  kind: ProgramKind;
  /** As typed, by field. */
  values: Record<string, string>;
}

export function emptyProgram(kind: ProgramKind): ProgramDraft {
  return { kind, values: Object.fromEntries(PROGRAMS[kind].fields.map(({ name, initial }) => [name, initial])) };
}

/** Another kind of program; what both ask for stays as it was typed. */
export function withKind({ values }: ProgramDraft, kind: ProgramKind): ProgramDraft {
  const next = emptyProgram(kind);
  const kept = Object.entries(values).filter(([name, text]) => name in next.values && text !== '');
  return { kind, values: { ...next.values, ...Object.fromEntries(kept) } };
}

/** Null where it trades as many symbols as it is given. */
export function symbolsProblem({ kind }: ProgramDraft, count: number): string | null {
  const wanted = PROGRAMS[kind].symbols;
  if (count === wanted) return null;
  return wanted === 1 ? 'This program trades one symbol.' : 'A pair is of two symbols.';
}

/** A pair sells one of its two. */
export function sellsShort({ kind }: ProgramDraft): boolean {
  return kind === 'pairs';
}

/** What is sent; `programProblems` has nothing against it. */
export function programBody({ kind, values }: ProgramDraft): Record<string, string | number> {
  const sent = PROGRAMS[kind].fields.flatMap((field) => {
    const text = (values[field.name] ?? '').trim();
    if (text === '' && field.isOptional) return [];
    return [[field.name, field.kind === 'whole' ? Number(text) : text] as const];
  });
  return { kind, ...Object.fromEntries(sent) };
}

/** What cannot even be asked, by the gateway's names of the fields. */
export function programProblems({ kind, values }: ProgramDraft): Record<string, string> {
  const found: Record<string, string> = {};
  for (const field of PROGRAMS[kind].fields) {
    const text = (values[field.name] ?? '').trim();
    if (text === '' && field.isOptional) continue;
    if (field.kind === 'whole' && !/^\d+$/.test(text)) found[`program.${field.name}`] = 'Type a whole number.';
    if (field.kind === 'decimal' && numberOf(text) === null) found[`program.${field.name}`] = 'Type a number.';
  }
  return found;
}

export function isProgramKind(kind: unknown): kind is ProgramKind {
  return PROGRAM_KINDS.some((each) => each === kind);
}

/** The form of a program that the gateway sent; null where it is none that is known here. */
export function programDraftOf(program: unknown): ProgramDraft | null {
  if (typeof program !== 'object' || program === null) return null;
  const { kind, ...values } = program as Record<string, unknown>;
  if (!isProgramKind(kind)) return null;
  const known = Object.entries(values).filter(([, value]) => value !== null);
  return { kind, values: { ...Object.fromEntries(PROGRAMS[kind].fields.map(({ name }) => [name, ''])), ...Object.fromEntries(known.map(([name, value]) => [name, String(value)])) } };
}
