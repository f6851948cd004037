// The three states of anything that is asked for: on its way, failed, and there but empty.
import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNote } from './ErrorNote';
import classes from './states.module.css';
import { useDelayed } from './useDelayed';

/** Lines of the size of what is to come; shown only when it takes longer than one notices. */
export function Loading({ lines = 4, height = 18 }: { lines?: number; height?: number }) {
  const isShown = useDelayed(true);
  return (
    <div className={`${classes.skeletons ?? ''} ${isShown ? '' : (classes.quiet ?? '')}`} aria-busy="true">
      <span className="visually-hidden">Loading…</span>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </div>
  );
}

export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <strong>{title}</strong>
      {children}
      {action ? <div className={classes.emptyAction}>{action}</div> : null}
    </div>
  );
}

interface Props<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isPending' | 'refetch'>;
  children: (data: T) => ReactNode;
  loading?: ReactNode;
  errorTitle?: string;
}

/** What a query found; an error leaves what was there before on the page. */
export function QueryState<T>({ query, children, loading, errorTitle }: Props<T>) {
  const retry = () => void query.refetch();
  if (query.data !== undefined) {
    return (
      <>
        {query.error ? <ErrorNote fault={query.error} onRetry={retry} title="This may be out of date" /> : null}
        {children(query.data)}
      </>
    );
  }
  if (query.error) return <ErrorNote fault={query.error} onRetry={retry} {...(errorTitle ? { title: errorTitle } : {})} />;
  return <>{loading ?? <Loading />}</>;
}
