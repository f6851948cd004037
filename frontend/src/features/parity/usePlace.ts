// What is held against what; in the address, so that a comparison can be handed on.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { kindOf } from './kinds';
import { type Sides, type Trader, TRADERS } from './queries';

const WHOLE = /^[1-9]\d{0,8}$/;

/** One alone, the first of them, as the gateway takes one alone. */
function traderIn(search: URLSearchParams): Trader | null {
  const kind = TRADERS.find((each) => search.get(each));
  return kind ? { kind, id: search.get(kind) ?? '' } : null;
}

export function useParityPlace() {
  const [search, setSearch] = useSearchParams();
  const sides = useMemo<Sides>(() => {
    const epoch = search.get('epoch') ?? '';
    const trader = traderIn(search);
    return { backtest: search.get('backtest') ?? '', trader, epoch: trader?.kind === 'session' && WHOLE.test(epoch) ? Number(epoch) : null };
  }, [search]);
  const set = (change: Partial<Record<'backtest' | 'epoch' | 'kind', string>>) =>
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
  const setTrader = (trader: Trader | null) =>
    setSearch(
      (now) => {
        for (const name of [...TRADERS, 'epoch']) now.delete(name);
        if (trader) now.set(trader.kind, trader.id);
        return now;
      },
      { replace: true },
    );
  return { sides, kind: kindOf(search.get('kind')), set, setTrader };
}
