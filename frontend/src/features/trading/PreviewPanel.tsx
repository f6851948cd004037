// The preview of an order: what it would fill at, what that costs, and what is left afterwards.
import { asApiError } from '../../api/errors';
import type { Instrument, OrderPreview } from '../../api/types';
import { decimalsOf, multiply, sum } from '../../ui/decimal';
import { decimal, milliseconds, trimmed } from '../../ui/format';
import classes from './Ticket.module.css';

interface Props {
  preview: OrderPreview | undefined;
  fault: unknown;
  instrument: Instrument;
}

export function PreviewPanel({ preview, fault, instrument }: Props) {
  if (fault && !preview) return <p className={classes.note}>{wordsOf(fault)}</p>;
  if (!preview) return <p className={classes.note}>Type a quantity to see fees, expected fills and the balance after.</p>;
  const decimals = decimalsOf(instrument.tick_size);
  const rows: [string, string][] = [];
  const isSome = (text: string) => Number(text) !== 0;
  if (isSome(preview.filled_quantity)) {
    const fills = preview.fills.length;
    rows.push(['Fills now', `${trimmed(preview.filled_quantity)} ${instrument.base} in ${fills} ${fills === 1 ? 'level' : 'levels'}`]);
    rows.push(['Average price', `${decimal(preview.average_price, decimals)} ${instrument.quote}`]);
    const spread = spreadOf(preview);
    if (spread !== null) rows.push(['Spread', `${decimal(spread, decimals)} ${instrument.quote}`]);
    rows.push(['Slippage', `${decimal(preview.slippage, decimals)} ${instrument.quote}`]);
  }
  if (isSome(preview.resting_quantity)) rows.push(['Waits', `${trimmed(preview.resting_quantity)} ${instrument.base}`]);
  if (preview.queue_ahead) rows.push(['Ahead in the queue', `${trimmed(preview.queue_ahead)} ${instrument.base}`]);
  if (preview.latency_ms) rows.push(['On its way for', milliseconds(preview.latency_ms)]);
  if (isSome(preview.expired_quantity)) rows.push(['Would expire', `${trimmed(preview.expired_quantity)} ${instrument.base}`]);
  for (const fee of preview.fees) rows.push(['Fees', `${decimal(fee.amount, 4)} ${fee.asset}`]);
  if (preview.held) rows.push(['Held', `${decimal(trimmed(preview.held.amount))} ${preview.held.asset}`]);
  for (const balance of preview.balances_after) {
    const digits = balance.asset === instrument.base ? decimalsOf(instrument.lot_size) : 2;
    rows.push([`${balance.asset} after`, decimal(balance.total, digits)]);
  }
  return (
    <div>
      {preview.accepted ? null : (
        <p className={classes.refused} role="alert">
          Would be refused: {preview.reason}
        </p>
      )}
      <dl className={classes.preview}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** What the fills cost from the middle of the book to its best price; null where there are none. */
function spreadOf({ fills }: OrderPreview): string | null {
  const parts = fills.map(({ spread_cost: cost, quantity }) => multiply(cost.replace('-', ''), quantity));
  return parts.length > 0 ? sum(parts) : null;
}

/** A field's own message says more than that there is one. */
function wordsOf(fault: unknown): string {
  const { message, fields } = asApiError(fault);
  return Object.values(fields)[0] ?? message;
}
