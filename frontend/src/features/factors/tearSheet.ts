// What is said of a factor, as the job's result has it; docs/factors.md says what each figure is.
import type { Job } from '../../api/types';

type Figure = number | null;

export interface Mean {
  count: number;
  mean: Figure;
  std: Figure;
  t: Figure;
}

export interface Month {
  month: string;
  bars: number;
  mean: Figure;
}

export interface Quantile {
  quantile: number;
  returns: Mean;
  excess: Figure;
  turnover: Figure;
}

export interface Horizon {
  bars: number;
  ic: { rank_ic: Mean; icir: Figure; share_positive: Figure };
  ic_by_month: Month[];
  quantiles: Quantile[];
  spread: Mean;
  monotonicity: Figure;
  rank_autocorrelation: Figure;
}

export interface TearSheet {
  symbols: number;
  bars: number;
  from: string;
  to: string;
  data_hash: string;
  entry: 'next_open' | 'close';
  factor: { name: string; expression: string; parameters: Record<string, number>; warm_up_bars: number; coverage: number };
  truncation: { passed: boolean; cuts: number; compared: number } | null;
  horizons: Horizon[];
  coverage: { share: number; least_symbols: number; most_symbols: number; by_month: Month[] };
  curve: { time: string; quantiles: number[]; spread: number }[];
}

/** The sheet of a job that has made one. */
export function sheetOf(job: Job): TearSheet | null {
  return job.kind === 'factor.evaluate' && job.status === 'succeeded' ? (job.result as TearSheet) : null;
}

/** `1, 5, 10` as numbers; null for anything that is no list of whole numbers. */
export function horizonsOf(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  if (parts.length === 0 || !parts.every((part) => /^[1-9]\d*$/.test(part))) return null;
  return [...new Set(parts.map(Number))].sort((a, b) => a - b);
}
