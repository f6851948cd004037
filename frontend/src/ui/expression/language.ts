// What can be written at a place of an expression, and what is being written there. No page, no network.
import type { Language, Operator } from '../../api/types';

export interface Word {
  start: number;
  end: number;
  /** From its start to the caret: what has been typed of it. */
  typed: string;
}

export interface Suggestion {
  text: string;
  about: string;
  kind: 'operator' | 'field' | 'parameter' | 'word';
}

/** The call that a caret is in: its operator, and which of its places. */
export interface Call {
  name: string;
  place: number;
}

const PART = /[A-Za-z0-9_.]/;
const NAME = /^[A-Za-z_]\w*$/;
const WORDS: readonly Suggestion[] = [
  { text: 'and', about: 'Whether both are true.', kind: 'word' },
  { text: 'or', about: 'Whether one of them is true.', kind: 'word' },
  { text: 'not', about: 'Whether it is false.', kind: 'word' },
];
const MOST = 8;
/** Of all there is, where it was asked for without a letter. */
const MOST_ASKED = 200;

/** Round a caret, the letters that belong together. */
export function wordAt(text: string, caret: number): Word {
  let start = caret;
  while (start > 0 && PART.test(text[start - 1] ?? '')) start -= 1;
  let end = caret;
  while (end < text.length && PART.test(text[end] ?? '')) end += 1;
  return { start, end, typed: text.slice(start, caret) };
}

/** The innermost open bracket before a caret that has an operator's name in front of it. */
export function callAt(text: string, caret: number): Call | null {
  const open: Call[] = [];
  for (let at = 0; at < caret; at += 1) {
    const sign = text[at];
    if (sign === '(') open.push({ name: wordAt(text, at).typed, place: 0 });
    else if (sign === ')') open.pop();
    else if (sign === ',') {
      const inner = open.at(-1);
      if (inner) inner.place += 1;
    }
  }
  return open.reverse().find(({ name }) => NAME.test(name)) ?? null;
}

/** The parameters that texts use, each once, in the order in which they are met. */
export function parametersIn(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) => [...text.matchAll(/\bp\.([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ''));
  return [...new Set(found)];
}

export function isCallable(operator: Operator): boolean {
  return NAME.test(operator.name) && operator.signature.includes('(');
}

/** What goes on from the letters that were typed: first what begins with them, then what has them in it unless they are a word already. */
export function suggestionsFor(typed: string, language: Language, parameters: readonly string[]): Suggestion[] {
  const sought = typed.toLowerCase();
  if (sought === '') return [];
  const known = everything(language, parameters);
  const begin = known.filter(({ text }) => text.startsWith(sought));
  const isWhole = begin.some(({ text }) => text === sought);
  const within = sought.length > 1 && !isWhole ? known.filter(({ text }) => !text.startsWith(sought) && text.includes(sought)) : [];
  return [...begin, ...within].slice(0, MOST);
}

/** All that could stand at any place. */
export function everything(language: Language, parameters: readonly string[]): Suggestion[] {
  const known: Suggestion[] = [
    ...language.fields.map((text) => ({ text, about: 'A column of every bar.', kind: 'field' as const })),
    ...language.operators.filter(isCallable).map(({ name, meaning }) => ({ text: name, about: meaning, kind: 'operator' as const })),
    ...parameters.map((name) => ({ text: `p.${name}`, about: 'A parameter.', kind: 'parameter' as const })),
    ...language.groups.map((text) => ({ text, about: 'A grouping of the symbols.', kind: 'field' as const })),
    ...WORDS,
  ];
  return known.slice(0, MOST_ASKED);
}

/** The text with the word at the caret replaced, and where the caret is then: inside the brackets of an operator. */
export function completed(text: string, caret: number, chosen: Suggestion, operator: Operator | undefined): { text: string; caret: number } {
  const { start, end } = wordAt(text, caret);
  const hasBracket = text[end] === '(';
  const isEmpty = operator?.places.length === 0;
  const tail = chosen.kind !== 'operator' || hasBracket ? '' : '()';
  const made = text.slice(0, start) + chosen.text + tail + text.slice(end);
  const after = start + chosen.text.length;
  return { text: made, caret: tail ? after + (isEmpty ? 2 : 1) : after + (hasBracket ? 1 : 0) };
}

/** The letters that a mistake is about: from its column (counted from 1) to the end of the word, one sign at least. */
export function mistakeAt(text: string, column: number): { start: number; end: number } {
  const start = Math.min(Math.max(column - 1, 0), text.length);
  let end = start;
  while (end < text.length && PART.test(text[end] ?? '')) end += 1;
  return { start, end: Math.max(end, Math.min(start + 1, text.length)) };
}

/** Where a column of the whole text (counted from 1) is, as one would say it. */
export function placeText(text: string, column: number): string {
  const before = text.slice(0, column - 1).split('\n');
  const inLine = (before.at(-1)?.length ?? 0) + 1;
  return text.trim().includes('\n') ? `Line ${before.length}, column ${inLine}` : `Column ${inLine}`;
}

/** The text with the word of the mistake replaced by what was probably meant. */
export function mended(text: string, column: number, suggestion: string): string {
  const { start, end } = mistakeAt(text, column);
  return text.slice(0, start) + suggestion + text.slice(end);
}
