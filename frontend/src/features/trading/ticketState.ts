// The order ticket without its looks: what was typed, what order that is, and what is wrong with it.
import type { Instrument, OrderIn, OrderType, Side, TimeInForce } from '../../api/types';
import { compare, decimalsOf, floorTo, isDecimal, multiply, rounded, stepBy, subtract } from '../../ui/decimal';
import { type TimeZone, trimmed } from '../../ui/format';
import { momentOf } from '../../ui/moments';

export interface Ticket {
  side: Side;
  type: OrderType;
  /** Sized in the base asset, or (a market order) by what it may cost in the quote asset. */
  sizeIn: 'base' | 'quote';
  size: string;
  price: string;
  stopPrice: string;
  /** How far a trailing stop stays behind: an amount of the quote asset, or a percentage. */
  trailBy: 'amount' | 'percent';
  trail: string;
  limitOffset: string;
  timeInForce: TimeInForce;
  /** The field of a moment. */
  expiresAt: string;
  isPostOnly: boolean;
  isReduceOnly: boolean;
  displayQuantity: string;
}

export const EMPTY_TICKET: Ticket = {
  side: 'buy',
  type: 'market',
  sizeIn: 'base',
  size: '',
  price: '',
  stopPrice: '',
  trailBy: 'percent',
  trail: '',
  limitOffset: '',
  timeInForce: 'gtc',
  expiresAt: '',
  isPostOnly: false,
  isReduceOnly: false,
  displayQuantity: '',
};

interface TypeTraits {
  label: string;
  about: string;
  hasPrice?: boolean;
  /** What the price is called that it waits for. */
  stopLabel?: string;
  hasTrail?: boolean;
  /** Where its limit lies, from the stop that was reached. */
  hasOffset?: boolean;
  times: readonly TimeInForce[];
}

const WAITING: readonly TimeInForce[] = ['gtc', 'day', 'gtd'];

/** Every order type there is; a new one does not compile until it has its line here. */
export const ORDER_TYPES: Record<OrderType, TypeTraits> = {
  market: { label: 'Market', about: 'Takes the best prices there are, now.', times: ['ioc', 'fok'] },
  limit: { label: 'Limit', about: 'At this price or better; what does not fill waits.', hasPrice: true, times: [...WAITING, 'ioc', 'fok'] },
  stop: { label: 'Stop', about: 'Waits until the price is as bad as this, then is a market order.', stopLabel: 'Stop price', times: WAITING },
  stop_limit: { label: 'Stop limit', about: 'Waits until the price is as bad as the stop, then is a limit order.', hasPrice: true, stopLabel: 'Stop price', times: WAITING },
  take_profit: { label: 'Take profit', about: 'Waits until the price is as good as this, then is a market order.', stopLabel: 'Take-profit price', times: WAITING },
  take_profit_limit: {
    label: 'Take profit limit',
    about: 'Waits until the price is as good as this, then is a limit order.',
    hasPrice: true,
    stopLabel: 'Take-profit price',
    times: WAITING,
  },
  trailing_stop: { label: 'Trailing stop', about: 'A stop that follows the best price so far, and never goes back.', hasTrail: true, times: WAITING },
  trailing_stop_limit: {
    label: 'Trailing stop limit',
    about: 'A stop that follows the best price so far, then is a limit order so far from it.',
    hasTrail: true,
    hasOffset: true,
    times: WAITING,
  },
};

export const TIMES: Record<TimeInForce, string> = {
  gtc: 'Until canceled',
  day: 'Until the end of the day',
  gtd: 'Until a time',
  ioc: 'Now, the rest expires',
  fok: 'All of it now, or none',
};

export type PriceName = 'price' | 'stopPrice' | 'trail' | 'limitOffset';

export type TicketAction =
  | { do: 'change'; change: Partial<Ticket> }
  /** A price was chosen in the book or on the chart. */
  | { do: 'pick'; price: string; side?: Side }
  | { do: 'nudge'; field: PriceName; step: string; count: number; from: string }
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
      return { ...ticket, size: '', displayQuantity: '' };
  }
}

/** Whether what does not fill at once stays in the book. */
export function canRest({ type, timeInForce }: Ticket): boolean {
  return type !== 'market' && WAITING.includes(timeInForce);
}

/** Choices that do not go with the type give way to those that do. */
function suited(ticket: Ticket): Ticket {
  const { times } = ORDER_TYPES[ticket.type];
  const timeInForce = times.includes(ticket.timeInForce) ? ticket.timeInForce : (times[0] ?? 'gtc');
  const next = { ...ticket, timeInForce, sizeIn: ticket.type === 'market' ? ticket.sizeIn : ('base' as const) };
  return { ...next, isPostOnly: ticket.isPostOnly && canPostOnly(next), displayQuantity: canShowPart(next) ? ticket.displayQuantity : '' };
}

export function canPostOnly(ticket: Ticket): boolean {
  return ticket.type === 'limit' && canRest(ticket);
}

/** Only what can wait at a limit can show a part of itself. */
export function canShowPart(ticket: Ticket): boolean {
  const { hasPrice, hasOffset } = ORDER_TYPES[ticket.type];
  return Boolean(hasPrice || hasOffset) && canRest(ticket);
}

export type FieldName = 'size' | 'expiresAt' | 'displayQuantity' | PriceName;
export type Problems = Partial<Record<FieldName, string>>;

const FIELDS: Record<string, FieldName> = {
  quantity: 'size',
  notional: 'size',
  price: 'price',
  stop_price: 'stopPrice',
  trail_amount: 'trail',
  trail_percent: 'trail',
  limit_offset: 'limitOffset',
  expires_at: 'expiresAt',
  display_quantity: 'displayQuantity',
};

/** What the gateway says of fields, under the names that they have here; and of those that have no field of their own. */
export function problemsOf(refused: Record<string, string>): { problems: Problems; others: string[] } {
  const entries = Object.entries(refused);
  const problems = entries.flatMap(([name, text]) => (FIELDS[name] ? [[FIELDS[name], text]] : []));
  const others = entries.filter(([name]) => !FIELDS[name]).map(([name, text]) => `${name.replaceAll('_', ' ')}: ${text}`);
  return { problems: Object.fromEntries(problems) as Problems, others };
}

/** The order that was typed, or what has to be mended first. */
export function orderOf(ticket: Ticket, instrument: Instrument, zone: TimeZone = 'utc'): { order: OrderIn | null; problems: Problems } {
  const problems = mistakesOf(ticket, instrument, zone);
  if (Object.keys(problems).length > 0) return { order: null, problems };
  const { hasPrice, stopLabel, hasTrail, hasOffset } = ORDER_TYPES[ticket.type];
  const expiresAt = ticket.timeInForce === 'gtd' ? momentOf(ticket.expiresAt, zone) : null;
  const order: OrderIn = {
    symbol: instrument.symbol,
    side: ticket.side,
    type: ticket.type,
    time_in_force: ticket.timeInForce,
    post_only: ticket.isPostOnly,
    reduce_only: ticket.isReduceOnly,
    ...(ticket.sizeIn === 'base' ? { quantity: ticket.size } : { notional: ticket.size }),
    ...(hasPrice ? { price: ticket.price } : {}),
    ...(stopLabel ? { stop_price: ticket.stopPrice } : {}),
    ...(hasTrail ? { [ticket.trailBy === 'amount' ? 'trail_amount' : 'trail_percent']: ticket.trail } : {}),
    ...(hasOffset ? { limit_offset: ticket.limitOffset } : {}),
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...(ticket.displayQuantity ? { display_quantity: ticket.displayQuantity } : {}),
  };
  return { order, problems };
}

function mistakesOf(ticket: Ticket, instrument: Instrument, zone: TimeZone): Problems {
  const { hasPrice, stopLabel, hasTrail, hasOffset } = ORDER_TYPES[ticket.type];
  const lot = { step: instrument.lot_size, name: 'lot size' };
  const tick = { step: instrument.tick_size, name: 'tick size' };
  return {
    ...problemOf('size', ticket.size, ticket.sizeIn === 'base' ? lot : null),
    ...(hasPrice ? problemOf('price', ticket.price, tick) : {}),
    ...(stopLabel ? problemOf('stopPrice', ticket.stopPrice, tick) : {}),
    ...(hasTrail ? problemOf('trail', ticket.trail, ticket.trailBy === 'amount' ? tick : null) : {}),
    ...(hasOffset ? problemOf('limitOffset', ticket.limitOffset, tick, true) : {}),
    ...(ticket.timeInForce === 'gtd' && momentOf(ticket.expiresAt, zone) === null ? { expiresAt: 'Needed.' } : {}),
    ...(ticket.displayQuantity ? problemOf('displayQuantity', ticket.displayQuantity, lot) : {}),
  };
}

export interface Grid {
  step: string;
  name: string;
}

export function problemOf<Name extends string>(field: Name, text: string, grid: Grid | null, mayBeZero = false): Partial<Record<Name, string>> {
  const said = (problem: string) => ({ [field]: problem }) as Partial<Record<Name, string>>;
  if (text.trim() === '') return said('Needed.');
  if (!isDecimal(text)) return said('Must be a number.');
  if (compare(text, '0') < (mayBeZero ? 0 : 1)) return said(mayBeZero ? 'Must not be below zero.' : 'Must be above zero.');
  if (grid !== null && compare(floorTo(text, grid.step), text) !== 0) return said(`Must be a multiple of the ${grid.name} ${grid.step}.`);
  return {};
}

/** What the button does, in words: Buy 0.01 BTC at market. */
export function inWords(ticket: Ticket, instrument: Instrument): string {
  const verb = ticket.side === 'buy' ? 'Buy' : 'Sell';
  const unit = ticket.sizeIn === 'base' ? instrument.base : `${instrument.quote} of ${instrument.base}`;
  const size = isDecimal(ticket.size) ? `${trimmed(ticket.size)} ${unit}` : instrument.base;
  const parts = [...wordsOfPrices(ticket, instrument), ...(ticket.isReduceOnly ? ['reducing only'] : [])];
  return `${verb} ${size} ${parts.join(', ')}`;
}

function wordsOfPrices(ticket: Ticket, { quote }: Instrument): string[] {
  const { hasPrice, stopLabel, hasTrail, hasOffset } = ORDER_TYPES[ticket.type];
  if (ticket.type === 'market') return ['at market'];
  const parts: string[] = [];
  if (hasPrice) parts.push(`at ${ticket.price || '…'}`);
  if (stopLabel) parts.push(`once at ${ticket.stopPrice || '…'}`);
  if (hasTrail) parts.push(`trailing by ${ticket.trail || '…'}${ticket.trailBy === 'percent' ? '%' : ` ${quote}`}`);
  if (hasOffset) parts.push(`limit ${ticket.limitOffset || '…'} ${quote} from there`);
  return parts;
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
