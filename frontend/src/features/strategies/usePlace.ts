// What of a strategy is looked at: a run, which of its signals, which versions beside each other, and a rehearsal. All of it is in the address.
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { StrategySignal } from '../../api/types';

const NAMES = ['run', 'outcome', 'symbol', 'before', 'after', 'rehearsal'] as const;
type Name = (typeof NAMES)[number];
export const OUTCOMES: readonly StrategySignal['outcome'][] = ['ordered', 'refused', 'nothing'];

export interface Place extends Record<Name, string> {
  set: (name: Name, value: string) => void;
}

export function usePlace(): Place {
  const [search, setSearch] = useSearchParams();
  const texts = useMemo(() => Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ''])) as Record<Name, string>, [search]);
  const set = useCallback(
    (name: Name, value: string) =>
      setSearch(
        (now) => {
          if (value) now.set(name, value);
          else now.delete(name);
          return now;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return { ...texts, set };
}
