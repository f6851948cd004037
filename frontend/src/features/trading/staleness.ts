// Whether what is shown of a market is old, and since when.
import { useEffect, useRef } from 'react';
import { useTicker } from '../../stream/markets';
import { useStreamStatus } from '../../stream/StreamProvider';
import { useNow } from '../../ui/useNow';

export interface Staleness {
  isStale: boolean;
  /** Seconds since the last word of it by the browser's clock; null before there was one. */
  ageS: number | null;
  why: string;
}

export function useStaleness(symbol: string): Staleness {
  const ticker = useTicker(symbol);
  const status = useStreamStatus();
  const now = useNow();
  const heard = useRef<{ symbol: string; at: number | null }>({ symbol, at: null });
  useEffect(() => {
    if (ticker) heard.current = { symbol, at: Date.now() };
  }, [ticker, symbol]);
  const at = heard.current.symbol === symbol ? heard.current.at : null;
  const ageS = at === null ? null : Math.max(0, (now - at) / 1_000);
  if (status.state !== 'live') return { isStale: true, ageS, why: status.reason || 'The stream is not there.' };
  if (ticker?.stale) return { isStale: true, ageS, why: 'Nothing feeds this market now.' };
  return { isStale: false, ageS, why: '' };
}
