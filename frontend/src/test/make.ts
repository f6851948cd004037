// Things of the trade as the gateway would send them, with what a test cares about changed.
import type { Account, Alert, AlertEvent, Balance, Dataset, Feed, Fill, Finding, Instrument, Order, OrderPreview, PortfolioHistory, Position, Quality, Risk, RiskLimits, Scenario, Ticker } from '../api/types';

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
  not_counted: [],
  margin: null,
  fill_policy_numbers: null,
};

export const BALANCES: Balance[] = [
  { asset: 'USDT', total: '100000', available: '100000', held: '0', worth: '100000' },
  { asset: 'BTC', total: '2', available: '1.5', held: '0.5', worth: '120000' },
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
    expires_at: null,
    trail_amount: null,
    trail_percent: null,
    limit_offset: null,
    watermark: null,
    reduce_only: false,
    display_quantity: null,
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

export function makePreview(change: Partial<OrderPreview> = {}): OrderPreview {
  return {
    accepted: true,
    code: null,
    reason: null,
    quantity: '0.01000',
    fills: [{ price: '60000.00', quantity: '0.01000', fee: '0.3', fee_asset: 'USDT', reference_price: '60000.00', spread_cost: '0', slippage: '0' }],
    filled_quantity: '0.01000',
    resting_quantity: '0.00000',
    expired_quantity: '0.00000',
    average_price: '60000.00',
    reference_price: '60000.00',
    slippage: '0.00',
    fees: [{ asset: 'USDT', amount: '0.3' }],
    held: null,
    balances_after: [{ asset: 'USDT', total: '99399.7' }],
    fill_policy: 'realistic',
    queue_ahead: null,
    latency_ms: 0,
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
    leverage: 1,
    initial_margin: null,
    maintenance_margin: null,
    liquidation_price: null,
    ...change,
  };
}

export function makeFeed(change: Partial<Feed> = {}): Feed {
  return {
    status: 'running',
    source: 'simulated',
    exchange: null,
    waiting_for: null,
    dataset: null,
    dataset_hash: null,
    symbols: ['BTC-USDT'],
    stale_symbols: [],
    speed: 1,
    paused: false,
    finished: false,
    position: { time: '2026-01-01T00:00:00.000Z', index: 1, total: null },
    lag_ms: 0,
    updates_per_second: 10,
    dropped_ticks: {},
    error: null,
    scenarios: [],
    ...change,
  };
}

export function makeScenario(change: Partial<Scenario> = {}): Scenario {
  return {
    id: 'scenario-1',
    kind: 'crash',
    symbols: ['BTC-USDT'],
    status: 'active',
    start: '2026-01-01T00:00:00.000Z',
    end: '2026-01-01T00:10:00.000Z',
    duration_seconds: 600,
    percent: 20,
    times: null,
    recovery_seconds: null,
    recovery_percent: 0,
    seed: 1,
    ...change,
  };
}

export function makeTicker(change: Partial<Ticker> = {}): Ticker {
  return {
    symbol: 'BTC-USDT',
    last: '60000.00',
    bid: '59999.00',
    ask: '60001.00',
    change_24h: '1.5',
    high_24h: '61000.00',
    low_24h: '59000.00',
    volume_24h: '10',
    time: '2026-01-01T00:00:00.000Z',
    source: 'simulated',
    stale: false,
    age_ms: null,
    scenarios: [],
    ...change,
  };
}

export function makeDataset(change: Partial<Dataset> = {}): Dataset {
  return {
    id: 'dataset-1',
    symbol: 'BTC-USDT',
    kind: 'candles',
    interval: '1m',
    rows: 100,
    price_decimals: 2,
    volume_decimals: 2,
    content_hash: 'a1b2',
    size_bytes: 2_000,
    file_name: 'prices.csv',
    created_at: '2026-01-01T00:00:00.000Z',
    parent: null,
    from: '2025-01-01T00:00:00.000Z',
    to: '2025-01-02T00:00:00.000Z',
    ...change,
  };
}

export function makeFinding(change: Partial<Finding> = {}): Finding {
  return {
    kind: 'gaps',
    severity: 'warning',
    count: 3,
    text: 'Three bars are missing.',
    remedy: 'Fill them, or leave them.',
    handled: false,
    choice: 'gaps',
    examples: [{ time: '2025-01-01T00:05:00.000Z', row: 6, line: null, text: '3 bars missing before it' }],
    ...change,
  };
}

const NO_GAPS = { count: 0, missing_bars: 0, longest_seconds: 0, items: [] };

export function makeQuality(change: Partial<Quality> = {}): Quality {
  return {
    rows: 100,
    from: '2025-01-01T00:00:00.000Z',
    to: '2025-01-02T00:00:00.000Z',
    interval: '1m',
    gaps: NO_GAPS,
    breaks: NO_GAPS,
    calendar: '24/7',
    duplicates: 0,
    conflicting_duplicates: 0,
    out_of_order: 0,
    order: 'ascending',
    bad_rows: 0,
    bad_row_reasons: {},
    bad_row_examples: [],
    blank_lines: 0,
    zero_volume: 0,
    off_grid: 0,
    time_zone: 'UTC',
    time_format: 'ISO 8601',
    file_format: 'CSV',
    banner: [],
    columns: { time: 'time', close: 'close' },
    ignored_columns: [],
    repairs: [],
    notes: [],
    instrument: null,
    verdict: 'good',
    findings: [],
    bar_time: null,
    zone: null,
    proposal: null,
    repair: null,
    ...change,
  };
}

const NEVER_CHANGED = { state: 'ACTIVE', reason: null, by: null, since: null } as const;

export function makeRisk(change: Partial<Risk> = {}): Risk {
  return {
    account: 'default',
    state: 'ACTIVE',
    account_state: NEVER_CHANGED,
    global_state: NEVER_CHANGED,
    base_currency: 'USDT',
    equity: '100000',
    exposure: { gross: '0', net: '0', long: '0', short: '0', leverage: '0', positions: [], by_quote: [], reason: null },
    limits: [],
    tail_risk: { method: 'historical simulation', horizon: null, sample: 0, since: null, until: null, levels: [], reason: 'Nothing is held.' },
    ...change,
  };
}

export function makeLimits(change: Partial<RiskLimits> = {}): RiskLimits {
  return {
    max_order_notional: null,
    max_position_notional: null,
    max_open_orders: null,
    max_orders_per_second: null,
    price_collar_percent: null,
    max_leverage: null,
    max_concentration_percent: null,
    max_daily_loss: null,
    max_drawdown_percent: null,
    restricted_symbols: [],
    symbols: [],
    on_breach: 'HALTED',
    close_on_breach: false,
    ...change,
  };
}

/** A curve of the account, each point with what a test cares about. */
export function makeHistory(points: readonly Partial<PortfolioHistory['points'][number]>[], change: Partial<PortfolioHistory> = {}): PortfolioHistory {
  const still = { time: '2026-01-01T00:00:00.000Z', equity: '1000', net_deposits: '0', profit: '0', profit_percent: '0', drawdown_percent: '0' };
  const whole = points.map((point) => ({ ...still, ...point }));
  return {
    account: 'default',
    epoch: 1,
    base_currency: 'USDT',
    period: '1d',
    interval: '1m',
    start_equity: whole[0]?.equity ?? null,
    end_equity: whole.at(-1)?.equity ?? null,
    net_deposits: whole.at(-1)?.net_deposits ?? null,
    profit: whole.at(-1)?.profit ?? null,
    profit_percent: null,
    max_drawdown_percent: '0',
    not_counted: [],
    points: whole,
    ...change,
  };
}

export function makeRule(change: Partial<Alert> = {}): Alert {
  return {
    id: 'rule-1',
    account: 'default',
    name: 'Oversold',
    severity: 'warning',
    condition: { kind: 'expression', expression: 'rsi(close, 14) < 30', symbol: 'BTC-USDT', interval: '1m', fact: null, comparison: null, value: null, occurrence: null },
    repeat: 'every',
    cool_down_seconds: 0,
    rearm_level: null,
    enabled: true,
    channels: ['websocket'],
    email_to: [],
    webhook_url: null,
    status: 'armed',
    fault: null,
    waiting_for: null,
    history_bars: 500,
    warm_up_bars: 140,
    fired_count: 0,
    fired_at: null,
    fired_value: null,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    ...change,
  };
}

export function makeAlertEvent(change: Partial<AlertEvent> = {}): AlertEvent {
  return {
    id: 'event-1',
    account: 'default',
    rule_id: 'rule-1',
    rule_name: 'Oversold',
    severity: 'warning',
    kind: 'fired',
    text: 'rsi(close, 14) < 30 on BTC-USDT 1m: 28.4',
    value: '28.4',
    bar_time: '2026-01-01T00:00:00.000Z',
    market_time: '2026-01-01T00:01:00.000Z',
    time: '2026-01-01T00:01:00.000Z',
    deliveries: [{ channel: 'websocket', status: 'delivered', attempts: 1, detail: 'Told to 1 subscriber.', ended_at: '2026-01-01T00:01:00.000Z' }],
    acknowledged_at: null,
    acknowledged_by: null,
    ...change,
  };
}
