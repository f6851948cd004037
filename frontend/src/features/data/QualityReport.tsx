// What was found in a file, and what was done about it.
import type { Quality } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { duration, grouped } from '../../ui/format';
import classes from './data.module.css';

type Gap = Quality['gaps']['items'][number];
type BadRow = Quality['bad_row_examples'][number];

const GAPS: Column<Gap>[] = [
  { id: 'after', header: 'After', isName: true, cell: (row) => <Time value={row.after} /> },
  { id: 'before', header: 'Before', cell: (row) => <Time value={row.before} /> },
  { id: 'missing', header: 'Missing bars', isNumber: true, sortBy: (row) => row.missing_bars, cell: (row) => grouped(String(row.missing_bars)) },
];

const BAD_ROWS: Column<BadRow>[] = [
  { id: 'line', header: 'Line', isNumber: true, isName: true, cell: (row) => row.line },
  { id: 'reason', header: 'Why', cell: (row) => row.reason },
  { id: 'text', header: 'Text', cell: (row) => <span className="mono small">{row.text}</span> },
];

export function QualityReport({ report }: { report: Quality }) {
  return (
    <div className="stack">
      <ul className={classes.findings}>
        <Finding name="Rows" value={report.rows} isNeutral />
        <Finding name="Gaps" value={report.gaps.count} more={report.gaps.count > 0 ? `${grouped(String(report.gaps.missing_bars))} bars, longest ${duration(report.gaps.longest_seconds)}` : undefined} />
        <Finding name="Duplicates" value={report.duplicates} more={report.conflicting_duplicates > 0 ? `${report.conflicting_duplicates} with other values` : undefined} />
        <Finding name="Out of order" value={report.out_of_order} />
        <Finding name="Bad rows" value={report.bad_rows} />
        <Finding name="Off the grid" value={report.off_grid} />
        <Finding name="Without volume" value={report.zero_volume} />
      </ul>
      <dl className="pairs">
        <dt>Times</dt>
        <dd>
          {report.time_format}, {report.time_zone}
        </dd>
        <dt>Market hours</dt>
        <dd>{report.calendar}</dd>
        <dt>Columns</dt>
        <dd>{Object.entries(report.columns).map(([role, column]) => `${role} ← ${column}`).join(', ')}</dd>
        <dt>Changed</dt>
        <dd>{report.repairs.length > 0 ? report.repairs.join(' ') : 'Nothing.'}</dd>
        <dt>To know</dt>
        <dd>{report.notes.length > 0 ? report.notes.join(' ') : 'Nothing.'}</dd>
      </dl>
      {report.gaps.items.length > 0 ? <DataTable label="Gaps" columns={GAPS} rows={report.gaps.items} rowKey={(row) => row.after} maxHeight={220} /> : null}
      {report.bad_row_examples.length > 0 ? <DataTable label="Bad rows" columns={BAD_ROWS} rows={report.bad_row_examples} rowKey={(row) => String(row.line)} maxHeight={220} /> : null}
    </div>
  );
}

function Finding({ name, value, more, isNeutral = false }: { name: string; value: number; more?: string | undefined; isNeutral?: boolean }) {
  const isFine = isNeutral || value === 0;
  return (
    <li className={classes.finding} data-fine={isFine || undefined}>
      <span className="soft small">{name}</span>
      <strong className="num">
        {isNeutral ? '' : isFine ? '✓ ' : '! '}
        {grouped(String(value))}
      </strong>
      {more ? <span className="small">{more}</span> : null}
    </li>
  );
}
