// Backtests as rows, to open one or to choose some to compare.
import { Checkbox } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { BacktestOutline } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { percent, ratio, signedPercent, wayOf } from '../../ui/numbers';
import { symbolsText } from '../../ui/symbols';
import { useLinkTo } from '../../ui/usePlace';
import { titleOf } from './words';

interface Props {
  backtests: readonly BacktestOutline[];
  chosen: readonly string[];
  onToggle: (id: string) => void;
  onEndReached: () => void;
}

export function BacktestsTable({ backtests, chosen, onToggle, onEndReached }: Props) {
  const linkTo = useLinkTo();
  const columns = useMemo<Column<BacktestOutline>[]>(
    () => [
      {
        id: 'choose',
        header: 'Compare',
        cell: (row) => <Checkbox size="xs" aria-label={`Compare ${titleOf(row)} of ${row.created_at}`} checked={chosen.includes(row.id)} onChange={() => onToggle(row.id)} />,
      },
      { id: 'name', header: 'Name', isName: true, sortBy: titleOf, cell: (row) => (
          <Link to={linkTo(`/backtests/${row.id}`)} title={titleOf(row)}>
            {titleOf(row)}
          </Link>
        ) },
      { id: 'bars', header: 'Bars', isExtra: true, sortBy: (row) => row.symbols.join(), cell: (row) => `${symbolsText(row.symbols)} ${row.interval}` },
      { id: 'return', header: 'Return', isNumber: true, sortBy: (row) => row.total_return, cell: (row) => <span className={wayOf(row.total_return)}>{signedPercent(row.total_return)}</span> },
      { id: 'sharpe', header: 'Sharpe', isNumber: true, sortBy: (row) => row.sharpe, cell: (row) => ratio(row.sharpe) },
      { id: 'fall', header: 'Deepest fall', isNumber: true, isExtra: true, sortBy: (row) => row.max_drawdown, cell: (row) => percent(row.max_drawdown) },
      { id: 'trades', header: 'Trades', isNumber: true, isExtra: true, sortBy: (row) => row.trades, cell: (row) => grouped(String(row.trades)) },
      { id: 'made', header: 'Made', isExtra: true, sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
    ],
    [chosen, onToggle, linkTo],
  );
  return <DataTable label="Backtests" columns={columns} rows={backtests} rowKey={(row) => row.id} maxHeight={620} onEndReached={onEndReached} isSelected={(row) => chosen.includes(row.id)} />;
}
