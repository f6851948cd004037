// Equity and drawdown over time, as a chart or as a table.
import { Button, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Account } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { type Column, DataTable } from '../../ui/DataTable';
import { ErrorNote } from '../../ui/ErrorNote';
import { Time } from '../../ui/Figures';
import { decimal, signed } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, Loading } from '../../ui/States';
import { type EquityPoint, hasDeposits } from './equity';
import { type Range, RANGES, useEquity } from './queries';

const HEIGHT = 360;

const COLUMNS: Column<EquityPoint>[] = [
  { id: 'time', header: 'Time', isName: true, cell: (row) => <Time value={new Date(row.time).toISOString()} /> },
  { id: 'equity', header: 'Equity', isNumber: true, cell: (row) => decimal(row.equity.toFixed(2)) },
  { id: 'deposits', header: 'Paid in', isNumber: true, cell: (row) => signed(row.deposits.toFixed(2)) },
  { id: 'profit', header: 'Profit', isNumber: true, cell: (row) => signed(row.profit.toFixed(2)) },
  { id: 'drawdown', header: 'Below the peak', isNumber: true, cell: (row) => `${signed(row.drawdown.toFixed(2))}%` },
];

export function EquityPanel({ account, className }: { account: Account; className?: string | undefined }) {
  const [search, setSearch] = useSearchParams();
  const [isTable, setTable] = useState(false);
  const names = Object.keys(RANGES) as Range[];
  const range = names.find((each) => each === search.get('range')) ?? '1D';
  const { points, history, fault, retry } = useEquity(account, range);
  const lines = useMemo(() => linesOf(points ?? []), [points]);
  const choose = (next: string) =>
    setSearch((now) => {
      now.set('range', next);
      return now;
    });
  return (
    <Panel
      title="Equity and drawdown"
      className={className}
      isFlush
      aside={<SegmentedControl size="xs" aria-label="Range" data={names} value={range} onChange={choose} />}
      actions={
        <Button size="compact-sm" variant="default" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'As chart' : 'As table'}
        </Button>
      }
    >
      {fault && !points ? <ErrorNote fault={fault} onRetry={retry} /> : null}
      {!points && !fault ? <Loading lines={1} height={HEIGHT - 20} /> : null}
      {points && points.length < 2 ? <Empty title="Not enough history yet.">The curve begins when the account is a bar of the market old.</Empty> : null}
      {points && points.length >= 2 ? (
        isTable ? (
          <DataTable label="Equity and drawdown" columns={COLUMNS} rows={[...points].reverse()} rowKey={(row) => String(row.time)} maxHeight={HEIGHT} />
        ) : (
          <ChartPlace height={HEIGHT}>
            <LineChart summary={summaryOf(points, account.base_currency, range)} lines={lines} height={HEIGHT} />
          </ChartPlace>
        )
      ) : null}
      {history && history.not_counted.length > 0 ? (
        <p className="soft small">Came or went without a known rate, and is not counted as paid in: {history.not_counted.join(', ')}.</p>
      ) : null}
    </Panel>
  );
}

function linesOf(points: readonly EquityPoint[]): Line[] {
  const line = (value: (point: EquityPoint) => number) => points.map((point) => [point.time, value(point)] as const);
  const lines: Line[] = [
    { id: 'equity', title: 'Equity', colour: 'accent', isArea: true, points: line((point) => point.equity) },
    { id: 'drawdown', title: 'Drawdown %', colour: 'down', isArea: true, pane: 1, points: line((point) => point.drawdown) },
  ];
  // What was paid in lifts equity and is no profit: where there is any, the line that leaves it out is drawn as well.
  if (hasDeposits(points)) lines.push({ id: 'earned', title: 'Without what was paid in', colour: 'warn', points: line((point) => point.equity - point.deposits) });
  return lines;
}

function summaryOf(points: readonly EquityPoint[], currency: string, range: string): string {
  const first = points[0]?.equity ?? 0;
  const last = points.at(-1)?.equity ?? 0;
  const lowest = Math.min(...points.map((point) => point.drawdown));
  return `Equity over ${range}: from ${decimal(first.toFixed(2))} to ${decimal(last.toFixed(2))} ${currency}, deepest fall ${signed(lowest.toFixed(2))} percent, profit ${signed((points.at(-1)?.profit ?? 0).toFixed(2))}.`;
}
