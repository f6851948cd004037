// Equity and drawdown of a backtest, as a chart or as a table.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { BacktestEquity } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { percent, ratio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Loading, QueryState } from '../../ui/States';
import { equityQuery } from './queries';

const HEIGHT = 300;

type Point = BacktestEquity['points'][number];

const COLUMNS: Column<Point>[] = [
  { id: 'time', header: 'Time', isName: true, cell: (row) => <Time value={row.time} /> },
  { id: 'equity', header: 'Equity', isNumber: true, cell: (row) => ratio(row.equity) },
  { id: 'drawdown', header: 'Below the peak', isNumber: true, cell: (row) => percent(row.drawdown) },
];

export function EquityPanel({ account, id, quote }: { account: string; id: string; quote: string }) {
  const equity = useQuery<BacktestEquity>(equityQuery(account, id));
  const [isTable, setTable] = useState(false);
  return (
    <Panel
      title="Equity and drawdown"
      isFlush
      actions={
        <Button size="compact-sm" variant="default" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'As chart' : 'As table'}
        </Button>
      }
    >
      <QueryState query={equity} loading={<Loading lines={1} height={HEIGHT - 24} />}>
        {(found) =>
          isTable ? (
            <DataTable label="Equity and drawdown" columns={COLUMNS} rows={found.points} rowKey={(row) => row.time} maxHeight={HEIGHT} />
          ) : (
            <Curve equity={found} quote={quote} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function Curve({ equity, quote }: { equity: BacktestEquity; quote: string }) {
  const lines = useMemo<Line[]>(() => {
    const line = (value: (point: Point) => number) => equity.points.map((point) => [Date.parse(point.time), value(point)] as const);
    return [
      { id: 'equity', title: 'Equity', colour: 'accent', isArea: true, points: line((point) => point.equity) },
      { id: 'drawdown', title: 'Drawdown %', colour: 'down', isArea: true, pane: 1, points: line((point) => (point.drawdown ?? 0) * 100) },
    ];
  }, [equity]);
  const last = equity.points.at(-1)?.equity ?? equity.start_equity;
  const deepest = Math.min(0, ...equity.points.map((point) => point.drawdown ?? 0));
  return (
    <ChartPlace height={HEIGHT}>
      <LineChart summary={`Equity from ${ratio(equity.start_equity)} to ${ratio(last)} ${quote}, deepest fall ${percent(deepest)}. “As table” has the numbers.`} lines={lines} height={HEIGHT} />
    </ChartPlace>
  );
}
