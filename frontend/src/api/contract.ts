// Orders in every type, order lists and explanations, as the contract of the API has them. Wider than the types that were generated
// from a gateway which has only some of it; what such a gateway leaves out is optional here.
import type { components } from './schema';

type Schemas = components['schemas'];

export type OrderType = 'market' | 'limit' | 'stop' | 'stop_limit' | 'take_profit' | 'take_profit_limit' | 'trailing_stop' | 'trailing_stop_limit';
export type TimeInForce = 'gtc' | 'ioc' | 'fok' | 'gtd' | 'day';
export type OrderStatus = Schemas['OrderOut']['status'] | 'accepted';

/** What orders carry beside their price and their size; texts, as all money. */
interface Terms {
  trail_amount?: string | null;
  trail_percent?: string | null;
  limit_offset?: string | null;
  expires_at?: string | null;
  display_quantity?: string | null;
}

interface Kind extends Terms {
  type: OrderType;
  time_in_force: TimeInForce;
  status: OrderStatus;
  reduce_only?: boolean;
  /** The best price that a trailing stop has followed so far. */
  watermark?: string | null;
}

export type Order = Omit<Schemas['OrderOut'], keyof Kind> & Kind;
export type PlacedOrder = Order & { fills: Schemas['FillOut'][] };
export type OrderIn = Omit<Schemas['OrderInRequest'], keyof Kind> & Terms & { type: OrderType; time_in_force?: TimeInForce | null; reduce_only?: boolean };
export type ReplaceOrderIn = Omit<Schemas['ReplaceOrderInRequest'], keyof Terms> & Terms;

/** One event of an order's life: what happened, in words, and the numbers it was decided by. */
export interface Event {
  time: string;
  event: string;
  text: string;
  numbers: Record<string, unknown>;
}

/** What the price of an expected fill would be made of. */
interface Shares {
  reference_price?: string;
  spread_cost?: string;
  slippage?: string;
}

type ExpectedFill = Omit<Schemas['ExpectedFillOut'], keyof Shares> & Shares;

interface Expected {
  fills: ExpectedFill[];
  fill_policy?: string;
  /** What would be ahead of the resting part at its price. */
  queue_ahead?: string | null;
  latency_ms?: number;
}

export type OrderPreview = Omit<Schemas['OrderPreviewOut'], keyof Expected> & Expected;

/** A fill taken apart: price = reference price + spread cost + slippage. */
export interface ExplainedFill {
  price: string;
  reference_price: string | null;
  spread_cost: string | null;
  slippage: string | null;
  fee: string;
  latency_ms: number | string | null;
  queue_ahead: string | null;
  quantity?: string;
  fee_asset?: string;
  liquidity?: 'maker' | 'taker';
  time?: string;
}

export interface Explanation {
  order: Order;
  policy?: { name: string; digest: string; numbers: Record<string, string> };
  timeline: Event[];
  fills: ExplainedFill[];
  not_filled: { reason: string; nearest_price: string | null; missing: string | null } | null;
}

/** One order of a list; side, symbol and quantity are the list's. */
export interface LegIn extends Pick<Terms, 'trail_amount' | 'trail_percent' | 'limit_offset'> {
  type: OrderType;
  price?: string;
  stop_price?: string;
}

/** An entry and what follows it, taken together or not at all. */
export interface OrderListIn {
  type: 'bracket';
  symbol: string;
  side: 'buy' | 'sell';
  quantity: string;
  entry: LegIn;
  take_profit: LegIn;
  stop_loss: LegIn;
}

export interface OrderList {
  id: string;
  type: 'oco' | 'oto' | 'bracket';
  symbol: string;
  status: string;
  orders: Order[];
}

// Rehearsals of strategies, as docs/strategies.md has them.

export type RehearsalState = 'running' | 'finished' | 'failed' | 'canceled' | 'interrupted';

export interface RehearseIn {
  dataset: string;
  start?: string | null;
  end?: string | null;
  version?: number | null;
  parameters?: Record<string, number>;
  cash?: string | null;
  fees?: { maker_bps: number; taker_bps: number } | null;
  fill_policy?: unknown;
}

export interface StrategyRehearsal {
  id: string;
  strategy_id: string;
  strategy: string;
  version: number;
  parameters: unknown;
  symbols: string[];
  interval: string;
  dataset: string;
  start: string | null;
  end: string | null;
  state: RehearsalState;
  reason: string;
  /** What X-Rehearsal looks into it with, while it goes on. */
  rehearsal: string | null;
  started_at: string;
  ended_at: string | null;
  /** From 0 to 1. */
  progress: number;
  result: {
    performance: Schemas['StrategyPerformanceOut'];
    max_drawdown_percent: string | null;
    from_time: string;
    to_time: string;
    bars: number;
    signals: number;
    ordered: number;
    refused: number;
    /** Null: too many to be kept. */
    orders: number | null;
    /** Null in lists. */
    equity: { time: string; equity: string }[] | null;
  } | null;
}

export interface RehearsedOrder {
  order_id: string;
  symbol: string;
  side: 'buy' | 'sell';
  purpose: string;
  time: string;
  quantity: string;
  price: string | null;
  fee: string | null;
  refused: string | null;
}
