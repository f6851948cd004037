// The page of searches over parameters: the list with a form, or one result, as the address says.
import { lazy, Suspense } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Backtest, SearchOutline } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { draftOf, EMPTY_DRAFT } from '../../ui/strategy/draft';
import { specOf } from '../../ui/strategy/results';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import { useSettings } from '../../settings';
import { partsOf, useSearches } from './queries';
import { SearchForm } from './SearchForm';
import classes from './sweeps.module.css';

const ResultView = lazy(() => import('./ResultView'));

export default function SweepsPage() {
  const { id } = useParams();
  const [search] = useSearchParams();
  const account = useAccountName();
  if (id !== undefined) {
    return (
      <Suspense fallback={<Loading />}>
        <ResultView key={id} id={id} />
      </Suspense>
    );
  }
  const backtest = search.get('backtest');
  return (
    <Page title="Sweeps" actions={<GroupNav group="Research" />}>
      <div className={classes.page}>
        <ListPanel account={account} />
        <Panel title="Try many values">{backtest ? <FormOfBacktest key={backtest} account={account} id={backtest} /> : <SearchForm account={account} initial={EMPTY_DRAFT} />}</Panel>
      </div>
    </Page>
  );
}

function FormOfBacktest({ account, id }: { account: string; id: string }) {
  const { timeZone } = useSettings();
  const backtest = useQuery<Backtest>({
    queryKey: keys.backtest(account, id),
    queryFn: ({ signal }) => call('get', '/api/v1/backtests/{id}/', { path: { id }, account, signal }),
    staleTime: Infinity,
  });
  return (
    <QueryState query={backtest}>
      {(found) => {
        const draft = draftOf(found.name, specOf(found), found.result.data, timeZone);
        if (draft.program) return <Empty title="It ran a program.">A search varies rules. Backtest the program with each of its numbers, and compare what comes out.</Empty>;
        return <SearchForm account={account} initial={draft} />;
      }}
    </QueryState>
  );
}

function ListPanel({ account }: { account: string }) {
  const searches = useSearches(account);
  const linkTo = useLinkTo();
  const columns: Column<SearchOutline>[] = [
    { id: 'name', header: 'Name', isName: true, sortBy: nameOf, cell: (row) => (
        <Link to={linkTo(`/sweeps/${row.id}`, partsOf(row.kind))} title={nameOf(row)}>
          {nameOf(row)}
        </Link>
      ) },
    { id: 'kind', header: 'Kind', sortBy: (row) => row.kind, cell: (row) => (row.kind === 'sweep' ? 'Sweep' : 'Walk forward') },
    { id: 'made', header: 'Made', sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
  ];
  return (
    <Panel title="Sweeps and walks forward" isFlush>
      <QueryState query={searches}>
        {(items) =>
          items.length === 0 ? (
            <Empty title="Nothing was swept yet.">A sweep tries every combination of some values, and says how far to believe the best of them.</Empty>
          ) : (
            <DataTable label="Searches" columns={columns} rows={items} rowKey={(row) => row.id} maxHeight={620} />
          )
        }
      </QueryState>
    </Panel>
  );
}

function nameOf(row: SearchOutline): string {
  return row.name || (row.kind === 'sweep' ? 'Sweep' : 'Walk forward');
}
