// Things of research as the gateway would send them, with what a test cares about changed.
import type { Backtest, BacktestResult, Figures, Job, Language, Operator, RoundTrip, Search } from '../api/types';
import type { Combination, SweepResult } from '../ui/strategy/results';

function makeOperator(name: string, places: string[], meaning: string, change: Partial<Operator> = {}): Operator {
  return {
    name,
    signature: `${name}(${places.join(', ')})`,
    places: places.map((each) => ({ name: each, takes: 'series', default: null, least: null, most: null })),
    gives: 'series',
    axis: 'time',
    meaning,
    nan: 'NaN before n values.',
    look_back: 'n - 1',
    definition: null,
    source: null,
    ...change,
  };
}

export const LANGUAGE: Language = {
  operators: [
    makeOperator('ema', ['x', 'n'], 'Exponential average.'),
    makeOperator('sma', ['x', 'n'], 'Simple moving average.'),
    makeOperator('cross_above', ['a', 'b'], 'Whether a is above b and was not a bar ago.', { gives: 'condition' }),
    makeOperator('true_range', [], 'The range of the bar.'),
    { ...makeOperator('add', ['x', 'y'], 'Sum.'), name: '+', signature: 'x + y' },
  ],
  fields: ['open', 'high', 'low', 'close', 'volume', 'vwap'],
  groups: ['sector', 'industry'],
};

export const FIGURES: Figures = {
  returns: {
    start_equity: 10_000,
    end_equity: 11_234.5,
    profit: 1_234.5,
    total_return: 0.12345,
    cagr: 0.2,
    days: 200,
    elapsed_days: 200,
    is_short_sample: false,
    best_day: 0.02,
    worst_day: -0.01,
    positive_days: 0.55,
    months: [
      { period: '2025-01', value: 0.04 },
      { period: '2025-02', value: -0.01 },
    ],
    years: [{ period: '2025', value: 0.12345 }],
  },
  risk: {
    days_per_year: 365,
    volatility: 0.1,
    downside_deviation: 0.07,
    sharpe: 1.5,
    sortino: 2,
    calmar: 2.5,
    omega: 1.3,
    value_at_risk_95: -0.009,
    expected_shortfall_95: -0.012,
    skew: 0.1,
    kurtosis: 0.4,
    tail_ratio: 1.1,
    probabilistic_sharpe: 0.8,
    minimum_track_record_days: 400,
  },
  drawdowns: { maximum: -0.08, average: -0.02, count: 7, longest_days: 12.5, current: 0, is_recovered: true, ulcer_index: 0.03, recovery_factor: 1.5 },
  costs: { fees: 42, fees_of_gross_profit: 0.02, turnover: 30, exposure: 0.5 },
  benchmark: { total_return: 0.05, alpha: 0.1, beta: 0.3, correlation: 0.4, tracking_error: 0.2, information_ratio: 0.5, up_capture: 0.6, down_capture: 0.4 },
  trades: {
    count: 2,
    win_rate: 0.5,
    gross_profit: 2_777.5,
    gross_loss: -1_543,
    profit_factor: 1.8,
    payoff_ratio: 1.8,
    expectancy: 617.25,
    expectancy_r: null,
    average_win: 2_777.5,
    average_loss: -1_543,
    median: 617.25,
    best: 2_777.5,
    worst: -1_543,
    average_hold_hours: 2,
    most_wins_in_a_row: 1,
    most_losses_in_a_row: 1,
    average_adverse_excursion: -5,
    average_favourable_excursion: 120,
    system_quality: 0.3,
    kelly: 0.2,
    long: { count: 2, profit: 1_234.5, win_rate: 0.5 },
    short: { count: 0, profit: 0, win_rate: null },
  },
};

const DATA = { symbol: 'WAVE-USDT', interval: '1h', source: 'dataset:dataset-1', rows: 3, from: '2025-01-01T00:00:00.000Z', to: '2025-01-01T02:00:00.000Z', content_hash: 'abcdef0123456789' };

export function makeResult(change: Partial<BacktestResult> = {}): BacktestResult {
  return {
    engine: 1,
    python: null,
    figures: FIGURES,
    bars: 3,
    orders: 4,
    refusals: {},
    ambiguous_bars: 0,
    bounds: [
      { path: 'pessimistic', final_equity: 11_234.5, trades: 2, profit: 1_234.5 },
      { path: 'optimistic', final_equity: 11_234.5, trades: 2, profit: 1_234.5 },
    ],
    positions: [],
    data: [DATA],
    warm_up_bars: 50,
    overfitting: { trials: 3, deflated_sharpe: 0.71 },
    ...change,
  };
}

export const SPEC = {
  symbols: ['WAVE-USDT'],
  interval: '1h',
  strategy: {
    long_entry: 'cross_above(sma(close, p.fast), sma(close, p.slow))',
    long_exit: null,
    short_entry: null,
    short_exit: null,
    parameters: { fast: 10, slow: 30 },
    sizing: { kind: 'equity_share', percent: '100' },
    stop: { kind: 'percent', percent: '2' },
    target: null,
    trailing: null,
  },
  fills: {
    fill_at: 'next_open',
    path: 'pessimistic',
    limit_fill: 'through',
    slippage_ticks: 1,
    slippage_percent: '0',
    volume_share_impact_percent: '0',
    root_impact_percent: '0',
    volume_cap_percent: 0,
    spread: 'ticks',
    spread_ticks: 0,
  },
  fees: { maker_bps: '2', taker_bps: '5' },
  limits: { max_open_positions: 500, max_share_percent: null },
  starting_cash: '10000',
  allow_short: false,
  leverage: 1,
  close_at_end: false,
  delisted_after_bars: 100,
};

export function makeBacktest(change: Partial<Backtest> = {}): Backtest {
  return {
    id: 'backtest-1',
    name: 'Crossing',
    symbols: ['WAVE-USDT'],
    interval: '1h',
    created_at: '2026-01-01T00:00:00.000Z',
    data_hash: 'hash',
    total_return: 0.12345,
    sharpe: 1.5,
    max_drawdown: -0.08,
    trades: 2,
    final_equity: 11_234.5,
    notes: '',
    spec: SPEC,
    python: null,
    result: makeResult(),
    ...change,
  };
}

export function makeTrade(change: Partial<RoundTrip> = {}): RoundTrip {
  return {
    symbol: 'WAVE-USDT',
    side: 'long',
    quantity: 10,
    entry_price: 100,
    exit_price: 110,
    entry_time: '2025-01-01T00:00:00.000Z',
    exit_time: '2025-01-01T02:00:00.000Z',
    fees: 1,
    profit: 99,
    mae: -5,
    mfe: 120,
    risk: 20,
    is_ambiguous: false,
    ...change,
  };
}

export function makeCombination(number: number, parameters: Record<string, number>, change: Partial<Combination> = {}): Combination {
  return { number, parameters, total_return: 0.1, max_drawdown: -0.05, sharpe: 1, trades: 10, win_rate: 0.5, profit_factor: 1.2, fees: 5, exposure: 0.4, ...change };
}

/** Three by three, the figure of each its number. */
export const NINE: Combination[] = [5, 10, 15].flatMap((fast, i) => [20, 40, 60].map((slow, j) => makeCombination(i * 3 + j, { fast, slow }, { sharpe: i * 3 + j })));

export function makeSweep(change: Partial<SweepResult> = {}): Search {
  const result: SweepResult = {
    combinations: 9,
    metric: 'sharpe',
    best: NINE[8] ?? null,
    top: [...NINE].reverse(),
    robustness: { neighbours: 3, median: 6, worst: 4, share_of_best: 0.75, share_above_zero: 1 },
    overfitting: null,
    deflated_sharpe: { trials: 9, deflated_sharpe: 0.4 },
    data: [DATA],
    ...change,
  };
  const { strategy } = SPEC;
  const spec = { spec: { ...SPEC, strategy: { ...strategy, parameters: {} } }, axes: {}, rising: [], samples: null, seed: 0, metric: 'sharpe', least_trades: 1 };
  return { id: 'sweep-1', kind: 'sweep', name: 'Grid', created_at: '2026-01-01T00:00:00.000Z', data_hash: 'hash', python: null, spec, result };
}

export function makeJob(change: Partial<Job> = {}): Job {
  const time = '2026-01-01T00:00:00.000Z';
  return { id: 'job-1', kind: 'backtest.run', subject: '', account: 'default', status: 'succeeded', progress: 1, message: '', partial_result: null, resumes: 0, result: null, error: null, created_at: time, started_at: time, finished_at: time, trace_id: 't', ...change };
}
