// Strategies, runs and signals as the gateway would send them, with what a test cares about changed.
import type { Strategy, StrategyPerformance, StrategyRun, StrategySignal, StrategyTemplate, StrategyVersion } from '../api/types';

const CROSS = {
  long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))',
  long_exit: 'cross_below(sma(close, p.fast), sma(close, p.slow))',
  short_entry: null,
  short_exit: null,
  parameters: { fast: 20, slow: 50 },
  sizing: { kind: 'equity_share', percent: '100' },
  stop: { kind: 'percent', percent: '2' },
  target: null,
  trailing: null,
};

export function makeVersion(change: Partial<StrategyVersion> = {}): StrategyVersion {
  return {
    version: 1,
    note: '',
    created_at: '2026-01-01T00:00:00.000Z',
    symbols: ['BTC-USDT'],
    interval: '1m',
    strategy: CROSS,
    program: null,
    bounds: { fast: { least: 5, most: 50 } },
    allow_short: false,
    leverage: 1,
    max_open_positions: null,
    max_share_percent: null,
    warm_up_bars: 51,
    ...change,
  };
}

export function makeRun(change: Partial<StrategyRun> = {}): StrategyRun {
  return {
    id: 'run-1',
    strategy_id: 'strategy-1',
    strategy: 'Crossing',
    version: 1,
    account: 'run-run-1',
    own_account: true,
    symbols: ['BTC-USDT'],
    interval: '1m',
    parameters: { fast: 20, slow: 50 },
    state: 'running',
    reason: '',
    started_at: '2026-01-01T00:00:00.000Z',
    ended_at: null,
    waiting_for: null,
    bars: 12,
    signals: 3,
    ordered: 1,
    refused: 1,
    slowest_ms: 0.2,
    last_bars: { 'BTC-USDT': '2026-01-01T00:11:00.000Z' },
    gaps: [],
    ...change,
  };
}

export function makeStrategy(change: Partial<Strategy> = {}): Strategy {
  return {
    id: 'strategy-1',
    account: 'default',
    name: 'Crossing',
    notes: '',
    template: null,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
    version: makeVersion(),
    runs: [],
    ...change,
  };
}

export function makeSignal(change: Partial<StrategySignal> = {}): StrategySignal {
  return {
    id: 'signal-1',
    run_id: 'run-1',
    symbol: 'BTC-USDT',
    bar_time: '2026-01-01T00:11:00.000Z',
    time: '2026-01-01T00:12:00.000Z',
    said: ['long_entry'],
    values: { 'sma(close, 20)': 60_010.5, 'sma(close, 50)': null },
    outcome: 'ordered',
    reason: 'signal',
    text: 'bought 0.1',
    order_ids: ['order-1'],
    ...change,
  };
}

export const PERFORMANCE: StrategyPerformance = {
  run_id: 'run-1',
  account: 'run-run-1',
  base_currency: 'USDT',
  start_equity: '10000',
  equity: '10250.5',
  profit: '250.5',
  profit_percent: '2.505',
  fees: '12.3',
  fills: 4,
  trips: 2,
  winning_trips: 1,
  win_percent: '50',
  profit_of_trips: '200',
  average_profit: '100',
  is_whole: true,
  positions: [],
  newest_trips: [{ symbol: 'BTC-USDT', side: 'long', quantity: '0.1', opened_at: '2026-01-01T00:01:00.000Z', closed_at: '2026-01-01T00:05:00.000Z', profit: '-20', fees: '3' }],
};

export const TEMPLATES: StrategyTemplate[] = [
  { name: 'sma-cross', title: 'Crossing of simple averages', description: 'Long while a fast average is above a slow one.', spec: { interval: '1h', strategy: CROSS, bounds: { fast: { least: 2, most: 500 } } } },
  { name: 'dca', title: 'Buying by the clock', description: 'Buys at midnight.', spec: { interval: '1h', program: { kind: 'dca', notional: '100', every_bars: 24 } } },
];
