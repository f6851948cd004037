// A repair: what can be chosen for a data set, what its report proposes, and what came of looking at it first.
import type { Dataset, Quality, RepairIn, RepairStep } from '../../api/types';

export type Plan = Omit<RepairIn, 'dry_run'>;

/** What a repair does where nothing is chosen: as the import did, and no more. */
const AS_IT_IS: Plan = { duplicates: 'last', contradictions: 'drop', gaps: 'leave', outliers: 'keep', bar_time: 'open', time_zone: null };

export interface Choice {
  name: Exclude<keyof Plan, 'time_zone'>;
  label: string;
  options: { value: string; label: string }[];
  /** Bars alone have it. */
  isOfCandles: boolean;
}

const CHOICES: Choice[] = [
  {
    name: 'gaps',
    label: 'Missing bars',
    isOfCandles: true,
    options: [
      { value: 'leave', label: 'Leave the gaps' },
      { value: 'fill', label: 'Fill with flat bars without volume' },
    ],
  },
  {
    name: 'outliers',
    label: 'Outliers',
    isOfCandles: false,
    options: [
      { value: 'keep', label: 'Keep them' },
      { value: 'drop', label: 'Drop the bars that the report lists' },
    ],
  },
  {
    name: 'duplicates',
    label: 'Rows of one time that differ',
    isOfCandles: true,
    options: [
      { value: 'last', label: 'Take the last' },
      { value: 'first', label: 'Take the first' },
      { value: 'refuse', label: 'Refuse such data' },
    ],
  },
  {
    name: 'contradictions',
    label: 'Prices that contradict each other',
    isOfCandles: true,
    options: [
      { value: 'drop', label: 'Leave the rows out' },
      { value: 'refuse', label: 'Refuse such data' },
    ],
  },
  {
    name: 'bar_time',
    label: 'The time of a bar is',
    isOfCandles: true,
    options: [
      { value: 'open', label: 'Its open, as it is' },
      { value: 'close', label: 'Its close: move each bar' },
    ],
  },
];

export function choicesOf(kind: Dataset['kind']): Choice[] {
  return CHOICES.filter((choice) => !choice.isOfCandles || kind === 'candles');
}

/** The proposal of the report, or a plan that changes nothing. */
export function planOf(report: Pick<Quality, 'proposal'>): Plan {
  return { ...AS_IT_IS, ...(report.proposal as Plan | null) };
}

/** What a repair would come to. */
export interface DryRun {
  steps: RepairStep[];
  rows_before: number;
  rows_after: number;
  content_hash: string;
  verdict: Quality['verdict'];
}

export function dryRunOf(result: unknown): DryRun | null {
  const isOne = typeof result === 'object' && result !== null && 'dry_run' in result && result.dry_run === true;
  return isOne ? (result as unknown as DryRun) : null;
}

/** Whether it would give the very data that are there. */
export function isNoChange(run: DryRun, dataset: Pick<Dataset, 'content_hash'>): boolean {
  return run.content_hash === dataset.content_hash;
}
