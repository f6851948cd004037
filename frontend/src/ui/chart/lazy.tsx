// Charts come in a chunk of their own, when the first one is to be seen.
import { lazy, type ReactNode, Suspense } from 'react';
import { Loading } from '../States';

export const CandleChart = lazy(() => import('./CandleChart'));
export const LineChart = lazy(() => import('./LineChart'));

export function ChartPlace({ children, height }: { children: ReactNode; height?: number }) {
  return <Suspense fallback={<div style={height ? { height } : undefined}><Loading lines={1} height={height ? height - 24 : 200} /></div>}>{children}</Suspense>;
}
