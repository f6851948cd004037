// A bracket that is being drawn: an entry with a way out on either side, as three prices on the chart.
import type { Instrument, OrderIn, OrderListIn, Side } from '../../api/types';
import { add, compare, divide, isDecimal, multiply, nearestStep, stepBy, subtract } from '../../ui/decimal';
import { type Grid, problemOf } from './ticketState';

export type LineName = 'entry' | 'takeProfit' | 'stop';

export interface Bracket {
  side: Side;
  size: string;
  /** At a limit, or at the market with the ways out in place. */
  enterBy: 'limit' | 'market';
  entry: string;
  takeProfit: string;
  /** The way out of a loss stands at a price, or follows the best price so far. */
  stopBy: 'price' | 'trail';
  stop: string;
  trailPercent: string;
  /** The line that the next click on the chart places. */
  placing: LineName | null;
}

export const LINES: Record<LineName, string> = { entry: 'Entry', takeProfit: 'Take profit', stop: 'Stop' };

export type BracketAction =
  | { do: 'begin'; side: Side; price: string; range: number; tick: string }
  | { do: 'change'; change: Partial<Bracket> }
  /** The other side of the market: the ways out change places. */
  | { do: 'turn'; side: Side }
  /** A click on the chart. */
  | { do: 'place'; price: string }
  | { do: 'nudge'; field: LineName; step: string; count: number }
  | { do: 'end' };

export function reduceBracket(now: Bracket | null, action: BracketAction): Bracket | null {
  if (action.do === 'begin') return begun(action);
  if (action.do === 'end' || now === null) return null;
  switch (action.do) {
    case 'change':
      return { ...now, ...action.change };
    case 'turn':
      return action.side === now.side ? now : { ...now, side: action.side, takeProfit: now.stop, stop: now.takeProfit };
    case 'place':
      return now.placing === null ? now : { ...now, [now.placing]: action.price, placing: nextOf(now) };
    case 'nudge':
      return { ...now, [action.field]: stepBy(now[action.field], action.step, action.count) };
  }
}

const PART_OF_DAY = 0.1;
const LEAST_SHARE = 0.001;
const MOST_SHARE = 0.02;

/** Lines to begin with: a tenth of what the market moves in a day to the stop, twice as far to the profit. */
function begun({ side, price, range, tick }: { side: Side; price: string; range: number; tick: string }): Bracket {
  const value = Number(price);
  const far = Math.min(MOST_SHARE * value, Math.max(LEAST_SHARE * value, PART_OF_DAY * range));
  const way = side === 'buy' ? 1 : -1;
  return {
    side,
    size: '',
    enterBy: 'limit',
    entry: nearestStep(value, tick),
    takeProfit: nearestStep(value + way * 2 * far, tick),
    stopBy: 'price',
    stop: nearestStep(value - way * far, tick),
    trailPercent: '',
    placing: null,
  };
}

/** The lines there are: a market order has no price of its own, a trailing stop none yet. */
export function linesIn(bracket: Bracket): LineName[] {
  return [...(bracket.enterBy === 'limit' ? ['entry' as const] : []), 'takeProfit', ...(bracket.stopBy === 'price' ? ['stop' as const] : [])];
}

function nextOf(bracket: Bracket): LineName | null {
  const lines = linesIn(bracket);
  return lines[lines.indexOf(bracket.placing ?? 'stop') + 1] ?? null;
}

export type BracketProblems = Partial<Record<LineName | 'size' | 'trailPercent', string>>;

/** What has to be mended before it can be sent. `last` is where a market order would enter. */
export function mistakesOf(bracket: Bracket, instrument: Instrument, last: string | null): BracketProblems {
  const tick: Grid = { step: instrument.tick_size, name: 'tick size' };
  const wrong: BracketProblems = {
    ...problemOf('size', bracket.size, { step: instrument.lot_size, name: 'lot size' }),
    ...(bracket.enterBy === 'limit' ? problemOf('entry', bracket.entry, tick) : {}),
    ...problemOf('takeProfit', bracket.takeProfit, tick),
    ...(bracket.stopBy === 'price' ? problemOf('stop', bracket.stop, tick) : problemOf('trailPercent', bracket.trailPercent, null)),
  };
  const entry = entryOf(bracket, last);
  if (entry === null || wrong.entry) return wrong;
  const way = bracket.side === 'buy' ? 1 : -1;
  const [better, worse] = way > 0 ? ['above', 'below'] : ['below', 'above'];
  if (!wrong.takeProfit && compare(bracket.takeProfit, entry) * way <= 0) wrong.takeProfit = `Must be ${better} the entry.`;
  if (bracket.stopBy === 'price' && !wrong.stop && compare(bracket.stop, entry) * way >= 0) wrong.stop = `Must be ${worse} the entry.`;
  return wrong;
}

function entryOf(bracket: Bracket, last: string | null): string | null {
  return bracket.enterBy === 'limit' ? bracket.entry : last;
}

export interface Prospect {
  /** In the quote asset, before fees. */
  profit: string;
  loss: string;
  /** Profit for each unit of loss. */
  ratio: string | null;
}

/** What it wins at the one end and loses at the other; null while a number is missing. */
export function prospectOf(bracket: Bracket, last: string | null): Prospect | null {
  const entry = entryOf(bracket, last);
  if (entry === null || ![entry, bracket.size, bracket.takeProfit].every(isDecimal)) return null;
  const way = bracket.side === 'buy' ? '1' : '-1';
  const stop = bracket.stopBy === 'price' ? bracket.stop : trailedFrom(entry, bracket);
  if (!isDecimal(stop)) return null;
  const at = (price: string) => multiply(multiply(subtract(price, entry), way), bracket.size);
  const loss = subtract('0', at(stop));
  return { profit: at(bracket.takeProfit), loss, ratio: compare(loss, '0') > 0 ? divide(at(bracket.takeProfit), loss, 2) : null };
}

/** Where a trailing stop stands at the entry. */
function trailedFrom(entry: string, { trailPercent, side }: Bracket): string {
  if (!isDecimal(trailPercent)) return '';
  const part = multiply(multiply(entry, trailPercent), '0.01');
  return side === 'buy' ? subtract(entry, part) : add(entry, part);
}

const PLAIN = { post_only: false, reduce_only: false };

/** The entry by itself, to be looked at before it is sent. */
export function entryOrder(bracket: Bracket, instrument: Instrument): OrderIn {
  const { side, size, enterBy, entry } = bracket;
  const shared = { symbol: instrument.symbol, side, quantity: size, ...PLAIN };
  return enterBy === 'limit' ? { ...shared, type: 'limit', price: entry, time_in_force: 'gtc' } : { ...shared, type: 'market', time_in_force: 'ioc' };
}

/** What is asked of the gateway: all three orders, or none. */
export function listOf(bracket: Bracket, instrument: Instrument): OrderListIn {
  const { side, size, enterBy, entry, takeProfit, stopBy, stop, trailPercent } = bracket;
  return {
    type: 'bracket',
    symbol: instrument.symbol,
    side,
    quantity: size,
    entry: enterBy === 'limit' ? { ...PLAIN, type: 'limit', price: entry } : { ...PLAIN, type: 'market' },
    take_profit: { ...PLAIN, type: 'limit', price: takeProfit },
    stop_loss: stopBy === 'price' ? { ...PLAIN, type: 'stop', stop_price: stop } : { ...PLAIN, type: 'trailing_stop', trail_percent: trailPercent },
  };
}

/** What the button does: Buy 0.01 BTC at 60000, out at 61000 or 59500. */
export function bracketWords(bracket: Bracket, instrument: Instrument): string {
  const { side, size, enterBy, entry, takeProfit, stopBy, stop, trailPercent } = bracket;
  const verb = side === 'buy' ? 'Buy' : 'Sell';
  const at = enterBy === 'limit' ? `at ${entry || '…'}` : 'at market';
  const worst = stopBy === 'price' ? stop || '…' : `a stop trailing by ${trailPercent || '…'}%`;
  return `${verb} ${size || '…'} ${instrument.base} ${at}, out at ${takeProfit || '…'} or ${worst}`;
}
