// One setting: set it, see who changed it and why, go back to any of its revisions or to the default.
import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type Column, DataTable } from '../../ui/DataTable';
import { ErrorNote } from '../../ui/ErrorNote';
import { Time } from '../../ui/Figures';
import { Empty, QueryState } from '../../ui/States';
import { toastGood } from '../../ui/toast';
import { useFocusBack } from '../../ui/useFocusBack';
import type { Revision, Setting } from '../../api/types';
import { type SettingChange, useChangeSetting, useSettingHistory } from './queries';
import { boundsText, typedValue, valueText } from './values';

export function SettingDialog({ setting, onClose }: { setting: Setting; onClose: () => void }) {
  useFocusBack();
  const [text, setText] = useState(valueText(setting.value));
  const [reason, setReason] = useState('');
  const history = useSettingHistory(setting.key);
  const change = useChangeSetting();
  const send = (to: SettingChange['to']) => {
    change
      .writeAsync({ key: setting.key, to, reason })
      .then((now) => {
        setText(valueText(now.value));
        setReason('');
        toastGood('Setting changed.', `${now.key} is ${valueText(now.value)}.`);
      })
      .catch(() => undefined); // shown below
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send({ value: typedValue(setting, text), seen: setting.revision });
  };
  const refused = change.error?.fields ?? {};
  return (
    <Modal opened onClose={onClose} title={setting.key} size="xl" closeButtonProps={{ 'aria-label': 'Close the setting' }}>
      <div className="stack">
        <p className="soft">{setting.why}</p>
        {setting.fault ? <p role="alert">{setting.fault}</p> : null}
        <form onSubmit={submit} className="stack">
          <ValueField setting={setting} text={text} problem={refused.value} onChange={setText} />
          <TextInput label="Why" placeholder="Kept in the history" value={reason} error={refused.reason} onChange={(event) => setReason(event.currentTarget.value)} />
          {change.error ? <ErrorNote fault={change.error} title="It was not changed" /> : null}
          <div className="row">
            <Button type="submit" loading={change.isPending} disabled={text === valueText(setting.value)}>
              Set {setting.key}
            </Button>
            <Button variant="default" disabled={setting.source !== 'revision' || change.isPending} onClick={() => send('default')}>
              Back to the default {valueText(setting.default)}
            </Button>
          </div>
        </form>
        <h3>History</h3>
        <QueryState query={history}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="It was never changed." />
            ) : (
              <DataTable label={`History of ${setting.key}`} columns={columnsOf(setting, (revision) => send({ revision }))} rows={items} rowKey={(row) => String(row.revision)} maxHeight={260} />
            )
          }
        </QueryState>
        {(history.data?.items.length ?? 0) > 0 ? (
          <div>
            <Button size="compact-sm" variant="default" onClick={() => send({ revision: 0 })}>
              Roll back to before the first change
            </Button>
          </div>
        ) : null}
      </div>
    </Modal>
  );
}

function ValueField({ setting, text, problem, onChange }: { setting: Setting; text: string; problem: string | undefined; onChange: (text: string) => void }) {
  const choices = setting.type === 'bool' ? ['on', 'off'] : setting.choices;
  if (choices) {
    return <NativeSelect label="Value" value={text} error={problem} data={choices} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  return <TextInput label={`Value${setting.unit ? `, ${setting.unit}` : ''}`} description={boundsText(setting)} value={text} error={problem} onChange={(event) => onChange(event.currentTarget.value)} data-autofocus />;
}

function columnsOf(setting: Setting, rollBack: (revision: number) => void): Column<Revision>[] {
  return [
    { id: 'revision', header: 'Revision', isNumber: true, isName: true, cell: (row) => row.revision },
    { id: 'time', header: 'Time', cell: (row) => <Time value={row.time} /> },
    { id: 'change', header: 'Change', cell: (row) => `${valueText(row.old_value)} → ${valueText(row.new_value)}` },
    { id: 'action', header: 'How', isExtra: true, cell: (row) => row.action },
    { id: 'author', header: 'Who', isExtra: true, cell: (row) => row.author },
    { id: 'reason', header: 'Why', isExtra: true, cell: (row) => row.reason || '—' },
    {
      id: 'back',
      header: 'Roll back',
      cell: (row) =>
        row.revision === setting.revision ? (
          <span className="soft">in force</span>
        ) : (
          <Button size="compact-xs" variant="default" onClick={() => rollBack(row.revision)} aria-label={`Roll back to revision ${row.revision}`}>
            Roll back
          </Button>
        ),
    },
  ];
}
