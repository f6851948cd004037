// The newest entries of the journal about an account, to fork it after one of them.
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import type { AuditEntry } from '../../api/types';
import { useSettings } from '../../settings';
import { timeText } from '../../ui/format';

const SHOWN = 100;

interface Props {
  account: string;
  value: string;
  onChoose: (sequence: string) => void;
}

/** Nothing where the audit may not be read: the number can be typed all the same. */
export function PastEntries({ account, value, onChoose }: Props) {
  const { timeZone } = useSettings();
  const entries = useQuery({
    queryKey: ['audit', 'journal', account],
    queryFn: ({ signal }) => call('get', '/api/v1/audit/', { query: { object: account, limit: SHOWN }, signal }),
    retry: false,
  });
  const found = (entries.data?.items ?? []).filter((entry) => entry.source === 'journal');
  if (found.length === 0) return null;
  const label = (entry: AuditEntry) => `${entry.seq}: ${entry.action.replaceAll('_', ' ')}, ${timeText(entry.time, 'full', timeZone)}`;
  return (
    <NativeSelect
      label="One of the newest about it"
      value={found.some((entry) => String(entry.seq) === value) ? value : ''}
      onChange={(event) => onChoose(event.currentTarget.value)}
      data={[{ value: '', label: 'Choose one, or type its number' }, ...found.map((entry) => ({ value: String(entry.seq), label: label(entry) }))]}
    />
  );
}
