// The API key of this browser session. It is kept in sessionStorage: gone when the tab is closed, never on the disk.
import { useSyncExternalStore } from 'react';

const PLACE = 'sandbar.key';

interface Session {
  key: string | null;
  /** Why a key is asked for; null while none is needed. */
  demand: string | null;
}

let session: Session = { key: readKey(), demand: null };
const listeners = new Set<() => void>();

function readKey(): string | null {
  return typeof sessionStorage === 'undefined' ? null : sessionStorage.getItem(PLACE);
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

export function sessionKey(): string | null {
  return session.key;
}

export function setKey(key: string): void {
  sessionStorage.setItem(PLACE, key);
  change({ key, demand: null });
}

export function forgetKey(): void {
  sessionStorage.removeItem(PLACE);
  change({ key: null, demand: session.demand });
}

/** Ask the person for a key: the gateway refused to answer without one, or refused this one. */
export function demandKey(reason: string): void {
  if (session.demand !== reason) change({ ...session, demand: reason });
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session {
  return useSyncExternalStore(onSessionChange, () => session);
}
