// Whether the gateway answers: noted by the client at every request, read by the light in the header.
import { useSyncExternalStore } from 'react';

export interface Reach {
  state: 'unknown' | 'ok' | 'unreachable';
  /** Round trip of the last answer, in milliseconds. */
  latencyMs: number | null;
  since: number;
}

let reach: Reach = { state: 'unknown', latencyMs: null, since: 0 };
const listeners = new Set<() => void>();

function change(next: Reach): void {
  reach = next;
  for (const listener of listeners) listener();
}

export function noteAnswer(latencyMs: number): void {
  change({ state: 'ok', latencyMs, since: reach.state === 'ok' ? reach.since : Date.now() });
}

export function noteSilence(): void {
  if (reach.state !== 'unreachable') change({ state: 'unreachable', latencyMs: null, since: Date.now() });
}

export function useReach(): Reach {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => reach,
  );
}
