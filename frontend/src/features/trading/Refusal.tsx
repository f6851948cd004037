// Why an order was refused: the gateway's own words, its numbers, the trace id, and where it can be changed.
import { Link } from 'react-router';
import type { ApiError } from '../../api/errors';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped } from '../../ui/format';
import { isDecimal } from '../../ui/decimal';
import { useLinkTo } from '../../ui/usePlace';

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

/** Whether a limit or a state of the account was in the way: also a limit that could not be checked. */
function isOfRisk({ code, details }: ApiError): boolean {
  return code.startsWith('RISK_') || code === 'TRADING_HALTED' || (code === 'NO_MARKET_PRICE' && 'limit' in details);
}

export function Refusal({ fault, words, others = [], onRetry }: Props) {
  const numbers = numbersOf(fault.details);
  const linkTo = useLinkTo();
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
      {isOfRisk(fault) ? (
        <p className="small">
          States and limits are changed on the page <Link to={linkTo('/risk')}>Risk</Link>.
        </p>
      ) : null}
    </div>
  );
}
