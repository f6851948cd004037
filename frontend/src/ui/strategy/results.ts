// What came of searches. The OpenAPI leaves specs and the results of searches open; docs/backtests.md says what is in them.
import type { Backtest, BarsUsed, Deflated, Figures, Search } from '../../api/types';
import type { Spec } from './draft';

type Figure = number | null;

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
  data: BarsUsed[];
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
  data: BarsUsed[];
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
