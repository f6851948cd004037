// Reports as rows: opened by name, downloaded, deleted.
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import type { Report } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { bytes } from '../../ui/format';
import { Icon } from '../../ui/icons';
import { useLinkTo } from '../../ui/usePlace';
import { DeleteReport } from './DeleteReport';
import { formatName, KINDS, nameOf } from './kinds';
import { useDownload } from './queries';
import classes from './reports.module.css';

interface Props {
  account: string;
  reports: readonly Report[];
  onEndReached: () => void;
}

export function ReportsTable({ account, reports, onEndReached }: Props) {
  const linkTo = useLinkTo();
  const [leaving, setLeaving] = useState<Report | null>(null);
  const columns = useMemo<Column<Report>[]>(
    () => [
      {
        id: 'name',
        header: 'Report',
        isName: true,
        sortBy: nameOf,
        cell: (row) => (
          <Link to={linkTo(`/reports/${row.id}`)} className={classes.name} title={row.title}>
            {nameOf(row)}
          </Link>
        ),
      },
      { id: 'kind', header: 'Kind', isExtra: true, sortBy: (row) => row.kind, cell: (row) => KINDS[row.kind].label },
      { id: 'format', header: 'As', sortBy: (row) => row.format, cell: (row) => formatName(row.format) },
      { id: 'size', header: 'Size', isNumber: true, isExtra: true, sortBy: (row) => row.size_bytes, cell: (row) => bytes(row.size_bytes) },
      { id: 'origin', header: 'By', isExtra: true, sortBy: (row) => row.schedule, cell: (row) => (row.schedule ? 'Schedule' : 'Hand') },
      { id: 'made', header: 'Made', isExtra: true, sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
      { id: 'do', header: 'Then', cell: (row) => <RowTools account={account} report={row} onDelete={setLeaving} /> },
    ],
    [account, linkTo],
  );
  return (
    <>
      <DataTable label="Reports, the newest first" columns={columns} rows={reports} rowKey={(row) => row.id} maxHeight={640} onEndReached={onEndReached} />
      {leaving ? <DeleteReport account={account} report={leaving} onClose={() => setLeaving(null)} /> : null}
    </>
  );
}

interface RowProps {
  account: string;
  report: Report;
  onDelete: (report: Report) => void;
}

function RowTools({ account, report, onDelete }: RowProps) {
  const download = useDownload(account);
  const name = nameOf(report);
  return (
    <span className={classes.tools}>
      <Button size="compact-xs" variant="default" loading={download.isPending} onClick={() => download.mutate(report)} aria-label={`Download ${name}`}>
        Download
      </Button>
      <Tooltip label="Delete">
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={`Delete ${name}`} onClick={() => onDelete(report)}>
          <Icon name="trash" size={15} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
