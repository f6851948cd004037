// Gives the focus back when a dialog goes: else who works by keyboard begins anew at the top of the page. Mantine does so for a
// dialog that stays and is closed; ours come and go with what is asked.
import { useEffect } from 'react';

/** To what had it before, unless that is gone too, or something else was given it meanwhile. */
export function useFocusBack(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
}
