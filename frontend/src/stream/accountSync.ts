// Brings what happens to an account into the cache of answers. Nothing is merged away: every event of a frame is applied, in order.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys';
import type { Balance, Fill, Order, Page, Position } from '../api/types';
import type { ChannelEvent } from './client';
import { useStream, useStreamStatus } from './StreamProvider';

const RECENT_FILLS = 200;
const HISTORY_DELAY_MS = 400;
const POLL_WITHOUT_STREAM_MS = 5_000;
const LIVE_STATUS = new Set<Order['status']>(['accepted', 'pending', 'open', 'partially_filled']);

export function isLive(order: Order): boolean {
  return LIVE_STATUS.has(order.status);
}

export function applyOrder(page: Page<Order>, order: Order): Page<Order> {
  const index = page.items.findIndex((each) => each.id === order.id);
  if (index < 0) return isLive(order) ? { ...page, items: [order, ...page.items] } : page;
  const items = [...page.items];
  if (isLive(order)) items[index] = order;
  else items.splice(index, 1);
  return { ...page, items };
}

export function applyFill(page: Page<Fill>, fill: Fill): Page<Fill> {
  if (page.items.some((each) => each.id === fill.id)) return page;
  return { ...page, items: [fill, ...page.items].slice(0, RECENT_FILLS) };
}

export function applyPosition(page: Page<Position>, position: Position): Page<Position> {
  const others = page.items.filter((each) => each.symbol !== position.symbol);
  if (position.side === 'flat') return { ...page, items: others };
  const index = page.items.findIndex((each) => each.symbol === position.symbol);
  if (index < 0) return { ...page, items: [...page.items, position] };
  return { ...page, items: page.items.map((each, at) => (at === index ? position : each)) };
}

export function applyBalance(page: Page<Balance>, balance: Balance): Page<Balance> {
  const index = page.items.findIndex((each) => each.asset === balance.asset);
  if (index < 0) return { ...page, items: [...page.items, balance] };
  return { ...page, items: page.items.map((each, at) => (at === index ? balance : each)) };
}

/** Collects the events of a channel until the next frame, then changes the cached page once, event by event. */
export function bind<T>(
  client: QueryClient,
  key: readonly unknown[],
  apply: (page: Page<T>, item: T) => Page<T>,
  afterwards: () => void,
): (event: ChannelEvent) => void {
  let waiting: ChannelEvent[] = [];
  const flush = () => {
    const events = waiting;
    waiting = [];
    // An answer that is still on its way may be older than this.
    void client.cancelQueries({ queryKey: key, exact: true });
    client.setQueryData<Page<T>>(key, (page) => events.reduce((now, event) => fold(now, event, apply), page));
    if (events.some((event) => event.kind === 'update')) afterwards();
  };
  return (event) => {
    if (waiting.length === 0) scheduleSoon(flush);
    waiting.push(event);
  };
}

function fold<T>(page: Page<T> | undefined, event: ChannelEvent, apply: (page: Page<T>, item: T) => Page<T>) {
  if (event.kind === 'update') return page && apply(page, event.data as T);
  return { items: event.data as T[], next_cursor: page?.next_cursor ?? null };
}

/** The next frame, or soon where no frames come because nobody sees the page. */
function scheduleSoon(flush: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(flush);
  else setTimeout(flush, 250);
}

/** Keep the cached orders, fills, positions and balances of the account what the gateway says they are. */
export function useAccountSync(account: string, onOrder: (order: Order) => void, onFill: (fill: Fill) => void): void {
  const stream = useStream();
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refreshLater = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: [...keys.orders(account), 'history'] });
        void client.invalidateQueries({ queryKey: [...keys.fills(account), 'history'] });
        void client.invalidateQueries({ queryKey: keys.portfolio(account) });
        void client.invalidateQueries({ queryKey: keys.account(account) });
      }, HISTORY_DELAY_MS);
    };
    const orders = bind<Order>(client, keys.openOrders(account), applyOrder, refreshLater);
    const fills = bind<Fill>(client, keys.recentFills(account), applyFill, refreshLater);
    const leave = [
      stream.subscribe('orders', (event) => {
        orders(event);
        if (event.kind === 'update') onOrder(event.data as Order);
      }),
      stream.subscribe('fills', (event) => {
        fills(event);
        if (event.kind === 'update') onFill(event.data as Fill);
      }),
      stream.subscribe('positions', bind<Position>(client, keys.positions(account), applyPosition, refreshLater)),
      stream.subscribe('balances', bind<Balance>(client, keys.balances(account), applyBalance, refreshLater)),
    ];
    return () => {
      clearTimeout(timer);
      for (const each of leave) each();
    };
  }, [stream, client, account, onOrder, onFill]);
}

/** While the stream is cut, ask instead: the lists stay true, only less quickly. */
export function usePollingWithoutStream(account: string): void {
  const client = useQueryClient();
  const { state } = useStreamStatus();
  useEffect(() => {
    if (state !== 'reconnecting') return;
    const ask = () => {
      const lists = [keys.openOrders(account), keys.recentFills(account), keys.positions(account), keys.balances(account), keys.feed, keys.unacknowledged(account), keys.liveRuns(account)];
      for (const key of lists) {
        void client.invalidateQueries({ queryKey: key, exact: true });
      }
    };
    const timer = setInterval(ask, POLL_WITHOUT_STREAM_MS);
    return () => clearInterval(timer);
  }, [client, account, state]);
}
