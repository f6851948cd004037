// Who did what: the audit, filtered by the gateway, and the proof that nothing in it was changed.
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { addressOf } from '../../api/client';
import { CopyText } from '../../ui/CopyText';
import { type Column, DataTable } from '../../ui/DataTable';
import { ErrorNote } from '../../ui/ErrorNote';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import type { AuditEntry } from '../../api/types';
import { type AuditFilters, useAudit, useVerifyAudit } from './queries';
import classes from './system.module.css';

const FILTERS = ['actor', 'action', 'object', 'trace_id'] as const;

const COLUMNS: Column<AuditEntry>[] = [
  { id: 'time', header: 'Time', isName: true, cell: (row) => <Time value={row.time} /> },
  { id: 'actor', header: 'Who', cell: (row) => row.actor },
  { id: 'action', header: 'What', cell: (row) => <span className="mono small">{row.action}</span> },
  { id: 'objects', header: 'On', isExtra: true, cell: (row) => <span className={classes.cut}>{row.objects.map(({ kind, id }) => `${kind} ${id}`).join(', ')}</span> },
  { id: 'result', header: 'Result', cell: (row) => (row.code ? `${row.result}: ${row.code}` : row.result) },
  { id: 'trace', header: 'Trace', isExtra: true, cell: (row) => <span className="mono small">{row.trace_id}</span> },
];

export function AuditPanel({ className }: { className?: string | undefined }) {
  const { filters, set, clear } = useFilters();
  const [settled] = useDebouncedValue(filters, 300);
  const audit = useAudit(settled);
  const [open, setOpen] = useState<string | null>(null);
  const rows = useMemo(() => audit.data?.pages.flatMap((page) => page.items) ?? [], [audit.data]);
  const { hasNextPage, isFetching, fetchNextPage } = audit;
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const chosen = rows.find((row) => row.id === open);
  return (
    <Panel
      title="Audit"
      className={className}
      isFlush
      actions={
        <>
          <a href={addressOf('/api/v1/audit/export/', undefined, { ...settled, format: 'csv' })} download>
            Export as CSV
          </a>
          <Verify />
        </>
      }
    >
      <div className={classes.filters}>
        {FILTERS.map((name) => (
          <TextInput key={name} size="xs" label={name === 'trace_id' ? 'Trace id' : name.charAt(0).toUpperCase() + name.slice(1)} value={filters[name]} onChange={(event) => set(name, event.currentTarget.value)} />
        ))}
        <Button size="compact-sm" variant="default" onClick={clear}>
          Clear
        </Button>
      </div>
      <QueryState query={audit}>
        {() =>
          rows.length === 0 && !hasNextPage ? (
            <Empty title="Nothing matches.">Clear the filters to see all of it.</Empty>
          ) : (
            <DataTable label="Audit" columns={COLUMNS} rows={rows} rowKey={(row) => row.id} maxHeight={420} onEndReached={more} onRowClick={(row) => setOpen(row.id === open ? null : row.id)} isSelected={(row) => row.id === open} />
          )
        }
      </QueryState>
      {rows.length === 0 && hasNextPage ? (
        <Button size="compact-sm" variant="default" onClick={more} loading={isFetching}>
          Look further back
        </Button>
      ) : null}
      {chosen ? <Entry entry={chosen} /> : null}
    </Panel>
  );
}

/** The filters live in the address, so that a view of the audit can be handed on. */
function useFilters() {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(
    () => Object.fromEntries(FILTERS.map((name) => [name, search.get(name) ?? ''])) as unknown as AuditFilters,
    [search],
  );
  const set = (name: (typeof FILTERS)[number], value: string) =>
    setSearch(
      (now) => {
        if (value) now.set(name, value);
        else now.delete(name);
        return now;
      },
      { replace: true },
    );
  const clear = () =>
    setSearch((now) => {
      for (const name of FILTERS) now.delete(name);
      return now;
    });
  return { filters, set, clear };
}

function Verify() {
  const verify = useVerifyAudit();
  return (
    <>
      <Button size="compact-sm" variant="default" loading={verify.isPending} onClick={() => verify.write(undefined)}>
        Verify
      </Button>
      <span role="status">
        {verify.data?.valid ? <span className={classes.valid}>✓ {grouped(String(verify.data.entries))} entries fit</span> : null}
        {verify.data && !verify.data.valid ? (
          <strong className={classes.broken}>
            ✕ Broken at {verify.data.first_bad?.source} {verify.data.first_bad?.seq}: {verify.data.first_bad?.reason}
          </strong>
        ) : null}
      </span>
      {verify.error ? <ErrorNote fault={verify.error} /> : null}
    </>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const parts = { input: entry.input, before: entry.before, after: entry.after, detail: entry.detail };
  return (
    <div className={classes.entry}>
      <CopyText text={entry.trace_id} label="trace id" /> <span className="mono small">{entry.hash}</span>
      <pre>{JSON.stringify(parts, null, 1)}</pre>
    </div>
  );
}
