// Live prices outside React: tickers, books and tapes by symbol, fed by channels that are joined while somebody looks.
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { Candle, OrderBook, Print, Ticker } from '../api/types';
import { Book, type BookView } from './book';
import { type StreamClient } from './client';
import { FrameStore } from './frameStore';
import { useStream } from './StreamProvider';

const TAPE_LENGTH = 100;

export interface CandleUpdate extends Candle {
  symbol: string;
  interval: string;
  closed: boolean;
  source: string | null;
}

const tickers = new FrameStore<Ticker>();
const books = new FrameStore<BookView>();
const tapes = new FrameStore<Print[]>();

function followTicker(stream: StreamClient, symbol: string): () => void {
  return stream.subscribe(`ticker:${symbol}`, ({ data }) => {
    if (data) tickers.set(symbol, data as Ticker);
  });
}

function followBook(stream: StreamClient, symbol: string): () => void {
  const book = new Book();
  const channel = `orderbook:${symbol}`;
  return stream.subscribe(channel, ({ kind, data }) => {
    if (kind === 'snapshot') book.replace(data as OrderBook);
    else book.change(data as OrderBook);
    const view = book.view();
    if (book.isRight(view)) books.set(symbol, view);
    else stream.resync(channel);
  });
}

function followTape(stream: StreamClient, symbol: string): () => void {
  return stream.subscribe(`trades:${symbol}`, ({ kind, data }) => {
    const known = kind === 'snapshot' ? [] : (tapes.get(symbol) ?? []);
    const fresh = kind === 'snapshot' ? (data as Print[]) : [data as Print];
    tapes.set(symbol, [...fresh, ...known].slice(0, TAPE_LENGTH));
  });
}

type Follow = (stream: StreamClient, symbol: string) => () => void;

/** A hook over a store whose channel is joined while the component is there. */
function makeHook<T>(store: FrameStore<T>, follow: Follow): (symbol: string) => T | undefined {
  return (symbol) => {
    const stream = useStream();
    const subscribe = useCallback(
      (listener: () => void) => {
        const leaveStore = store.subscribe(symbol, listener);
        const leaveChannel = shareFollow(stream, store, symbol, follow);
        return () => {
          leaveStore();
          leaveChannel();
        };
      },
      [stream, symbol],
    );
    return useSyncExternalStore(subscribe, () => store.get(symbol));
  };
}

interface Shared {
  count: number;
  leave: () => void;
}
const shared = new WeakMap<StreamClient, Map<string, Shared>>();
const storeNames = new Map<unknown, string>();

/** One listener per store and symbol, however many components read it: a print must not enter the tape twice. */
function shareFollow(stream: StreamClient, store: unknown, symbol: string, follow: Follow): () => void {
  const name = storeNames.get(store) ?? String(storeNames.size);
  storeNames.set(store, name);
  const all = shared.get(stream) ?? new Map<string, Shared>();
  shared.set(stream, all);
  const key = `${name}:${symbol}`;
  const entry = all.get(key) ?? { count: 0, leave: follow(stream, symbol) };
  all.set(key, entry);
  entry.count += 1;
  return () => {
    entry.count -= 1;
    if (entry.count > 0) return;
    all.delete(key);
    entry.leave();
  };
}

export const useTicker = makeHook(tickers, followTicker);
export const useBook = makeHook(books, followBook);
export const useTape = makeHook(tapes, followTape);

/** The newest ticker if anybody follows it; for what is read once, at a click. */
export function newestTicker(symbol: string): Ticker | undefined {
  return tickers.get(symbol);
}

/** Be given each candle of a symbol and interval as it comes; outside of React's rendering. */
export function useCandleUpdates(symbol: string, interval: string, onCandle: (candle: CandleUpdate) => void): void {
  const stream = useStream();
  useEffect(
    () =>
      stream.subscribe(`candles:${symbol}:${interval}`, ({ data }) => {
        if (data) onCandle(data as CandleUpdate);
      }),
    [stream, symbol, interval, onCandle],
  );
}
