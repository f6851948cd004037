// Requests and their latency since this application was opened, as charts or tables.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { trafficOf, useMetrics } from '../../api/metrics';
import type { Line } from '../../ui/chart/LineChart';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { milliseconds } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';

interface Point {
  atMs: number;
  perSecond: number;
  p95Ms: number | null;
}

const HEIGHT = 200;

const COLUMNS: Column<Point>[] = [
  { id: 'time', header: 'Time', isName: true, cell: (row) => <Time value={new Date(row.atMs).toISOString()} shape="time" /> },
  { id: 'rate', header: 'Requests a second', isNumber: true, cell: (row) => row.perSecond.toFixed(1) },
  { id: 'latency', header: 'Latency, 95 of 100', isNumber: true, cell: (row) => milliseconds(row.p95Ms) },
];

export function TrafficPanels() {
  const metrics = useMetrics();
  const points = useMemo(() => trafficOf(metrics.data ?? []), [metrics.data]);
  const requests = useMemo<Line[]>(() => [{ id: 'requests', title: 'Requests a second', colour: 'accent', isArea: true, decimals: 1, points: points.map((point) => [point.atMs, point.perSecond] as const) }], [points]);
  const latency = useMemo<Line[]>(
    () => [{ id: 'latency', title: 'Latency', colour: 'warn', decimals: 2, points: points.flatMap((point) => (point.p95Ms === null ? [] : [[point.atMs, point.p95Ms] as const])) }],
    [points],
  );
  const last = points.at(-1);
  return (
    <>
      <TrafficPanel title="Requests a second" metrics={metrics} points={points} lines={requests} summary={`Requests a second, now ${last?.perSecond.toFixed(1) ?? '0'}.`} />
      <TrafficPanel title="Latency of answers, 95 of 100, ms" metrics={metrics} points={points} lines={latency} summary={`The 95th percentile of latency, now ${milliseconds(last?.p95Ms)}.`} />
    </>
  );
}

interface Props {
  title: string;
  metrics: ReturnType<typeof useMetrics>;
  points: readonly Point[];
  lines: readonly Line[];
  summary: string;
}

function TrafficPanel({ title, metrics, points, lines, summary }: Props) {
  const [isTable, setTable] = useState(false);
  return (
    <Panel
      title={title}
      isFlush
      actions={
        <Button size="compact-sm" variant="default" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'As chart' : 'As table'}
        </Button>
      }
    >
      <QueryState query={metrics}>
        {() =>
          points.length < 2 ? (
            <Empty title="A moment…">A reading is taken every five seconds while a page with figures is open; two make a line.</Empty>
          ) : isTable ? (
            <DataTable label={title} columns={COLUMNS} rows={[...points].reverse()} rowKey={(row) => String(row.atMs)} maxHeight={HEIGHT} />
          ) : (
            <ChartPlace height={HEIGHT}>
              <LineChart summary={summary} lines={lines} height={HEIGHT} hasSeconds />
            </ChartPlace>
          )
        }
      </QueryState>
    </Panel>
  );
}
