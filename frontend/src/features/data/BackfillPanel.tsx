// Past candles of an exchange: which, from when to when, and how the fetching goes.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { BackfillIn } from '../../api/types';
import { INTERVALS } from '../../api/types';
import { useSettings } from '../../settings';
import { announce } from '../../ui/announce';
import { ErrorNote } from '../../ui/ErrorNote';
import { MomentField } from '../../ui/MomentField';
import { fieldText } from '../../ui/moments';
import { Panel } from '../../ui/Panel';
import { type BackfillForm, bodyOf } from './backfill';
import classes from './data.module.css';
import { importedOf } from './imports';
import { JobProgress } from '../../ui/JobProgress';
import { useWork } from '../../api/jobs';

const WEEK_MS = 7 * 86_400_000;

interface Props {
  account: string;
  onFetched: (id: string) => void;
}

export function BackfillPanel({ account, onFetched }: Props) {
  const { symbol, timeZone } = useSettings();
  const [form, setForm] = useState<BackfillForm>(() => ({ exchange: '', symbol, interval: '1h', from: fieldText(midnight(Date.now() - WEEK_MS), timeZone), to: '' }));
  const fetching = useWork<BackfillIn>(account, (body, key) => call('post', '/api/v1/datasets/backfill/', { body, account, key }));
  useFetchedNews(importedOf(fetching.result)?.datasets[0]?.id ?? null, onFetched);
  const change = (part: Partial<BackfillForm>) => setForm({ ...form, ...part });
  const body = bodyOf(form, timeZone);
  const { fields } = fetching;
  return (
    <Panel title="Fetch from an exchange">
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (body) fetching.start(body);
        }}
      >
        <div className={classes.pair}>
          <TextInput size="xs" label="Exchange" placeholder="That of the live market" value={form.exchange} error={fields.exchange} onChange={(event) => change({ exchange: event.currentTarget.value })} />
          <TextInput size="xs" label="Symbol on it" placeholder="BASE-QUOTE" required value={form.symbol} error={fields.symbol} onChange={(event) => change({ symbol: event.currentTarget.value })} />
          <MomentField size="xs" label="From" value={form.from} error={fields.from} onChange={(from) => change({ from })} />
          <MomentField size="xs" label="To" description="Empty: until now" value={form.to} error={fields.to} onChange={(to) => change({ to })} />
          <NativeSelect size="xs" label="Interval of the candles" value={form.interval} error={fields.interval} onChange={(event) => change({ interval: event.currentTarget.value as BackfillForm['interval'] })} data={[...INTERVALS]} />
        </div>
        <Button type="submit" variant="default" disabled={body === null} loading={fetching.isUnderWay}>
          Fetch the candles
        </Button>
        {fetching.fault ? <ErrorNote fault={fetching.fault} title="Nothing was fetched" /> : null}
        {fetching.job ? <JobProgress job={fetching.job} account={account} what="the back-fill" /> : null}
      </form>
    </Panel>
  );
}

function midnight(moment: number): number {
  return moment - (moment % 86_400_000);
}

/** Once: the lists are asked for anew, and the new data set is shown. */
function useFetchedNews(id: string | null, onFetched: (id: string) => void): void {
  const client = useQueryClient();
  useEffect(() => {
    if (id === null) return;
    announce('The candles are there.');
    void client.invalidateQueries({ queryKey: keys.symbols });
    void client.invalidateQueries({ queryKey: keys.datasets, exact: true }).then(() => onFetched(id));
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each back-fill
  }, [id]);
}
