// New values for a live order; what is left as it is stays.
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useReplaceOrder } from '../../api/queries';
import type { Instrument, Order } from '../../api/types';
import { useSettings } from '../../settings';
import { MomentField } from '../../ui/MomentField';
import { stepBy } from '../../ui/decimal';
import { toastGood } from '../../ui/toast';
import { amendable, changeOf, LABELS, valuesOf } from './amending';
import { NumberField } from './NumberField';
import { Refusal } from './Refusal';
import { problemsOf } from './ticketState';

interface Props {
  account: string;
  order: Order;
  instrument: Instrument | undefined;
  onClose: () => void;
}

export default function AmendOrder({ account, order, instrument, onClose }: Props) {
  const { timeZone } = useSettings();
  const [values, setValues] = useState(() => valuesOf(order, timeZone));
  const replace = useReplaceOrder(account);
  const change = changeOf(order, values, timeZone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace
      .writeAsync({ id: order.id, change })
      .then(() => {
        toastGood('Order changed.', order.symbol);
        onClose();
      })
      .catch(() => undefined); // shown below
  };
  const refused = replace.error?.fields ?? {};
  const units = { base: instrument?.base ?? '', quote: instrument?.quote ?? '', percent: '%' };
  const tick = instrument?.tick_size ?? '0.01';
  return (
    <Modal opened onClose={onClose} title={`Change the ${order.side} order of ${order.symbol}`}>
      <form onSubmit={submit} className="stack">
        {amendable(order).map((name) => {
          const { label, unit } = LABELS[name];
          const value = values[name] ?? '';
          const set = (text: string) => setValues({ ...values, [name]: text });
          if (unit === 'moment') return <MomentField key={name} label={label} value={value} error={refused[name]} onChange={set} />;
          const step = unit === 'quote' ? { onStep: (count: number) => set(stepBy(value, tick, count)) } : {};
          return <NumberField key={name} label={label} unit={units[unit]} value={value} problem={refused[name]} onChange={set} {...step} />;
        })}
        {replace.error ? <Refusal fault={replace.error} words="the change" others={problemsOf(refused).others} /> : null}
        <Button type="submit" loading={replace.isPending} disabled={Object.keys(change).length === 0}>
          Change the order
        </Button>
      </form>
    </Modal>
  );
}
