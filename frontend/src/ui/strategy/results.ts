// What came of backtests and searches. The OpenAPI leaves these answers open; docs/metrics.md and docs/backtests.md say what is in them.
import type { Backtest, Search } from '../../api/types';
import type { DataUsed, Spec } from './draft';

type Figure = number | null;

export interface Period {
  period: string;
  value: number;
}

interface SideFigures {
  count: number;
  profit: number;
  win_rate: Figure;
}

export interface Figures {
  returns: Record<'total_return' | 'cagr' | 'best_day' | 'worst_day' | 'positive_days', Figure> & {
    start_equity: number;
    end_equity: number;
    profit: number;
    days: number;
    elapsed_days: number;
    is_short_sample: boolean;
    months: Period[];
    years: Period[];
  };
  risk: Record<string, Figure>;
  drawdowns: Record<string, Figure | boolean>;
  costs: Record<string, Figure>;
  benchmark: Record<string, Figure> | null;
  trades: (Record<string, Figure | SideFigures> & { long: SideFigures; short: SideFigures }) | null;
}

export interface Bound {
  path: string;
  final_equity: number;
  trades: number;
  profit: number;
}

export interface HeldPosition {
  symbol: string;
  quantity: string;
  mark_price: string;
}

export interface Deflated {
  trials: number;
  deflated_sharpe: Figure;
}

export interface BacktestResult {
  figures: Figures;
  bars: number;
  orders: number;
  refusals: Record<string, number>;
  ambiguous_bars: number;
  bounds: Bound[];
  positions: HeldPosition[];
  data: DataUsed[];
  warm_up_bars: number;
  overfitting: Deflated;
}

export interface Combination {
  number: number;
  parameters: Record<string, number>;
  total_return: Figure;
  max_drawdown: Figure;
  sharpe: Figure;
  trades: number;
  win_rate: Figure;
  profit_factor: Figure;
  fees: number;
  exposure: number;
}

export interface Robustness {
  neighbours: number;
  median: Figure;
  worst: Figure;
  share_of_best: Figure;
  share_above_zero: Figure;
}

export interface Overfitting {
  probability: number;
  probability_of_loss: number;
  slope: Figure;
  choices: number;
  strategies: number;
  blocks: number;
}

export type Metric = 'sharpe' | 'total_return' | 'max_drawdown' | 'profit_factor' | 'trades';

export interface SweepResult {
  combinations: number;
  metric: Metric;
  best: Combination | null;
  top: Combination[];
  robustness: Robustness | null;
  overfitting: Overfitting | null;
  deflated_sharpe: Deflated | null;
  data: DataUsed[];
}

export interface WalkWindow {
  train_from: string;
  train_to: string;
  test_from: string;
  test_to: string;
  train: Combination | null;
  test: Combination | null;
  train_metric?: number;
  test_metric?: Figure;
}

export interface WalkResult {
  metric: Metric;
  windows: WalkWindow[];
  figures: Figures;
  efficiency: Figure;
  data: DataUsed[];
}

export interface SweepSpec {
  spec: Spec;
  axes: Record<string, { from: number | null; to: number | null; step: number; values: number[] | null }>;
  rising: [string, string][];
  samples: number | null;
  seed: number;
  metric: Metric;
  least_trades: number;
}

export interface WalkSpec {
  sweep: SweepSpec;
  schedule: { train_bars: number; test_bars: number; gap_bars: number; anchored: boolean };
}

export interface Spread {
  quantiles: number[];
  mean: number;
}

export interface Resampled {
  what: 'trades' | 'returns';
  resampled: {
    draws: number;
    total_return: Spread;
    max_drawdown: Spread;
    sharpe: Spread | null;
    probability_of_loss: number;
    probability_of_ruin: number;
  };
}

export const resultOf = (backtest: Backtest) => backtest.result as BacktestResult;
export const specOf = (backtest: Backtest) => backtest.spec as Spec;
export const sweepOf = (search: Search) => search.result as SweepResult;
export const sweepSpecOf = (search: Search) => search.spec as SweepSpec;
export const walkOf = (search: Search) => search.result as WalkResult;
export const walkSpecOf = (search: Search) => search.spec as WalkSpec;

/** A text out of the result of a job: the id of what it made. */
export function textIn(result: unknown, name: string): string | null {
  if (typeof result !== 'object' || result === null) return null;
  const found = (result as Record<string, unknown>)[name];
  return typeof found === 'string' ? found : null;
}
