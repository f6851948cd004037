// Each fill of an order taken apart: where its price comes from, and what it cost.
import type { ExplainedFill, Instrument } from '../../api/types';
import { isDecimal } from '../../ui/decimal';
import { Time } from '../../ui/Figures';
import { grouped, NOTHING, signed, trimmed } from '../../ui/format';
import classes from './explain.module.css';

interface Props {
  fills: readonly ExplainedFill[];
  instrument: Instrument | undefined;
}

const amount = (value: string | number | null) => {
  if (value === null) return NOTHING;
  const text = String(value);
  return isDecimal(text) ? grouped(trimmed(text)) : text;
};

export function ExplainedFills({ fills, instrument }: Props) {
  const quote = instrument?.quote ?? '';
  return (
    <section aria-label="Fills">
      <h3>Fills</h3>
      <div className={classes.scroller} role="region" aria-label="Fills, taken apart" tabIndex={0}>
        <table className={classes.fills}>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Quantity</th>
              <th scope="col">Price</th>
              <th scope="col">Reference</th>
              <th scope="col">+ Spread</th>
              <th scope="col">+ Slippage</th>
              <th scope="col">Fee</th>
              <th scope="col">Latency</th>
              <th scope="col">Queue ahead</th>
            </tr>
          </thead>
          <tbody>
            {fills.map((fill, index) => (
              <tr key={index}>
                <td>
                  <Time value={fill.time} shape="time" />
                </td>
                <td className="num">{amount(fill.quantity)}</td>
                <td className="num">{amount(fill.price)}</td>
                <td className="num">{amount(fill.reference_price)}</td>
                <td className="num">{withSign(fill.spread_cost)}</td>
                <td className="num">{withSign(fill.slippage)}</td>
                <td className="num">
                  {amount(fill.fee)} {fill.fee_asset}
                </td>
                <td className="num">{amount(fill.latency_ms)} ms</td>
                <td className="num">{amount(fill.queue_ahead)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft small">Price = reference + spread + slippage, in {quote || 'the quote asset'} for each unit.</p>
    </section>
  );
}

function withSign(value: string): string {
  return signed(trimmed(value));
}
