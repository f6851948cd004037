// A field for an expression: completion, help for what the caret is in or the pointer is on, and mistakes marked where they are.
import { type CSSProperties, useId, useMemo, useRef, useState } from 'react';
import type { Expression } from '../../api/types';
import { grouped } from '../format';
import { Backdrop } from './Backdrop';
import classes from './expression.module.css';
import { callAt, mended, mistakeAt, placeText } from './language';
import { OperatorHelp, Signature } from './OperatorHelp';
import { Suggestions } from './Suggestions';
import { useCompletion } from './useCompletion';
import { useLanguage, useValidation, type Validation } from './useValidation';

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** What it has to be. */
  wants: 'condition' | 'series';
  /** The values of its parameters, as far as they are known. */
  values?: Record<string, number>;
  /** Names that are offered behind `p.`. */
  parameters?: readonly string[];
  /** What the form was refused for. */
  error?: string | undefined;
  description?: string;
  isRequired?: boolean;
  rows?: number;
}

const NO_VALUES: Record<string, number> = {};
const NO_NAMES: readonly string[] = [];
const UNFINISHED: Validation = { state: 'checking', expression: null, mistake: null };
const WANTED = {
  condition: 'a condition (yes or no for each bar), as in close > ema(close, 20)',
  series: 'a number for each bar, as in returns(close, 5)',
} as const;
const KINDS = { series: 'A number for each bar', condition: 'Yes or no for each bar', number: 'A single number' } as const;

export function ExpressionField(props: Props) {
  const { label, value, onChange, wants, values = NO_VALUES, parameters = NO_NAMES, error, description, isRequired = false, rows = 2 } = props;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const backdrop = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const language = useLanguage().data;
  const found = useValidation(value, values);
  const completion = useCompletion({ field, language, parameters, onChange, listId: `${id}-list` });
  const called = useMemo(() => callAt(value, completion.caret), [value, completion.caret]);
  // While a word is being completed it is no mistake yet.
  const validation = completion.found.length > 0 && found.mistake ? UNFINISHED : found;
  const { mistake } = validation;
  const mark = mistake?.column ? mistakeAt(value, mistake.column) : null;
  const isWrong = error !== undefined || validation.state === 'invalid' || isOtherKind(validation.expression, wants);
  const named = (name: string | null | undefined) => language?.operators.find((each) => each.name === name);
  const underPointer = named(pointed);
  const filled = completion.isFocused ? named(called?.name) : undefined;
  const place = called?.place ?? null;
  return (
    <div className={classes.field}>
      <label htmlFor={id} className={classes.label}>
        {label}
        {isRequired ? (
          <span aria-hidden="true" className={classes.bad}>
            {' *'}
          </span>
        ) : null}
      </label>
      {description ? <div className={classes.description}>{description}</div> : null}
      <div className={classes.frame} data-wrong={isWrong || undefined} onMouseLeave={() => setPointed(null)}>
        <Backdrop ref={backdrop} text={value} mark={mark} />
        <textarea
          ref={field}
          id={id}
          className={classes.text}
          rows={rows}
          style={{ '--rows': rows } as CSSProperties}
          value={value}
          required={isRequired}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-invalid={isWrong || undefined}
          aria-describedby={`${id}-word`}
          {...completion.attributes}
          onScroll={(event) => {
            if (backdrop.current) backdrop.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onInput={() => setPointed(null)} // what it is on may be another word now
          onMouseMove={(event) => setPointed(wordUnder(event.clientX, event.clientY, backdrop.current))}
        />
      </div>
      <div className={classes.below}>
        <Suggestions id={`${id}-list`} label={`Completions of ${label}`} completion={completion} head={filled ? <Signature operator={filled} place={place} /> : null} />
      </div>
      <div id={`${id}-word`} aria-live="polite" className={classes.word}>
        {error ? <span className={classes.bad}>✕ {error}</span> : null}
        <Verdict validation={validation} text={value} wants={wants} onMend={(column, text) => onChange(mended(value, column, text))} />
      </div>
      <div className={classes.below}>
        {underPointer && underPointer !== filled && completion.found.length === 0 ? <OperatorHelp operator={underPointer} place={null} isFloating /> : null}
      </div>
      {filled ? <OperatorHelp operator={filled} place={place} isHidden={completion.found.length > 0} /> : null}
    </div>
  );
}

function isOtherKind(expression: Expression | null, wants: Props['wants']): boolean {
  return expression !== null && (wants === 'condition') !== (expression.kind === 'condition');
}

interface VerdictProps {
  validation: Validation;
  text: string;
  wants: Props['wants'];
  onMend: (column: number, suggestion: string) => void;
}

function Verdict({ validation, text, wants, onMend }: VerdictProps) {
  const { state, expression, mistake } = validation;
  if (mistake) {
    const { column, suggestion, message } = mistake;
    return (
      <span className={classes.bad}>
        ✕ {column ? `${placeText(text, column)}: ` : ''}
        {message}
        {column && suggestion ? (
          <button type="button" className={classes.mend} onClick={() => onMend(column, suggestion)}>
            Use {suggestion}
          </button>
        ) : null}
      </span>
    );
  }
  if (state === 'unknown') return <span className={classes.quiet}>It cannot be checked now.</span>;
  if (!expression) return null;
  if (isOtherKind(expression, wants)) {
    return (
      <span className={classes.bad}>
        ✕ {KINDS[expression.kind]}; this needs {WANTED[wants]}.
      </span>
    );
  }
  return <span className={classes.good}>✓ {factsOf(expression)}</span>;
}

function factsOf(expression: Expression): string {
  const facts: string[] = [KINDS[expression.kind]];
  if (expression.warm_up_bars !== null) facts.push(`settled after ${grouped(String(expression.warm_up_bars))} bars`);
  if (expression.is_cross_sectional) facts.push('compares symbols');
  return `${facts.join(', ')}.`;
}

/** The name that the pointer is on, found in the text behind the field. */
function wordUnder(x: number, y: number, backdrop: HTMLElement | null): string | null {
  if (!backdrop || typeof document.elementsFromPoint !== 'function') return null;
  const found = document.elementsFromPoint(x, y).find((each) => each instanceof HTMLElement && backdrop.contains(each) && each.dataset.word);
  return found instanceof HTMLElement ? (found.dataset.word ?? null) : null;
}
