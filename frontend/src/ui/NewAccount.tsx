// Opens another account and goes there.
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useOpenAccount } from '../api/queries';
import { ErrorNote } from './ErrorNote';
import { toastGood } from './toast';
import { useChooseAccount } from './usePlace';

export default function NewAccount({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [amount, setAmount] = useState('100000');
  const [currency, setCurrency] = useState('USDT');
  const choose = useChooseAccount();
  const open = useOpenAccount();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open
      .writeAsync({ name, type: 'cash', base_currency: currency, allow_short: false, allow_stale_prices: false, balances: { [currency]: amount } })
      .then((account) => {
        toastGood('Account opened.', account.name);
        onClose();
        choose(account.id);
      })
      .catch(() => undefined); // shown below
  };
  const refused = open.error?.fields ?? {};
  return (
    <Modal opened onClose={onClose} title="Open another account">
      <form onSubmit={submit} className="stack">
        <TextInput label="Name" value={name} required data-autofocus error={refused.name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label="Starts with" value={amount} required inputMode="decimal" error={refused.balances} onChange={(event) => setAmount(event.currentTarget.value)} />
        <TextInput label="Base currency" value={currency} required error={refused.base_currency} onChange={(event) => setCurrency(event.currentTarget.value.toUpperCase())} />
        {open.error ? <ErrorNote fault={open.error} /> : null}
        <Button type="submit" loading={open.isPending}>
          Open the account
        </Button>
      </form>
    </Modal>
  );
}
