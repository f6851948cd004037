// The page of backtests: the list with a form, one result, or several side by side, as the address says.
import { lazy, Suspense } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { Loading } from '../../ui/States';
import { comparedIn } from './comparing';
import { Overview } from './Overview';

const ResultView = lazy(() => import('./ResultView'));
const CompareView = lazy(() => import('./CompareView'));

export default function BacktestsPage() {
  const { id } = useParams();
  const [search] = useSearchParams();
  const compared = comparedIn(search.get('compare'));
  if (id === undefined && compared.length === 0) return <Overview />;
  return <Suspense fallback={<Loading />}>{id === undefined ? <CompareView key={compared.join()} ids={compared} /> : <ResultView key={id} id={id} />}</Suspense>;
}
