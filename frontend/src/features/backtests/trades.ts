// Round trips with their number, and what of them is drawn on the price.
import type { RoundTrip } from '../../api/types';
import type { Mark, PriceLine } from '../../ui/chart/CandleView';
import { intervalMs } from '../../ui/strategy/intervals';

export interface Trade extends RoundTrip {
  /** Counted from 1, oldest first. */
  number: number;
}

const MARGIN_BARS = 150;
/** As many candles as one request brings. */
export const MOST_BARS = 1_000;

export function numbered(items: readonly RoundTrip[]): Trade[] {
  return items.map((trade, index) => ({ ...trade, number: index + 1 }));
}

/** A float as the text that marks add up: never with an exponent. */
function quantityText(quantity: number): string {
  return quantity.toFixed(8);
}

/** An arrow where a position was opened, and one where it was closed. */
export function marksOf(trades: readonly Trade[], symbol: string): Mark[] {
  return trades
    .filter((trade) => trade.symbol === symbol)
    .flatMap((trade) => {
      const isLong = trade.side === 'long';
      const quantity = quantityText(trade.quantity);
      return [
        { id: `${trade.number} in`, time: trade.entry_time, side: isLong ? ('buy' as const) : ('sell' as const), quantity },
        { id: `${trade.number} out`, time: trade.exit_time, side: isLong ? ('sell' as const) : ('buy' as const), quantity },
      ];
    });
}

/** The prices of a trade, drawn across. */
export function linesOf(trade: Trade | null): PriceLine[] {
  if (!trade) return [];
  const wasGood = trade.profit > 0;
  return [
    { id: 'entry', price: String(trade.entry_price), title: 'Entry', tone: 'accent', isDashed: true },
    { id: 'exit', price: String(trade.exit_price), title: 'Exit', tone: wasGood ? 'up' : 'down' },
  ];
}

/** Which candles to ask for: around a trade, as far as one request goes; else the last ones. */
export function rangeOf(trade: Trade | null, interval: string, lastBar: string): { from: string; to: string } {
  const length = intervalMs(interval) ?? 0;
  if (trade === null) {
    const end = Date.parse(lastBar) + length;
    return { from: iso(end - MOST_BARS * 0.5 * length), to: iso(end) };
  }
  const from = Date.parse(trade.entry_time) - MARGIN_BARS * length;
  const to = Math.min(Date.parse(trade.exit_time) + MARGIN_BARS * length, from + MOST_BARS * length);
  return { from: iso(from), to: iso(to) };
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}
