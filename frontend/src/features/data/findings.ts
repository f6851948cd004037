// What was found in a data set, in words.
import type { Finding, Quality } from '../../api/types';

const KINDS: Record<string, string> = {
  gaps: 'Gaps',
  duplicates: 'Duplicates',
  conflicting_duplicates: 'Duplicates that differ',
  out_of_order: 'Out of order',
  contradictions: 'Contradicting prices',
  bad_rows: 'Bad rows',
  outliers: 'Outliers',
  jumps: 'Jumps',
  stuck_prices: 'Stuck prices',
  zero_volume: 'Without volume',
  close_times: 'Times of the close',
  time_zone: 'Time zone',
  off_grid: 'Off the grid',
  delisting: 'Delisting',
  closes_only: 'Closes only',
  equal_rows: 'Equal rows',
  filled: 'Filled bars',
};

/** A kind that is not known here keeps its own name. */
export function kindOf(finding: Pick<Finding, 'kind'>): string {
  const name = finding.kind.replaceAll('_', ' ');
  return KINDS[finding.kind] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

export function verdictWords(report: Pick<Quality, 'verdict' | 'findings'>): string {
  if (report.verdict === 'doubtful') return 'Something is wrong that nothing was done about; results from it would be too.';
  if (report.verdict === 'usable') return 'It can be used, with the warnings below in mind.';
  return report.findings.length > 0 ? 'Nothing that matters is left.' : 'Nothing was found.';
}

/** Where an example is: a row of the data set, or a line of the file for what was left out. */
export function placeOf({ row, line }: Pick<Finding['examples'][number], 'row' | 'line'>): string {
  if (row !== null) return `Row ${row}`;
  return line === null ? '—' : `Line ${line}`;
}
