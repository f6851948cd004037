// Keeps the runs of an account's strategies what the channel `strategies` says they are, and has lists of signals asked for anew.
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../api/keys';
import type { Page, StrategyRun, StrategySignal } from '../api/types';
import { bind } from './accountSync';
import { useStream } from './StreamProvider';

export type StrategyNews = { event: 'run'; run: StrategyRun } | { event: 'signal'; strategy_id: string; signal: StrategySignal };

/** A replay at full speed signals a thousand times a second; lists are asked for anew once in a while. */
const LISTS_DELAY_MS = 800;
/** Who reads further down than so many pages of signals is not interrupted, and the gateway not asked for all of them again. */
const MOST_PAGES = 3;
/** What a signal makes old; a run that changes makes all of its strategy old. */
const OF_SIGNALS: readonly unknown[] = ['runs', 'signals', 'performance'];

export function goesOn(run: Pick<StrategyRun, 'state'>): boolean {
  return run.state === 'starting' || run.state === 'running';
}

/** A run as it is now: there while it goes on, the newest first. */
export function applyRun(page: Page<StrategyRun>, run: StrategyRun): Page<StrategyRun> {
  const others = page.items.filter((each) => each.id !== run.id);
  if (!goesOn(run)) return { ...page, items: others };
  const index = page.items.findIndex((each) => each.id === run.id);
  if (index < 0) return { ...page, items: [run, ...others] };
  return { ...page, items: page.items.map((each, at) => (at === index ? run : each)) };
}

function isOld({ queryKey, state }: Query): boolean {
  const pages = (state.data as { pages?: unknown[] } | undefined)?.pages?.length ?? 0;
  return OF_SIGNALS.includes(queryKey[3]) && pages <= MOST_PAGES;
}

/** While a part that shows runs or signals is on the page. */
export function useStrategySync(account: string): void {
  const stream = useStream();
  const client = useQueryClient();
  useEffect(() => {
    const lists = new Lists(client, account);
    const runs = bind<StrategyRun>(client, keys.liveRuns(account), applyRun, () => undefined);
    const leave = stream.subscribe('strategies', (event) => {
      if (event.kind === 'snapshot') {
        runs(event);
        return;
      }
      const news = event.data as StrategyNews;
      if (news.event === 'run') runs({ kind: 'update', data: news.run });
      lists.ageLater(news);
    });
    stream.tellAgain('strategies'); // another part may have listened to it until now
    return () => {
      lists.stop();
      leave();
    };
  }, [stream, client, account]);
}

/** Which lists are no longer true, gathered for a while. */
class Lists {
  private readonly changed = new Set<string>();
  private readonly signaled = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: QueryClient,
    private readonly account: string,
  ) {}

  ageLater(news: StrategyNews): void {
    if (news.event === 'run') this.changed.add(news.run.strategy_id);
    else this.signaled.add(news.strategy_id);
    this.timer ??= setTimeout(() => this.age(), LISTS_DELAY_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private age(): void {
    this.timer = undefined;
    const { client, account } = this;
    for (const id of this.changed) void client.invalidateQueries({ queryKey: keys.strategy(account, id) });
    for (const id of this.signaled) {
      void client.invalidateQueries({ queryKey: keys.strategy(account, id), predicate: isOld });
    }
    if (this.changed.size > 0) void client.invalidateQueries({ queryKey: [...keys.strategies(account), 'list'] });
    this.changed.clear();
    this.signaled.clear();
  }
}
