// What of reports is looked at, and the form that is open; in the address, so that both can be handed on.
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useSettings } from '../../settings';
import { type Draft, draftIn, PLACE_NAMES } from './draft';
import { type Kind, kindOf } from './kinds';

/** As time zones are called where reports are made. */
const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export interface ReportsPlace {
  kind: Kind | null;
  /** Whose reports alone are listed; empty for all. */
  schedule: string;
  /** The job whose progress is shown; empty for none. */
  making: string;
  /** The form as it was opened; null while it is not. */
  draft: Draft | null;
  set: (change: Partial<Record<'kind' | 'schedule' | 'making' | 'make' | 'repeat', string>>) => void;
  /** Close the form, and show how far the job is that it began. */
  leave: (job?: string) => void;
}

export function useReportsPlace(): ReportsPlace {
  const [search, setSearch] = useSearchParams();
  const { timeZone } = useSettings();
  const draft = useMemo(() => draftIn(search, timeZone, timeZone === 'utc' ? 'UTC' : localZone()), [search, timeZone]);
  const set: ReportsPlace['set'] = (change) =>
    setSearch(
      (now) => {
        for (const [name, value] of Object.entries(change)) {
          if (value) now.set(name, value);
          else now.delete(name);
        }
        return now;
      },
      { replace: !('make' in change) },
    );
  const leave = (job?: string) =>
    setSearch(
      (now) => {
        for (const name of PLACE_NAMES) now.delete(name);
        if (job) now.set('making', job);
        return now;
      },
      { replace: true },
    );
  return { kind: kindOf(search.get('kind')), schedule: search.get('schedule') ?? '', making: search.get('making') ?? '', draft, set, leave };
}
