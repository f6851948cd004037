// Whether what is shown of a market is old, and since when.
import { useEffect, useRef } from 'react';
import type { Ticker } from '../../api/types';
import { useTicker } from '../../stream/markets';
import { useStreamStatus } from '../../stream/StreamProvider';
import { useNow } from '../../ui/useNow';

export interface Staleness {
  isStale: boolean;
  /** Seconds since the last good price; null before there was one. */
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
  const ageS = ageOf(ticker, at === null ? null : now - at);
  if (status.state !== 'live') return { isStale: true, ageS, why: status.reason || 'The stream is not there.' };
  if (ticker?.stale) return { isStale: true, ageS, why: whyOf(ticker) };
  return { isStale: false, ageS, why: '' };
}

/** How old the price was when it was told, and how long ago that is. The gateway's own age is the better beginning. */
export function ageOf(ticker: Pick<Ticker, 'age_ms'> | undefined, silenceMs: number | null): number | null {
  if (silenceMs === null) return null;
  return Math.max(0, (ticker?.age_ms ?? 0) + silenceMs) / 1_000;
}

function whyOf(ticker: Pick<Ticker, 'source'>): string {
  const exchange = ticker.source?.startsWith('live:') ? ticker.source.slice('live:'.length) : null;
  return exchange === null ? 'Nothing feeds this market now.' : `Nothing good is heard from ${exchange}; nothing fills at this price.`;
}
