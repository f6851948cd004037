// Things of the trade as the gateway would send them, with what a test cares about changed.
import type { Account, Balance, Fill, Instrument, Order, Position } from '../api/types';

export const BTC: Instrument = {
  symbol: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  tick_size: '0.01',
  lot_size: '0.00001',
  min_notional: '5',
  min_quantity: '0.00001',
  max_quantity: null,
  fees: { maker_bps: 2, taker_bps: 5 },
  calendar: '24/7',
};

export const ACCOUNT: Account = {
  id: 'default',
  name: 'Default',
  type: 'cash',
  base_currency: 'USDT',
  equity: '100000',
  cash: '100000',
  buying_power: '100000',
  allow_short: false,
  allow_stale_prices: false,
  fill_policy: 'realistic',
  fees: { maker_bps: 2, taker_bps: 5 },
  risk_state: 'ACTIVE',
  epoch: 1,
  created_at: '2026-01-01T00:00:00.000Z',
};

export const BALANCES: Balance[] = [
  { asset: 'USDT', total: '100000', available: '100000', held: '0' },
  { asset: 'BTC', total: '2', available: '1.5', held: '0.5' },
];

export function makeOrder(change: Partial<Order> = {}): Order {
  return {
    id: 'order-1',
    account: 'default',
    symbol: 'BTC-USDT',
    side: 'buy',
    type: 'limit',
    status: 'open',
    status_reason: null,
    quantity: '0.01000',
    notional: null,
    filled_quantity: '0.00000',
    remaining_quantity: '0.01000',
    price: '60000.00',
    stop_price: null,
    average_price: null,
    time_in_force: 'gtc',
    post_only: false,
    client_order_id: null,
    fees: [],
    order_list_id: null,
    fill_policy: 'realistic',
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    replaced_at: null,
    ...change,
  };
}

export function makeFill(change: Partial<Fill> = {}): Fill {
  return {
    id: 'fill-1',
    order_id: 'order-1',
    account: 'default',
    symbol: 'BTC-USDT',
    side: 'buy',
    price: '60000.00',
    quantity: '0.01000',
    fee: '0.3',
    fee_asset: 'USDT',
    liquidity: 'taker',
    time: '2026-01-01T00:01:00.000Z',
    ...change,
  };
}

export function makePosition(change: Partial<Position> = {}): Position {
  return {
    symbol: 'BTC-USDT',
    side: 'long',
    quantity: '0.50000',
    average_price: '60000.00',
    mark_price: '61000.00',
    market_value: '30500.00',
    cost_basis: '30000.00',
    unrealized_pnl: '500.00',
    realized_pnl: '0',
    fees: '15',
    opened_at: '2026-01-01T00:00:00.000Z',
    ...change,
  };
}
