// The strategies of the account, those that run first; filters are in the address.
import { NativeSelect, TextInput } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import type { Strategy } from '../../api/types';
import { useEveryPage } from '../../api/usePages';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { StateWord } from '../../ui/StateWord';
import { Empty, QueryState } from '../../ui/States';
import { isProgramKind, PROGRAMS } from '../../ui/strategy/programs';
import { symbolsText } from '../../ui/symbols';
import { useLinkTo } from '../../ui/usePlace';
import { listed, stateOf } from './listing';
import { useStrategies } from './queries';
import classes from './strategies.module.css';

export function ListPanel({ account }: { account: string }) {
  const { query, items, more } = useStrategies(account);
  useEveryPage(true, more); // those that run stand first, and are seldom the newest
  const [search, setSearch] = useSearchParams();
  const filters = { state: search.get('state') ?? '', find: search.get('find') ?? '' };
  const set = (name: keyof typeof filters, text: string) =>
    setSearch(
      (now) => {
        if (text) now.set(name, text);
        else now.delete(name);
        return now;
      },
      { replace: true },
    );
  const rows = listed(items, filters);
  return (
    <Panel title="Strategies" isFlush>
      <QueryState query={query}>
        {() =>
          items.length === 0 ? (
            <Empty title="No strategies yet.">Begin with a template beside or below, choose what it trades, and keep it. Nothing trades before it is started.</Empty>
          ) : (
            <>
              <div className={classes.filters} role="group" aria-label="Filters">
                <NativeSelect
                  size="xs"
                  label="State"
                  value={filters.state}
                  onChange={(event) => set('state', event.currentTarget.value)}
                  data={[
                    { value: '', label: 'All' },
                    { value: 'running', label: 'Running' },
                    { value: 'waiting', label: 'Waiting' },
                    { value: 'idle', label: 'Idle' },
                  ]}
                />
                <TextInput size="xs" label="Find" placeholder="Name or symbol" value={filters.find} onChange={(event) => set('find', event.currentTarget.value)} />
              </div>
              {rows.length === 0 ? <Empty title="Nothing matches.">Choose another state, or clear what is sought.</Empty> : <StrategiesTable rows={rows} />}
            </>
          )
        }
      </QueryState>
    </Panel>
  );
}

function StrategiesTable({ rows }: { rows: readonly Strategy[] }) {
  const linkTo = useLinkTo();
  const columns: Column<Strategy>[] = [
    { id: 'name', header: 'Name', isName: true, sortBy: (row) => row.name, cell: (row) => (
        <Link to={linkTo(`/strategies/${row.id}`)} title={row.name}>
          {row.name}
        </Link>
      ) },
    { id: 'state', header: 'State', sortBy: stateOf, cell: (row) => <StateWord state={stateOf(row)} /> },
    { id: 'runs', header: 'Runs', isNumber: true, sortBy: (row) => row.runs.length, cell: (row) => row.runs.length },
    { id: 'kind', header: 'Decides by', isExtra: true, cell: (row) => kindOf(row) },
    { id: 'bars', header: 'Trades', cell: (row) => <span className={classes.cut}>{`${symbolsText(row.version.symbols)} ${row.version.interval}`}</span> },
    { id: 'version', header: 'Version', isNumber: true, isExtra: true, sortBy: (row) => row.version.version, cell: (row) => row.version.version },
    { id: 'changed', header: 'Changed', isExtra: true, sortBy: (row) => row.updated_at, cell: (row) => <Time value={row.updated_at} /> },
  ];
  return <DataTable label="Strategies of the account" columns={columns} rows={rows} rowKey={(row) => row.id} maxHeight={620} />;
}

function kindOf({ version }: Strategy): string {
  const kind = (version.program as { kind?: unknown } | null)?.kind;
  return isProgramKind(kind) ? PROGRAMS[kind].label : 'Rules';
}
