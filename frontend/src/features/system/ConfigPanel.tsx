// The settings that change while the gateway runs, each with its history.
import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import type { Setting } from '../../api/types';
import { useSettingsList } from './queries';
import { SettingDialog } from './SettingDialog';
import { valueText } from './values';

export function ConfigPanel({ className }: { className?: string | undefined }) {
  const settings = useSettingsList();
  const [sought, setSought] = useState('');
  const [openKey, setOpenKey] = useState<string | null>(null);
  const columns = useMemo(() => columnsOf(setOpenKey), []);
  const open = settings.data?.items.find((setting) => setting.key === openKey);
  return (
    <Panel
      title="Configuration"
      className={className}
      isFlush
      actions={<TextInput size="xs" aria-label="Find a setting" placeholder="Find a setting" value={sought} onChange={(event) => setSought(event.currentTarget.value)} />}
    >
      <QueryState query={settings}>
        {({ items }) => {
          const shown = items.filter((setting) => `${setting.key} ${setting.why}`.toLowerCase().includes(sought.toLowerCase()));
          return shown.length === 0 ? (
            <Empty title="No such setting.">Clear the search to see them all.</Empty>
          ) : (
            <DataTable label="Settings" columns={columns} rows={shown} rowKey={(row) => row.key} maxHeight={420} />
          );
        }}
      </QueryState>
      {open ? <SettingDialog setting={open} onClose={() => setOpenKey(null)} /> : null}
    </Panel>
  );
}

function columnsOf(open: (key: string) => void): Column<Setting>[] {
  return [
    { id: 'key', header: 'Setting', isName: true, sortBy: (row) => row.key, cell: (row) => <span className="mono small">{row.key}</span> },
    { id: 'value', header: 'In force', isNumber: true, cell: (row) => `${valueText(row.value)} ${row.unit}`.trim() },
    { id: 'default', header: 'Default', isNumber: true, isExtra: true, cell: (row) => valueText(row.default) },
    { id: 'source', header: 'From', isExtra: true, sortBy: (row) => row.source, cell: (row) => row.fault ?? (row.source === 'revision' ? `Set by ${row.changed_by ?? 'somebody'}` : row.source) },
    { id: 'changed', header: 'Changed', isExtra: true, sortBy: (row) => row.changed_at, cell: (row) => <Time value={row.changed_at} /> },
    {
      id: 'actions',
      header: 'Actions',
      cell: (row) => (
        <Button size="compact-xs" variant="default" onClick={() => open(row.key)} aria-label={`Change ${row.key}`}>
          Change
        </Button>
      ),
    },
  ];
}
