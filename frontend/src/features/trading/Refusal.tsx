// Why an order was refused: the gateway's own words, its numbers, and the trace id.
import type { ApiError } from '../../api/errors';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped } from '../../ui/format';
import { isDecimal } from '../../ui/decimal';

interface Props {
  fault: ApiError;
  words: string;
  /** What is said of fields that are not on the page. */
  others?: readonly string[];
  onRetry?: (() => void) | undefined;
}

const HIDDEN = new Set(['order_id']);

/** The numbers of a refusal that are a plain value each. */
export function numbersOf(details: Record<string, unknown>): [string, string][] {
  return Object.entries(details)
    .filter(([name, value]) => !HIDDEN.has(name) && (typeof value === 'string' || typeof value === 'number'))
    .map(([name, value]) => {
      const text = String(value);
      return [name.replaceAll('_', ' '), isDecimal(text) ? grouped(text) : text];
    });
}

export function Refusal({ fault, words, others = [], onRetry }: Props) {
  const numbers = numbersOf(fault.details);
  return (
    <div>
      <ErrorNote fault={fault} title={fault.status === 0 ? `Unknown: ${words}` : `Refused: ${words}`} onRetry={onRetry} />
      {others.map((text) => (
        <p key={text} className="small">
          {text}
        </p>
      ))}
      {numbers.length > 0 ? (
        <dl className="pairs small" aria-label="Numbers of the refusal">
          {numbers.map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd className="num">{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </div>
  );
}
