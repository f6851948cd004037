// What a backtest is called, and what one wants to remember of it.
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Backtest } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { toastFault, toastGood } from '../../ui/toast';
import classes from './backtests.module.css';

interface Labels {
  name: string;
  notes: string;
}

export function LabelsForm({ account, backtest }: { account: string; backtest: Backtest }) {
  const client = useQueryClient();
  const [labels, setLabels] = useState<Labels>({ name: backtest.name, notes: backtest.notes });
  const save = useWrite<Labels, Backtest>((body, key) => call('patch', '/api/v1/backtests/{id}/', { path: { id: backtest.id }, body, account, key }), {
    onSuccess: (changed) => {
      client.setQueryData(keys.backtest(account, backtest.id), changed);
      void client.invalidateQueries({ queryKey: [...keys.backtests(account), 'list'] });
      toastGood('Saved.', changed.name);
    },
    onError: (fault) => toastFault('It was not saved.', fault),
  });
  const isSame = labels.name === backtest.name && labels.notes === backtest.notes;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.write(labels);
  };
  return (
    <form className={classes.named} onSubmit={submit} aria-label="Name and notes">
      <TextInput size="xs" label="Name" value={labels.name} error={save.error?.fields.name} onChange={(event) => setLabels({ ...labels, name: event.currentTarget.value })} />
      <TextInput size="xs" label="Notes" value={labels.notes} error={save.error?.fields.notes} onChange={(event) => setLabels({ ...labels, notes: event.currentTarget.value })} />
      <Button type="submit" size="xs" variant="default" disabled={isSame} loading={save.isPending}>
        Save
      </Button>
    </form>
  );
}
