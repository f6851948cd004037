// The page of analyses: the list with a form for the next one, or one of them by its address.
import { lazy, Suspense, useMemo } from 'react';
import { Link, useParams } from 'react-router';
import type { AnalysisOutline } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { GroupNav } from '../../ui/GroupNav';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { Empty, Loading, QueryState } from '../../ui/States';
import { useAccountName, useLinkTo } from '../../ui/usePlace';
import classes from './analyses.module.css';
import { AskForm } from './AskForm';
import { useAnalyses } from './queries';
import { titleOf } from './titles';

const ResultView = lazy(() => import('./ResultView'));

export default function AnalysesPage() {
  const { id } = useParams();
  if (id === undefined) return <Overview />;
  return (
    <Suspense fallback={<Loading />}>
      <ResultView key={id} id={id} />
    </Suspense>
  );
}

function Overview() {
  const account = useAccountName();
  const analyses = useAnalyses(account);
  return (
    <Page title="Analyses" actions={<GroupNav group="Research" />}>
      <div className={classes.page}>
        <Panel title="Analyses so far" isFlush>
          <QueryState query={analyses}>{(items) => <AnalysesTable analyses={items} />}</QueryState>
        </Panel>
        <Panel title="Ask about bars">
          <AskForm account={account} />
        </Panel>
      </div>
    </Page>
  );
}

function AnalysesTable({ analyses }: { analyses: readonly AnalysisOutline[] }) {
  const linkTo = useLinkTo();
  const columns = useMemo<Column<AnalysisOutline>[]>(
    () => [
      { id: 'what', header: 'What', isName: true, sortBy: (row) => titleOf(row), cell: (row) => <Link to={linkTo(`/analyses/${row.id}`)}>{titleOf(row)}</Link> },
      { id: 'bars', header: 'Bars', isNumber: true, sortBy: (row) => row.bars, cell: (row) => `${grouped(String(row.bars))} of ${row.interval}` },
      { id: 'made', header: 'Made', isExtra: true, sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
    ],
    [linkTo],
  );
  if (analyses.length === 0) return <Empty title="No analyses yet.">Choose a question and bars; the answer gets an address of its own.</Empty>;
  return <DataTable label="Analyses" columns={columns} rows={analyses} rowKey={(row) => row.id} maxHeight={640} />;
}
