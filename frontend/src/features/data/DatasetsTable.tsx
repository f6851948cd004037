// The data sets with what they cover, on one common line of time.
import { useMemo } from 'react';
import type { Dataset } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { bytes, grouped } from '../../ui/format';
import classes from './data.module.css';
import { kindWords } from './imports';

interface Props {
  datasets: readonly Dataset[];
  chosen: string | null;
  onChoose: (id: string) => void;
}

interface Span {
  from: number;
  to: number;
}

export function DatasetsTable({ datasets, chosen, onChoose }: Props) {
  const columns = useMemo(() => columnsOf(wholeSpan(datasets), onChoose), [datasets, onChoose]);
  return (
    <DataTable
      label="Data sets"
      columns={columns}
      rows={datasets}
      rowKey={(row) => row.id}
      maxHeight={320}
      onRowClick={(row) => onChoose(row.id)}
      isSelected={(row) => row.id === chosen}
    />
  );
}

function columnsOf(span: Span, onChoose: (id: string) => void): Column<Dataset>[] {
  return [
    {
      id: 'symbol',
      header: 'Symbol',
      isName: true,
      sortBy: (row) => row.symbol,
      cell: (row) => (
        <button type="button" className={classes.choose} onClick={() => onChoose(row.id)}>
          {row.symbol}
        </button>
      ),
    },
    { id: 'kind', header: 'Kind', sortBy: (row) => row.interval ?? row.kind, cell: (row) => `${kindWords(row)}${row.parent ? ', repaired' : ''}` },
    { id: 'rows', header: 'Rows', isNumber: true, sortBy: (row) => row.rows, cell: (row) => grouped(String(row.rows)) },
    { id: 'from', header: 'From', isExtra: true, sortBy: (row) => row.from, cell: (row) => <Time value={row.from} /> },
    { id: 'to', header: 'To', isExtra: true, sortBy: (row) => row.to, cell: (row) => <Time value={row.to} /> },
    { id: 'cover', header: 'Coverage', isExtra: true, cell: (row) => <Coverage dataset={row} span={span} /> },
    { id: 'size', header: 'Size', isNumber: true, isExtra: true, sortBy: (row) => row.size_bytes, cell: (row) => bytes(row.size_bytes) },
  ];
}

function wholeSpan(datasets: readonly Dataset[]): Span {
  return {
    from: Math.min(...datasets.map((each) => Date.parse(each.from))),
    to: Math.max(...datasets.map((each) => Date.parse(each.to))),
  };
}

/** Where a data set lies between the oldest and the newest row of all. */
function Coverage({ dataset, span }: { dataset: Dataset; span: Span }) {
  const length = Math.max(1, span.to - span.from);
  const left = ((Date.parse(dataset.from) - span.from) / length) * 100;
  const width = Math.max(1.5, ((Date.parse(dataset.to) - Date.parse(dataset.from)) / length) * 100);
  return (
    <span className={classes.coverage} aria-hidden="true">
      <span style={{ left: `${Math.min(left, 98.5)}%`, width: `${width}%` }} />
    </span>
  );
}
