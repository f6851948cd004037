// What jobs are called, and the page that shows what came of one.
import type { Job } from '../../api/types';

const NAMES: Record<string, string> = {
  'backtest.run': 'Backtest',
  'backtest.sweep': 'Sweep',
  'backtest.walk_forward': 'Walk forward',
  'backtest.monte_carlo': 'Monte Carlo',
  'factor.compute': 'Factor values',
  'factor.evaluate': 'Tear sheet',
  'analysis.run': 'Analysis',
  'report.make': 'Report',
  'dataset.import': 'Import',
  'dataset.preview': 'Look at a file',
  'dataset.repair': 'Repair',
  'dataset.backfill': 'Back-fill',
};

/** In words; a kind without any says itself what it is. */
export function kindName(kind: string): string {
  return NAMES[kind] ?? kind.replace(/[._]/g, ' ');
}

export const KINDS: readonly { value: string; label: string }[] = Object.entries(NAMES).map(([value, label]) => ({ value, label }));

const MAKES_DATASETS: ReadonlySet<string> = new Set(['dataset.import', 'dataset.repair', 'dataset.backfill']);

export interface ResultPlace {
  pathname: string;
  search?: Record<string, string>;
}

function textOf(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === 'string' ? found : null;
}

/** Where the result of a job that went well is to be seen; null where there is no page for it. */
export function placeOf(job: Job): ResultPlace | null {
  if (job.status !== 'succeeded') return null;
  const backtest = textOf(job.result, 'backtest_id');
  if (job.kind === 'backtest.run' && backtest) return { pathname: `/backtests/${backtest}` };
  const sweep = textOf(job.result, 'sweep_id');
  if (sweep) return { pathname: `/sweeps/${sweep}` };
  const walk = textOf(job.result, 'walk_forward_id');
  if (walk) return { pathname: `/sweeps/${walk}`, search: { kind: 'walk_forward' } };
  const analysis = textOf(job.result, 'analysis_id');
  if (analysis) return { pathname: `/analyses/${analysis}` };
  const report = textOf(job.result, 'report_id');
  if (report) return { pathname: `/reports/${report}` };
  const dataset = textOf(job.result, 'id');
  if (MAKES_DATASETS.has(job.kind) && dataset) return { pathname: '/data', search: { dataset } };
  if (job.kind === 'factor.evaluate') return { pathname: '/factors', search: { sheet: job.id } };
  return null;
}
