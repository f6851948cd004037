// What is held against what; in the address, so that a comparison can be handed on.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { kindOf } from './kinds';
import type { Sides } from './queries';

const WHOLE = /^[1-9]\d{0,8}$/;

export function useParityPlace() {
  const [search, setSearch] = useSearchParams();
  const sides = useMemo<Sides>(() => {
    const epoch = search.get('epoch') ?? '';
    return { backtest: search.get('backtest') ?? '', session: search.get('session') ?? '', epoch: WHOLE.test(epoch) ? Number(epoch) : null };
  }, [search]);
  const set = (change: Partial<Record<'backtest' | 'session' | 'epoch' | 'kind', string>>) =>
    setSearch(
      (now) => {
        for (const [name, value] of Object.entries(change)) {
          if (value) now.set(name, value);
          else now.delete(name);
        }
        return now;
      },
      { replace: true },
    );
  return { sides, kind: kindOf(search.get('kind')), set };
}
