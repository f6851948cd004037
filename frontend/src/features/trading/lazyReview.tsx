// The review in a chunk of its own, which is fetched when the ticket is there and not when the trader waits for it.
import { type ComponentProps, lazy, Suspense, useEffect } from 'react';

const load = () => import('./Review');
const Loaded = lazy(load);

export function Review(props: ComponentProps<typeof Loaded>) {
  return (
    <Suspense fallback={null}>
      <Loaded {...props} />
    </Suspense>
  );
}

export function useReviewAtHand(): void {
  useEffect(() => void load(), []);
}
