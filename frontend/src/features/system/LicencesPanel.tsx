// Whose work is in the application, and under which licence.
import { type Column, DataTable } from '../../ui/DataTable';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { type Licence, useLicences } from './queries';

const COLUMNS: Column<Licence>[] = [
  { id: 'name', header: 'Package', isName: true, sortBy: (row) => row.name, cell: (row) => row.name },
  { id: 'version', header: 'Version', cell: (row) => <span className="num">{row.version}</span> },
  { id: 'licence', header: 'Licence', sortBy: (row) => row.licence, cell: (row) => row.licence },
];

export function LicencesPanel({ className }: { className?: string | undefined }) {
  const licences = useLicences();
  return (
    <Panel title="Licences" className={className} isFlush aside={<span className="soft small">of what the pages are built with; Sandbar itself: Apache-2.0</span>}>
      <p style={{ padding: '0 12px' }} className="small">
        Charts: TradingView Lightweight Charts™, Copyright (c) 2025 TradingView, Inc.,{' '}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          tradingview.com
        </a>
        , Apache-2.0.
      </p>
      <QueryState query={licences}>{(rows) => <DataTable label="Licences" columns={COLUMNS} rows={rows} rowKey={(row) => `${row.name}@${row.version}`} maxHeight={280} />}</QueryState>
    </Panel>
  );
}
