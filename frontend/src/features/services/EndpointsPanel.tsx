// The endpoints that were called since the start: how often, how many failed, how long they took.
import { useMemo } from 'react';
import { type Endpoint, endpointsOf, useMetrics } from '../../api/metrics';
import { type Column, DataTable } from '../../ui/DataTable';
import { grouped, milliseconds, NOTHING } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';

const COLUMNS: Column<Endpoint>[] = [
  { id: 'route', header: 'Endpoint', isName: true, sortBy: (row) => row.route, cell: (row) => <span className="mono small">{row.route || '(none)'}</span> },
  { id: 'method', header: 'Method', sortBy: (row) => row.method, cell: (row) => row.method },
  { id: 'rate', header: 'A second', isNumber: true, sortBy: (row) => row.perSecond, cell: (row) => (row.perSecond === null ? NOTHING : row.perSecond.toFixed(1)) },
  { id: 'count', header: 'Requests', isNumber: true, sortBy: (row) => row.count, cell: (row) => grouped(String(row.count)) },
  { id: 'errors', header: 'Refused or failed', isNumber: true, isExtra: true, sortBy: (row) => row.errors, cell: (row) => grouped(String(row.errors)) },
  { id: 'median', header: 'Median', isNumber: true, isExtra: true, sortBy: (row) => row.medianMs, cell: (row) => milliseconds(row.medianMs) },
  { id: 'p95', header: '95 of 100', isNumber: true, sortBy: (row) => row.p95Ms, cell: (row) => milliseconds(row.p95Ms) },
];

export function EndpointsPanel() {
  const metrics = useMetrics();
  const rows = useMemo(() => endpointsOf(metrics.data ?? []).sort((a, b) => b.count - a.count), [metrics.data]);
  return (
    <Panel title="Endpoints" isFlush aside={<span className="soft small">since the gateway’s start; the rate is of the last seconds</span>}>
      <QueryState query={metrics}>
        {() =>
          rows.length === 0 ? (
            <Empty title="No request yet.">Each endpoint appears here once it was called.</Empty>
          ) : (
            <DataTable label="Endpoints" columns={COLUMNS} rows={rows} rowKey={(row) => `${row.method} ${row.route}`} maxHeight={460} />
          )
        }
      </QueryState>
    </Panel>
  );
}
