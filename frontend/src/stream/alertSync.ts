// Keeps what nobody has acknowledged of an account's alerts what the channel `alerts` says it is.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys';
import { UNACKNOWLEDGED_KEPT } from '../api/queries';
import type { AlertEvent, Page } from '../api/types';
import { bind } from './accountSync';
import { useStream } from './StreamProvider';

/** A replay at full speed fires often; lists are asked for anew once in a while. */
const LISTS_DELAY_MS = 400;

/** An event as it is now: there while nobody has acknowledged it, at the place of its time. */
export function applyAlert(page: Page<AlertEvent>, event: AlertEvent): Page<AlertEvent> {
  const index = page.items.findIndex((each) => each.id === event.id);
  if (event.acknowledged_at !== null) return index < 0 ? page : { ...page, items: page.items.filter((each) => each.id !== event.id) };
  if (index >= 0) return { ...page, items: page.items.map((each, at) => (at === index ? event : each)) };
  const older = page.items.findIndex((each) => each.time <= event.time);
  const place = older < 0 ? page.items.length : older;
  return { ...page, items: [...page.items.slice(0, place), event, ...page.items.slice(place)].slice(0, UNACKNOWLEDGED_KEPT) };
}

/** `onNews` is told each event once, when it comes; what becomes of it later is none. */
export function useAlertSync(account: string, onNews: (event: AlertEvent) => void): void {
  const stream = useStream();
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let newest: AlertEvent | null = null;
    const listsLater = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: keys.alertEvents(account) });
        void client.invalidateQueries({ queryKey: keys.alertRules(account) });
      }, LISTS_DELAY_MS);
    };
    const apply = bind<AlertEvent>(client, keys.unacknowledged(account), applyAlert, listsLater);
    const leave = stream.subscribe('alerts', (event) => {
      apply(event);
      if (event.kind === 'snapshot') return;
      const news = event.data as AlertEvent;
      const isNews = newest === null || (news.time >= newest.time && news.id !== newest.id);
      if (news.acknowledged_at !== null || !isNews) return;
      newest = news;
      onNews(news);
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [stream, client, account, onNews]);
}
