// What a bracket wins at the one end and loses at the other.
import { decimal } from '../../ui/format';
import type { Prospect as Figures } from './bracketState';
import classes from './Ticket.module.css';

export function Prospect({ prospect, quote }: { prospect: Figures | null; quote: string }) {
  if (!prospect) return null;
  const rows = [
    ['Profit at the one end', `${decimal(prospect.profit, 2)} ${quote}`],
    ['Loss at the other', `${decimal(prospect.loss, 2)} ${quote}`],
    ...(prospect.ratio === null ? [] : [['Profit for each 1 of loss', prospect.ratio]]),
  ];
  return (
    <div>
      <dl className={classes.preview} aria-label="Prospect of the bracket">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <p className={classes.note}>Before fees and slippage.</p>
    </div>
  );
}
