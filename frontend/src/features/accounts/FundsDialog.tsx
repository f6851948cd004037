// Money into an account, or out of it, with what there is of the asset.
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useBalances } from '../../api/queries';
import type { Account } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { grouped, trimmed } from '../../ui/format';
import { toastGood } from '../../ui/toast';
import { type Funds, useMoveFunds } from './queries';

const WORDS = {
  deposit: { title: 'Put money into', action: 'Put in', done: 'Money put in.' },
  withdraw: { title: 'Take money out of', action: 'Take out', done: 'Money taken out.' },
} as const;

interface Props {
  way: Funds['way'];
  account: Account;
  onClose: () => void;
}

export default function FundsDialog({ way, account, onClose }: Props) {
  const [asset, setAsset] = useState(account.base_currency);
  const [amount, setAmount] = useState('');
  const balances = useBalances(account.id);
  const move = useMoveFunds(account.id);
  const available = balances.data?.items.find((each) => each.asset === asset)?.available;
  const words = WORDS[way];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    move
      .writeAsync({ way, asset, amount: amount.trim() })
      .then((now) => {
        toastGood(words.done, `${now.name} is worth ${grouped(trimmed(now.equity))} ${now.base_currency}.`);
        onClose();
      })
      .catch(() => undefined); // shown at the fields, or below
  };
  const refused = move.error?.fields ?? {};
  const isElsewhere = move.error !== null && !refused.asset && !refused.amount;
  return (
    <Modal opened onClose={onClose} title={`${words.title} ${account.name}`} closeButtonProps={{ 'aria-label': 'Close, and move nothing' }}>
      <CheckedForm fault={move.error} onSubmit={submit}>
        <TextInput
          label="Amount"
          required
          data-autofocus
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          error={refused.amount}
          description={balances.data ? `Available: ${grouped(trimmed(available ?? '0'))} ${asset}` : undefined}
          onChange={(event) => setAmount(event.currentTarget.value.replace(',', '.'))}
        />
        <TextInput
          label="Asset"
          required
          value={asset}
          error={refused.asset}
          disabled={account.type === 'margin'}
          description={account.type === 'margin' ? 'A margin account takes its base currency alone.' : undefined}
          onChange={(event) => setAsset(event.currentTarget.value.toUpperCase())}
        />
        <p className="soft small">It is no profit and no loss: the curve and the drawdown leave it out.</p>
        {isElsewhere ? <ErrorNote fault={move.error} title="Nothing was moved" /> : null}
        <div className="row">
          <Button type="submit" loading={move.isPending}>
            {words.action}
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
        </div>
      </CheckedForm>
    </Modal>
  );
}
