// The order ticket without its looks: what was typed, what order that is, and what is wrong with it.
import type { Instrument, OrderIn, OrderType, Side, TimeInForce } from '../../api/types';
import { compare, decimalsOf, floorTo, isDecimal, multiply, rounded, stepBy, subtract } from '../../ui/decimal';
import { trimmed } from '../../ui/format';

export interface Ticket {
  side: Side;
  type: OrderType;
  /** Sized in the base asset, or (a market order) by what it may cost in the quote asset. */
  sizeIn: 'base' | 'quote';
  size: string;
  price: string;
  stopPrice: string;
  timeInForce: TimeInForce;
  isPostOnly: boolean;
}

export const EMPTY_TICKET: Ticket = {
  side: 'buy',
  type: 'market',
  sizeIn: 'base',
  size: '',
  price: '',
  stopPrice: '',
  timeInForce: 'gtc',
  isPostOnly: false,
};

interface TypeTraits {
  label: string;
  about: string;
  hasPrice: boolean;
  hasStop: boolean;
  times: readonly TimeInForce[];
}

/** Every order type there is; a new one in the OpenAPI does not compile until it has its line here. */
export const ORDER_TYPES: Record<OrderType, TypeTraits> = {
  market: { label: 'Market', about: 'Takes the best prices there are, now.', hasPrice: false, hasStop: false, times: ['ioc', 'fok'] },
  limit: { label: 'Limit', about: 'At this price or better; what does not fill waits.', hasPrice: true, hasStop: false, times: ['gtc', 'ioc', 'fok'] },
  stop: { label: 'Stop', about: 'Waits for the stop price, then is a market order.', hasPrice: false, hasStop: true, times: ['gtc'] },
  stop_limit: { label: 'Stop limit', about: 'Waits for the stop price, then is a limit order.', hasPrice: true, hasStop: true, times: ['gtc'] },
};

export const TIMES: Record<TimeInForce, string> = {
  gtc: 'Until canceled',
  ioc: 'Now, the rest expires',
  fok: 'All of it now, or none',
};

export type TicketAction =
  | { do: 'change'; change: Partial<Ticket> }
  /** A price was chosen in the book or on the chart. */
  | { do: 'pick'; price: string; side?: Side }
  | { do: 'nudge'; field: 'price' | 'stopPrice'; step: string; count: number; from: string }
  | { do: 'clear' };

export function reduceTicket(ticket: Ticket, action: TicketAction): Ticket {
  switch (action.do) {
    case 'change':
      return suited({ ...ticket, ...action.change });
    case 'pick': {
      const type = ORDER_TYPES[ticket.type].hasPrice ? ticket.type : 'limit';
      return suited({ ...ticket, type, price: action.price, side: action.side ?? ticket.side });
    }
    case 'nudge': {
      const from = isDecimal(ticket[action.field]) ? ticket[action.field] : action.from;
      return { ...ticket, [action.field]: stepBy(from, action.step, action.count) };
    }
    case 'clear':
      return { ...ticket, size: '' };
  }
}

/** Choices that do not go with the type give way to those that do. */
function suited(ticket: Ticket): Ticket {
  const { times } = ORDER_TYPES[ticket.type];
  const timeInForce = times.includes(ticket.timeInForce) ? ticket.timeInForce : (times[0] ?? 'gtc');
  return {
    ...ticket,
    timeInForce,
    sizeIn: ticket.type === 'market' ? ticket.sizeIn : 'base',
    isPostOnly: ticket.isPostOnly && ticket.type === 'limit' && timeInForce === 'gtc',
  };
}

export type Problems = Partial<Record<'size' | 'price' | 'stopPrice', string>>;

/** The order that was typed, or what has to be mended first. */
export function orderOf(ticket: Ticket, instrument: Instrument): { order: OrderIn | null; problems: Problems } {
  const traits = ORDER_TYPES[ticket.type];
  const problems: Problems = {
    ...problemOf('size', ticket.size, ticket.sizeIn === 'base' ? instrument.lot_size : null, 'lot size'),
    ...(traits.hasPrice ? problemOf('price', ticket.price, instrument.tick_size, 'tick size') : {}),
    ...(traits.hasStop ? problemOf('stopPrice', ticket.stopPrice, instrument.tick_size, 'tick size') : {}),
  };
  if (Object.keys(problems).length > 0) return { order: null, problems };
  const order: OrderIn = {
    symbol: instrument.symbol,
    side: ticket.side,
    type: ticket.type,
    time_in_force: ticket.timeInForce,
    post_only: ticket.isPostOnly,
    ...(ticket.sizeIn === 'base' ? { quantity: ticket.size } : { notional: ticket.size }),
    ...(traits.hasPrice ? { price: ticket.price } : {}),
    ...(traits.hasStop ? { stop_price: ticket.stopPrice } : {}),
  };
  return { order, problems };
}

function problemOf(field: keyof Problems, text: string, step: string | null, stepName: string): Problems {
  if (text.trim() === '') return { [field]: 'Needed.' };
  if (!isDecimal(text)) return { [field]: 'Must be a number.' };
  if (compare(text, '0') <= 0) return { [field]: 'Must be above zero.' };
  if (step !== null && compare(floorTo(text, step), text) !== 0) return { [field]: `Must be a multiple of the ${stepName} ${step}.` };
  return {};
}

/** What the button does, in words: Buy 0.01 BTC at market. */
export function inWords(ticket: Ticket, instrument: Instrument): string {
  const verb = ticket.side === 'buy' ? 'Buy' : 'Sell';
  const unit = ticket.sizeIn === 'base' ? instrument.base : `${instrument.quote} of ${instrument.base}`;
  const size = isDecimal(ticket.size) ? `${trimmed(ticket.size)} ${unit}` : instrument.base;
  const traits = ORDER_TYPES[ticket.type];
  if (ticket.type === 'market') return `${verb} ${size} at market`;
  const price = traits.hasPrice ? ` at ${ticket.price || '…'}` : '';
  const stop = traits.hasStop ? `${traits.hasPrice ? ',' : ''} once at ${ticket.stopPrice || '…'}` : '';
  return `${verb} ${size}${price}${stop}`;
}

export interface Means {
  /** What is free of the quote asset and of the base asset. */
  quote: string;
  base: string;
  takerBps: number;
}

/** So much of what one has, in whole lots; a buy leaves room for its fee. */
export function sizeOfShare(ticket: Ticket, instrument: Instrument, means: Means, price: string | null, percent: number): string {
  const share = (percent / 100).toFixed(2);
  if (ticket.side === 'sell' && ticket.sizeIn === 'base') return floorTo(multiply(means.base, share), instrument.lot_size);
  const spendable = multiply(multiply(means.quote, share), subtract('1', (means.takerBps / 10_000).toFixed(6)));
  if (ticket.sizeIn === 'quote') return rounded(floorTo(spendable, '0.01'), 2);
  if (price === null || compare(price, '0') <= 0) return '';
  const decimals = decimalsOf(instrument.lot_size);
  return floorTo((Number(spendable) / Number(price)).toFixed(decimals + 2), instrument.lot_size);
}

/** How far a price may be from the market before it is always reviewed: a slip of the finger, most likely. */
const FAR_SHARE = 0.05;

export function isFar(price: string, mid: string | null): boolean {
  if (mid === null || !isDecimal(price)) return false;
  return Math.abs(Number(price) / Number(mid) - 1) > FAR_SHARE;
}
