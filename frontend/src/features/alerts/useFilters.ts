// Which events are shown; in the address, so that a view of them can be handed on.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useSettings } from '../../settings';
import { momentOf } from '../../ui/moments';
import type { EventFilters } from './queries';
import { SEVERITIES } from './words';

const NAMES = ['rule', 'severity', 'acknowledged', 'from', 'to'] as const;
export type FilterName = (typeof NAMES)[number];

export interface Filters {
  texts: Record<FilterName, string>;
  asked: EventFilters;
  isAny: boolean;
  set: (name: FilterName, value: string) => void;
  clear: () => void;
}

export function useFilters(): Filters {
  const [search, setSearch] = useSearchParams();
  const { timeZone } = useSettings();
  const texts = useMemo(() => Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? ''])) as Record<FilterName, string>, [search]);
  const asked = useMemo<EventFilters>(
    () => ({
      rule: texts.rule || undefined,
      severity: SEVERITIES.find((each) => each === texts.severity),
      acknowledged: texts.acknowledged === '' ? undefined : texts.acknowledged === 'yes',
      from: momentOf(texts.from, timeZone) ?? undefined,
      to: momentOf(texts.to, timeZone) ?? undefined,
    }),
    [texts, timeZone],
  );
  const set = (name: FilterName, value: string) =>
    setSearch(
      (now) => {
        if (value) now.set(name, value);
        else now.delete(name);
        return now;
      },
      { replace: true },
    );
  const clear = () =>
    setSearch((now) => {
      for (const name of NAMES) now.delete(name);
      return now;
    });
  return { texts, asked, isAny: NAMES.some((name) => texts[name] !== ''), set, clear };
}
