// What is laid over the chart: lines of orders and of the position, marks of fills, handles to move orders by, and what was let happen.
import type { Fill, Order, Position, Scenario } from '../../api/types';
import type { LineHandle, Mark, Note, PriceLine } from '../../ui/chart/CandleChart';
import { trimmed } from '../../ui/format';
import { happeningWord } from './scenarios';

export type Field = 'price' | 'stop_price';

const isTrailing = (order: Order) => order.type.startsWith('trailing');

/** The prices of an order that stand somewhere: its limit, and what it waits for while that has not been reached. */
function pricesOf(order: Order): [Field, string][] {
  const found: [Field, string][] = [];
  if (order.stop_price !== null && (order.status === 'pending' || order.status === 'accepted')) found.push(['stop_price', order.stop_price]);
  if (order.price !== null) found.push(['price', order.price]);
  return found;
}

function words(order: Order, field: Field): string {
  const verb = order.side === 'buy' ? 'Buy' : 'Sell';
  const stop = isTrailing(order) ? 'trailing stop' : order.type.startsWith('take_profit') ? 'take profit' : 'stop';
  return `${verb} ${trimmed(order.remaining_quantity)} ${field === 'stop_price' ? stop : 'limit'}`;
}

export function linesOf(orders: readonly Order[], position: Position | null): PriceLine[] {
  const lines: PriceLine[] = orders.flatMap((order) =>
    pricesOf(order).map(([field, price]) => ({
      id: `${order.id} ${field}`,
      price,
      title: words(order, field),
      tone: order.side === 'buy' ? ('up' as const) : ('down' as const),
      isDashed: field === 'stop_price',
    })),
  );
  if (position?.average_price && position.side !== 'flat') {
    lines.push({ id: 'position', price: position.average_price, title: 'Position', tone: 'accent', isDashed: true });
  }
  return lines;
}

export interface Moves {
  onMove: (order: Order, field: Field, price: string, by: 'drag' | 'keys') => void;
  onSettle: (isWanted: boolean) => void;
  onCancel: (id: string) => void;
}

/** A trailing stop has a handle to cancel it by; where it stands is for the market to say. */
export function handlesOf(orders: readonly Order[], { onMove, onSettle, onCancel }: Moves): LineHandle[] {
  return orders.flatMap((order) =>
    pricesOf(order).map(([field, price], index) => ({
      id: `${order.id} ${field}`,
      price,
      label: words(order, field),
      tone: order.side === 'buy' ? ('up' as const) : ('down' as const),
      isMovable: !(field === 'stop_price' && isTrailing(order)),
      onMove: (next: string, by: 'drag' | 'keys') => onMove(order, field, next, by),
      onSettle,
      onRemove: index === 0 ? () => onCancel(order.id) : undefined,
    })),
  );
}

/** As many of one's own fills as a chart can tell apart. */
const MAX_MARKS = 200;

export function marksOf(fills: readonly Fill[], symbol: string): Mark[] {
  return fills
    .filter((fill) => fill.symbol === symbol)
    .slice(0, MAX_MARKS)
    .map((fill) => ({ id: fill.id, time: fill.time, side: fill.side, quantity: fill.quantity }));
}

/** Where scenarios of the symbol began, and where those that are over ended. */
export function notesOf(scenarios: readonly Scenario[], symbol: string): Note[] {
  return scenarios
    .filter((each) => each.status !== 'scheduled' && each.symbols.includes(symbol))
    .flatMap(({ id, kind, status, start, end }) => [
      { id, time: start, text: happeningWord(kind) },
      ...(status === 'ended' && end !== null ? [{ id: `${id} end`, time: end, text: 'End' }] : []),
    ]);
}
