// Every table of rows: sorted by all of them, also where they come page after page, virtual when they are many, native table markup throughout.
import {
  type ColumnDef,
  createSortedRowModel,
  type ReactTable,
  type Row,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useEveryPage } from '../api/usePages';
import classes from './DataTable.module.css';

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** What it is sorted by; without it the column cannot be sorted. */
  sortBy?: (row: T) => string | number | null;
  isNumber?: boolean;
  /** Left out where the screen is narrow. */
  isExtra?: boolean;
  /** The cell that names the row. */
  isName?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Height above which the table scrolls in itself. */
  maxHeight?: number;
  onEndReached?: (() => void) | undefined;
  onRowClick?: ((row: T) => void) | undefined;
  isSelected?: (row: T) => boolean;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });
type Features = typeof features;
type Definition<T> = ColumnDef<Features, Extract<T, object>>;

const ROW_HEIGHT = 32;
/** Below this all rows are in the document: simpler, and found by the browser's own search. */
const VIRTUAL_FROM = 120;
const NEAR_END_ROWS = 10;

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}

function definitionOf<T extends object>(column: Column<T>): Definition<T> {
  return {
    id: column.id,
    header: column.header,
    accessorFn: (row: T) => column.sortBy?.(row) ?? null,
    enableSorting: column.sortBy !== undefined,
    sortDescFirst: column.isNumber ?? false,
    sortFn: (a: Row<Features, T>, b: Row<Features, T>, id: string) => compare(a.getValue(id), b.getValue(id)),
  } as unknown as Definition<T>;
}

export function DataTable<T extends object>(props: Props<T>) {
  const { label, columns, rows, rowKey, maxHeight = 420, onEndReached, onRowClick, isSelected } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const table = useTable<Features, Extract<T, object>>({
    features,
    columns: definitions,
    data: rows as Extract<T, object>[],
    getRowId: (row) => rowKey(row),
  });
  const sorted = table.getRowModel().rows;
  const isVirtual = sorted.length > VIRTUAL_FROM;
  const virtual = useVirtualizer({
    count: sorted.length,
    enabled: isVirtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const shown = isVirtual ? virtual.getVirtualItems() : null;
  const first = shown?.[0]?.index ?? 0;
  const last = shown ? (shown.at(-1)?.index ?? -1) : sorted.length - 1;
  useEndReached(last, sorted.length, isVirtual, scroller, onEndReached);
  useEveryPage(table.getHeaderGroups()[0]?.headers.some((header) => header.column.getIsSorted() !== false) ?? false, onEndReached);

  return (
    <div ref={scroller} className={classes.scroller} style={{ maxHeight }} role="region" aria-label={label} tabIndex={0}>
      <table className={classes.table} aria-rowcount={sorted.length + 1}>
        <Head table={table} columns={columns} />
        <tbody>
          <Spacer height={shown ? (shown[0]?.start ?? 0) : 0} span={columns.length} />
          {sorted.slice(first, last + 1).map((row, offset) => (
            <BodyRow key={row.id} row={row.original as T} columns={columns} index={isVirtual ? first + offset + 2 : undefined} onClick={onRowClick} isSelected={isSelected} />
          ))}
          <Spacer height={shown ? virtual.getTotalSize() - (shown.at(-1)?.end ?? 0) : 0} span={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps<T extends object> {
  table: ReactTable<Features, Extract<T, object>>;
  columns: Column<T>[];
}

function Head<T extends object>({ table, columns }: HeadProps<T>) {
  return (
    <thead>
      <tr>
        {table.getHeaderGroups()[0]?.headers.map((header, index) => {
          const column = columns[index];
          if (!column) return null;
          const way = header.column.getIsSorted();
          return (
            <th
              key={header.id}
              scope="col"
              className={classOf(column)}
              aria-sort={way === 'asc' ? 'ascending' : way === 'desc' ? 'descending' : undefined}
            >
              {header.column.getCanSort() ? (
                <button type="button" className={classes.sort} onClick={header.column.getToggleSortingHandler()}>
                  {column.header}
                  <span aria-hidden="true">{way === 'asc' ? ' ▲' : way === 'desc' ? ' ▼' : ''}</span>
                </button>
              ) : (
                column.header
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface BodyRowProps<T> {
  row: T;
  columns: Column<T>[];
  /** Its number among all rows, where not all are in the document. */
  index: number | undefined;
  onClick: ((row: T) => void) | undefined;
  isSelected: ((row: T) => boolean) | undefined;
}

function BodyRow<T>({ row, columns, index, onClick, isSelected }: BodyRowProps<T>) {
  return (
    <tr
      aria-rowindex={index}
      className={classes.row}
      data-selected={isSelected?.(row) ? true : undefined}
      data-clickable={onClick ? true : undefined}
      onClick={onClick ? () => onClick(row) : undefined}
    >
      {columns.map((column) =>
        column.isName ? (
          <th key={column.id} scope="row" className={classOf(column)}>
            {column.cell(row)}
          </th>
        ) : (
          <td key={column.id} className={classOf(column)}>
            {column.cell(row)}
          </td>
        ),
      )}
    </tr>
  );
}

function classOf<T>(column: Column<T>): string {
  return [column.isNumber ? classes.number : '', column.isExtra ? classes.extra : ''].join(' ').trim();
}

/** Stands for the rows that are not in the document. */
function Spacer({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

/** Ask for more when the end comes into sight. */
function useEndReached(
  last: number,
  count: number,
  isVirtual: boolean,
  scroller: React.RefObject<HTMLDivElement>,
  onEndReached: (() => void) | undefined,
): void {
  const isNear = isVirtual && last >= count - NEAR_END_ROWS;
  useEffect(() => {
    if (isNear) onEndReached?.();
  }, [isNear, count, onEndReached]);
  useEffect(() => {
    const element = scroller.current;
    if (!element || isVirtual || !onEndReached) return;
    const look = () => {
      if (element.scrollTop + element.clientHeight >= element.scrollHeight - NEAR_END_ROWS * ROW_HEIGHT) onEndReached();
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [isVirtual, onEndReached, scroller]);
}
