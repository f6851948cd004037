// The page of reports: what was made and what is due, or one report by its address.
import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { Loading } from '../../ui/States';
import { Overview } from './Overview';

const ReportView = lazy(() => import('./ReportView'));

export default function ReportsPage() {
  const { id } = useParams();
  if (id === undefined) return <Overview />;
  return (
    <Suspense fallback={<Loading />}>
      <ReportView key={id} id={id} />
    </Suspense>
  );
}
