// Asks for an API key where the gateway wants one. The dialog itself is loaded only then.
import { lazy, Suspense } from 'react';
import { useSession } from '../api/session';

const KeyDialog = lazy(() => import('./KeyDialog'));

export function KeyGate() {
  const { demand } = useSession();
  if (demand === null) return null;
  return (
    <Suspense fallback={null}>
      <KeyDialog />
    </Suspense>
  );
}
