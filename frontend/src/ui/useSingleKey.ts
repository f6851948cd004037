// Single letters that act, while nobody types and no dialog is open. They can be switched off (WCAG 2.1.4).
import { useEffect, useRef } from 'react';
import { useSettings } from '../settings';

const FIELDS = 'input, textarea, select, [contenteditable="true"]';

export function isTyping(): boolean {
  const active = document.activeElement;
  return active !== null && active.matches(FIELDS) && !active.matches('[type="radio"], [type="checkbox"]');
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

/** Call `act` when the key is pressed alone. */
export function useSingleKey(key: string, act: () => void): void {
  const { hasSingleKeys } = useSettings();
  const newest = useRef(act);
  useEffect(() => {
    newest.current = act;
  });
  useEffect(() => {
    if (!hasSingleKeys) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.key.toLowerCase() !== key || isTyping() || isDialogOpen()) return;
      event.preventDefault();
      newest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [key, hasSingleKeys]);
}
