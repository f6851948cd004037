// What is looked at of a run, and the bars for it: longer ones from afar, the backtest's own from near.
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { call } from '../../api/client';
import type { BarsUsed, Candle, CandlePage } from '../../api/types';
import type { Sight } from '../../ui/chart/CandleChart';
import { sourceOf } from '../../ui/strategy/draft';
import type { TradeLine } from './trades';
import { around, askedFor, PAGE_BARS, scaled, wholeOf } from './zoom';

export function useZoom(used: BarsUsed, chosen: TradeLine | null) {
  const start = chosen ? around(chosen, used.interval) : wholeOf(used);
  const subject = `${used.symbol} ${chosen?.number ?? ''}`;
  /** Where the chart is to go, and what is seen since. */
  const [place, setPlace] = useState({ subject, goal: start, seen: start });
  if (place.subject !== subject) setPlace({ subject, goal: start, seen: start });
  const goTo = (goal: Sight) => setPlace((now) => ({ ...now, goal, seen: goal }));
  const asked = askedFor(place.seen, used);
  const candles = useCandles(used, asked);
  return {
    asked,
    candles,
    /** Null until its bars have come. */
    goal: candles.isPlaceholderData ? null : place.goal,
    see: useCallback((seen: Sight) => setPlace((now) => ({ ...now, seen })), []),
    scale: (factor: number) => goTo(scaled(place.seen, factor, wholeOf(used))),
    showAll: () => goTo(wholeOf(used)),
  };
}

export type Zoom = ReturnType<typeof useZoom>;

/** The candles that the backtest used, where they are still there: of its data set, or of the source they were recorded from. */
function useCandles(used: BarsUsed, { interval, from, to }: ReturnType<typeof askedFor>) {
  const source = sourceOf(used);
  return useQuery<Candle[]>({
    queryKey: ['candles', used.symbol, interval, used.source, from, to],
    queryFn: async ({ signal }) => {
      const found: Candle[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: CandlePage = await call('get', '/api/v1/markets/{symbol}/candles/', {
          path: { symbol: used.symbol },
          query: { interval, from, to, limit: PAGE_BARS, ...(cursor ? { cursor } : {}), ...(source.kind === 'dataset' ? { dataset: source.id } : { source: used.source }) },
          signal,
        });
        found.push(...page.items);
        cursor = page.next_cursor;
      }
      return found;
    },
    staleTime: Infinity,
    // The bars stay until the others are there; never those of another symbol.
    placeholderData: (before, query) => (query?.queryKey[1] === used.symbol ? before : undefined),
  });
}
