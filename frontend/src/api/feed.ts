// What the feed says of itself, brought into the cache: another market has other symbols and other candles.
import type { QueryClient } from '@tanstack/react-query';
import { keys } from './keys';
import type { Feed } from './types';

/** Whether what is shown of the one is no beginning of the other: another source, or a time before. */
export function isElsewhere(before: Feed, after: Feed): boolean {
  const isOther = (['source', 'dataset', 'exchange', 'waiting_for'] as const).some((name) => before[name] !== after[name]);
  return isOther || Date.parse(after.position.time) < Date.parse(before.position.time);
}

/** The newest word of the feed. An answer that is still on its way may be older than this. */
export function takeFeed(client: QueryClient, feed: Feed): void {
  const before = client.getQueryData<Feed>(keys.feed);
  void client.cancelQueries({ queryKey: keys.feed, exact: true });
  client.setQueryData<Feed>(keys.feed, feed);
  if (before && isElsewhere(before, feed)) beginAnew(client);
}

/** The market began anew elsewhere: what is known of its past is no longer its past. */
export function beginAnew(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: keys.symbols });
  void client.resetQueries({ queryKey: keys.allCandles });
}
