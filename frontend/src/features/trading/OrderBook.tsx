// The order book with one's own size in it; a click on a level takes its price into the ticket.
import { memo, type KeyboardEvent, useMemo } from 'react';
import type { Instrument, Order } from '../../api/types';
import type { Level } from '../../stream/book';
import { useBook } from '../../stream/markets';
import { add, decimalsOf, subtract } from '../../ui/decimal';
import { decimal, size, trimmed } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, Loading } from '../../ui/States';
import classes from './OrderBook.module.css';

interface Props {
  instrument: Instrument;
  orders: readonly Order[];
  onPick: (price: string, side: 'buy' | 'sell') => void;
  isStale: boolean;
  className?: string | undefined;
}

const LEVELS = 8;

export const OrderBook = memo(function OrderBook({ instrument, orders, onPick, isStale, className }: Props) {
  const book = useBook(instrument.symbol);
  const own = useMemo(() => ownSizes(orders, instrument.symbol), [orders, instrument.symbol]);
  const decimals = decimalsOf(instrument.tick_size);
  if (!book) {
    return (
      <Panel title="Order book" className={className}>
        <Loading lines={14} height={20} />
      </Panel>
    );
  }
  const asks = book.asks.slice(0, LEVELS);
  const bids = book.bids.slice(0, LEVELS);
  const largest = Math.max(total(asks), total(bids));
  const [bestAsk, bestBid] = [asks[0]?.price, bids[0]?.price];
  return (
    <Panel title="Order book" className={className} isFlush>
      {asks.length + bids.length === 0 ? (
        <Empty title="The book is empty.">Nothing feeds this market now; start the feed above.</Empty>
      ) : (
        <div className={isStale || book.isStale ? 'stale' : ''} onKeyDown={walk}>
          <table className={classes.book}>
            <caption className="visually-hidden">Order book of {instrument.symbol}: price, quantity, sum</caption>
            <thead>
              <tr>
                <th scope="col">Price</th>
                <th scope="col">Quantity</th>
                <th scope="col">Sum</th>
              </tr>
            </thead>
            <tbody>
              <Side levels={asks} side="ask" {...{ largest, own, onPick, decimals }} />
              <tr className={classes.middle}>
                <td colSpan={3}>
                  Spread <span className="num">{bestAsk && bestBid ? decimal(subtract(bestAsk, bestBid), decimals) : '—'}</span>
                </td>
              </tr>
              <Side levels={bids} side="bid" {...{ largest, own, onPick, decimals }} />
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
});

interface SideProps {
  levels: readonly Level[];
  side: 'bid' | 'ask';
  largest: number;
  own: ReadonlyMap<string, string>;
  onPick: Props['onPick'];
  decimals: number;
}

function Side({ levels, side, largest, own, onPick, decimals }: SideProps) {
  let sum = '0';
  const rows = levels.map((level, index) => {
    sum = add(sum, level.quantity);
    return (
      <Row key={index} price={level.price} quantity={level.quantity} sum={sum} share={largest === 0 ? 0 : Number(sum) / largest} side={side} own={own.get(level.price) ?? null} isFirst={index === 0} onPick={onPick} decimals={decimals} />
    );
  });
  return <>{side === 'ask' ? rows.reverse() : rows}</>;
}

interface RowProps {
  price: string;
  quantity: string;
  sum: string;
  share: number;
  side: 'bid' | 'ask';
  own: string | null;
  isFirst: boolean;
  onPick: Props['onPick'];
  decimals: number;
}

const Row = memo(function Row({ price, quantity, sum, share, side, own, isFirst, onPick, decimals }: RowProps) {
  // A click on a bid means to buy there, beside the others who wait; on an ask, to sell there.
  const pick = () => onPick(price, side === 'bid' ? 'buy' : 'sell');
  const name = decimal(price, decimals);
  return (
    <tr className={classes.row} data-side={side} data-own={own !== null || undefined} onClick={pick}>
      <td>
        <span className={classes.depth} data-side={side} style={{ transform: `scaleX(${share.toFixed(3)})` }} aria-hidden="true" />
        <button type="button" data-level tabIndex={isFirst ? 0 : -1} className={side === 'bid' ? 'up' : 'down'} aria-label={`${side === 'bid' ? 'Bid' : 'Ask'} ${name}: take this price`}>
          {name}
        </button>
      </td>
      <td>
        {own === null ? null : (
          <span className={classes.own} title={`Your own: ${own}`}>
            ◆ {trimmed(own)}{' '}
          </span>
        )}
        {size(quantity)}
      </td>
      <td>{size(sum)}</td>
    </tr>
  );
});

/** The arrow keys go from level to level. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const levels = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-level]')];
  const at = levels.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  levels[at + step]?.focus();
}

function total(levels: readonly Level[]): number {
  return levels.reduce((sum, level) => sum + Number(level.quantity), 0);
}

/** What one's own limit orders have at each price. */
export function ownSizes(orders: readonly Order[], symbol: string): ReadonlyMap<string, string> {
  const sizes = new Map<string, string>();
  for (const order of orders) {
    if (order.symbol !== symbol || order.price === null || order.status === 'pending') continue;
    sizes.set(order.price, add(sizes.get(order.price) ?? '0', order.remaining_quantity));
  }
  return sizes;
}
