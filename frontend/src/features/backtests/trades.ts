// Round trips with their number, and what of them is drawn on the price.
import type { RoundTrip, TradeLines } from '../../api/types';
import type { Mark, PriceLine, Segment } from '../../ui/chart/CandleChart';

export interface Trade extends RoundTrip {
  /** Counted from 1, oldest first. */
  number: number;
}

/** What a line on the chart is of: less than a row of the table has. */
export type TradeLine = Pick<Trade, 'number' | 'symbol' | 'side' | 'entry_time' | 'exit_time' | 'entry_price' | 'exit_price' | 'profit'>;

/** More arrows than these hide the bars; then the lines alone say where trades were. */
const MOST_ARROWS = 150;

export function numbered(items: readonly RoundTrip[]): Trade[] {
  return items.map((trade, index) => ({ ...trade, number: index + 1 }));
}

/** Columns as trades, in their order. */
export function linesIn(columns: TradeLines, symbols: readonly string[]): TradeLine[] {
  return columns.profits.map((profit, index) => ({
    number: index * columns.every + 1,
    symbol: symbols[columns.symbols[index] ?? 0] ?? '',
    side: columns.sides[index] ?? 'long',
    entry_time: columns.entry_times[index] ?? '',
    exit_time: columns.exit_times[index] ?? '',
    entry_price: columns.entry_prices[index] ?? 0,
    exit_price: columns.exit_prices[index] ?? 0,
    profit,
  }));
}

/** From entry to exit, of one symbol. */
export function segmentsOf(trades: readonly TradeLine[], symbol: string): Segment[] {
  return trades
    .filter((trade) => trade.symbol === symbol)
    .map((trade) => ({
      id: trade.number,
      from: Date.parse(trade.entry_time) / 1_000,
      to: Date.parse(trade.exit_time) / 1_000,
      fromPrice: trade.entry_price,
      toPrice: trade.exit_price,
      isGood: trade.profit > 0,
    }));
}

/** An arrow where a position was opened, and one where it was closed, of those that touch a time; none where they are too many. */
export function marksOf(trades: readonly TradeLine[], symbol: string, from: string, to: string): Mark[] {
  const touching = trades.filter((trade) => trade.symbol === symbol && trade.exit_time >= from && trade.entry_time <= to);
  if (touching.length > MOST_ARROWS) return [];
  return touching.flatMap(({ number, side, entry_time: begin, exit_time: end }) => {
    const isLong = side === 'long';
    return [
      { id: `${number} in`, time: begin, side: isLong ? ('buy' as const) : ('sell' as const), label: String(number) },
      { id: `${number} out`, time: end, side: isLong ? ('sell' as const) : ('buy' as const), label: String(number) },
    ];
  });
}

/** The prices of a trade, drawn across. */
export function linesOf(trade: TradeLine | null): PriceLine[] {
  if (!trade) return [];
  const wasGood = trade.profit > 0;
  return [
    { id: 'entry', price: String(trade.entry_price), title: 'Entry', tone: 'accent', isDashed: true },
    { id: 'exit', price: String(trade.exit_price), title: 'Exit', tone: wasGood ? 'up' : 'down' },
  ];
}
