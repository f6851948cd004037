// Completion by keyboard: what is offered, which of it is chosen, and what keys do.
import { type ChangeEvent, type KeyboardEvent, type RefObject, type SyntheticEvent, type TextareaHTMLAttributes, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Language } from '../../api/types';
import { completed, everything, type Suggestion, suggestionsFor, wordAt } from './language';

interface Options {
  field: RefObject<HTMLTextAreaElement>;
  language: Language | undefined;
  parameters: readonly string[];
  onChange: (text: string) => void;
  listId: string;
}

export interface Completion {
  found: readonly Suggestion[];
  at: number;
  caret: number;
  isFocused: boolean;
  accept: (index: number) => void;
  attributes: TextareaHTMLAttributes<HTMLTextAreaElement>;
}

const NONE: readonly Suggestion[] = [];
/** What is below the field stays in its place until a click that left it has landed. */
const LEAVING_MS = 300;

export function useCompletion({ field, language, parameters, onChange, listId }: Options): Completion {
  const [caret, setCaret] = useState(0);
  const [typed, setTyped] = useState<string | null>(null);
  const [isAsked, setAsked] = useState(false);
  const [at, setAt] = useState(0);
  const { isFocused, onFocus, onBlur } = useSlowBlur(() => setTyped(null));
  const nextCaret = useRef<number | null>(null);
  const found = useMemo(() => (typed === null || !language ? NONE : offered(typed, isAsked, language, parameters)), [typed, isAsked, language, parameters]);
  useLayoutEffect(() => {
    if (nextCaret.current === null || !field.current) return;
    field.current.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = null;
  });
  const accept = (index: number) => {
    const chosen = found[index];
    const element = field.current;
    if (!chosen || !element) return;
    const made = completed(element.value, element.selectionStart, chosen, language?.operators.find(({ name }) => name === chosen.text));
    nextCaret.current = made.caret;
    setTyped(null);
    setCaret(made.caret);
    onChange(made.text);
  };
  const open = (element: HTMLTextAreaElement, asked = false) => {
    setAsked(asked);
    setTyped(wordAt(element.value, element.selectionStart).typed);
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      open(event.currentTarget, true);
      return;
    }
    if (found.length === 0) return;
    if (actOn(event.key, { accept: () => accept(at), close: () => setTyped(null), step: (by) => setAt((at + by + found.length) % found.length) })) {
      event.preventDefault();
      event.stopPropagation(); // Escape closes the list, and not the dialog around it
    }
  };
  const attributes: TextareaHTMLAttributes<HTMLTextAreaElement> = {
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    ...(found.length > 0 ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${at}` } : {}),
    onChange: (event: ChangeEvent<HTMLTextAreaElement>) => {
      setCaret(event.currentTarget.selectionStart);
      open(event.currentTarget);
      onChange(event.currentTarget.value);
    },
    onSelect: (event: SyntheticEvent<HTMLTextAreaElement>) => setCaret(event.currentTarget.selectionStart),
    onKeyDown,
    onFocus,
    onBlur,
  };
  return { found, at, caret, isFocused, accept, attributes };
}

/** Focus that is given up a moment late. */
function useSlowBlur(onLeave: () => void) {
  const [isFocused, setFocused] = useState(false);
  const leaving = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(leaving.current), []);
  const onFocus = () => {
    clearTimeout(leaving.current);
    setFocused(true);
  };
  const onBlur = () => {
    onLeave();
    leaving.current = setTimeout(() => setFocused(false), LEAVING_MS);
  };
  return { isFocused, onFocus, onBlur };
}

/** Nothing is offered for a word that is whole and has no longer one beside it; without a letter all there is, when asked. */
function offered(typed: string, isAsked: boolean, language: Language, parameters: readonly string[]): readonly Suggestion[] {
  if (typed === '' && isAsked) return everything(language, parameters);
  const found = suggestionsFor(typed, language, parameters);
  return found.length === 1 && found[0]?.text === typed ? NONE : found;
}

interface Acts {
  accept: () => void;
  close: () => void;
  step: (by: number) => void;
}

/** Whether the key was one of the list's. */
function actOn(key: string, { accept, close, step }: Acts): boolean {
  if (key === 'ArrowDown') step(1);
  else if (key === 'ArrowUp') step(-1);
  else if (key === 'Enter' || key === 'Tab') accept();
  else if (key === 'Escape') close();
  else return false;
  return true;
}
