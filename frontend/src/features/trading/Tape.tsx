// The last trades of the market, newest first.
import { memo } from 'react';
import type { Instrument } from '../../api/types';
import { useSettings } from '../../settings';
import { useTape } from '../../stream/markets';
import { decimalsOf } from '../../ui/decimal';
import { decimal, size, timeText } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, Loading } from '../../ui/States';
import classes from './Tape.module.css';

const SHOWN = 30;

export const Tape = memo(function Tape({ instrument, isStale, className }: { instrument: Instrument; isStale: boolean; className?: string | undefined }) {
  const prints = useTape(instrument.symbol);
  const { timeZone } = useSettings();
  const decimals = decimalsOf(instrument.tick_size);
  return (
    <Panel title="Trades" className={className} isFlush>
      {prints === undefined ? <Loading lines={8} /> : null}
      {prints?.length === 0 ? <Empty title="No trade yet.">Trades of the market appear here as they happen.</Empty> : null}
      {prints && prints.length > 0 ? (
        <div className={`${classes.scroller ?? ''} ${isStale ? 'stale' : ''}`} tabIndex={0} role="region" aria-label="Trades of the market">
          <table className={classes.tape}>
            <thead>
              <tr>
                <th scope="col">Price</th>
                <th scope="col">Quantity</th>
                <th scope="col">Time</th>
              </tr>
            </thead>
            <tbody>
              {prints.slice(0, SHOWN).map((print, index) => (
                <tr key={`${print.time}-${prints.length - index}-${print.price}`}>
                  <td className={print.side === 'buy' ? 'up' : 'down'}>
                    <span aria-label={print.side === 'buy' ? 'bought' : 'sold'} role="img">
                      {print.side === 'buy' ? '▲' : '▼'}
                    </span>{' '}
                    {decimal(print.price, decimals)}
                  </td>
                  <td>{size(print.quantity)}</td>
                  <td>{timeText(print.time, 'time', timeZone)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </Panel>
  );
});
