// What happens to orders and connections, said to screen readers: one polite region for the whole application.
import { useSyncExternalStore } from 'react';

let text = '';
const listeners = new Set<() => void>();

/** Say it. The same words twice are told apart by a space, else they would not be read again. */
export function announce(message: string): void {
  text = message === text ? `${message} ` : message;
  for (const listener of listeners) listener();
}

export function Announcer() {
  const said = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => text,
  );
  return (
    <div role="status" aria-live="polite" className="visually-hidden">
      {said}
    </div>
  );
}
