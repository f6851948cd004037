// A question before something that cannot be taken back; the dialog comes when the first one is asked.
import { lazy, Suspense } from 'react';
import type { ConfirmProps } from './ConfirmDialog';

const ConfirmDialog = lazy(() => import('./ConfirmDialog'));

export function Confirm(props: ConfirmProps) {
  return (
    <Suspense fallback={null}>
      <ConfirmDialog {...props} />
    </Suspense>
  );
}
