// A copy of an account, as it is now or as it was after an entry of the journal.
import { Button, Checkbox, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Account } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { toastGood } from '../../ui/toast';
import { PastEntries } from './PastEntries';
import { useFork } from './queries';

interface Props {
  account: Account;
  onClose: () => void;
  /** Goes to the copy. */
  onForked: (id: string) => void;
}

const WHOLE = /^[1-9]\d*$/;

export default function ForkDialog({ account, onClose, onForked }: Props) {
  const [name, setName] = useState('');
  const [hasOrders, setHasOrders] = useState(false);
  const [moment, setMoment] = useState<'now' | 'past'>('now');
  const [sequence, setSequence] = useState('');
  const fork = useFork(account.id);
  const isReady = moment === 'now' || WHOLE.test(sequence);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    fork
      .writeAsync({ name: name.trim() || null, with_orders: hasOrders, from_sequence: moment === 'past' ? Number(sequence) : null })
      .then((copy) => {
        toastGood('Account forked.', `${copy.name} begins with epoch ${copy.epoch}.`);
        onClose();
        onForked(copy.id);
      })
      .catch(() => undefined); // shown at the fields, or below
  };
  const refused = fork.error?.fields ?? {};
  const isElsewhere = fork.error !== null && !refused.name && !refused.from_sequence;
  return (
    <Modal opened onClose={onClose} title={`Fork ${account.name}`} closeButtonProps={{ 'aria-label': 'Close, and fork nothing' }}>
      <CheckedForm fault={fork.error} onSubmit={submit}>
        <p>The copy has the balances, positions, terms, limits and state of risk of {account.name}, and goes its own way from there.</p>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="As it stands"
          value={moment}
          onChange={(value) => setMoment(value as 'now' | 'past')}
          data={[
            { value: 'now', label: 'As it is now' },
            { value: 'past', label: 'As it was' },
          ]}
        />
        {moment === 'past' ? <PastEntries account={account.id} value={sequence} onChoose={setSequence} /> : null}
        {moment === 'past' ? (
          <TextInput
            label="After entry of the journal"
            description="The number of an entry, as the audit lists them; what came later is not in the copy. Its worth is that of present prices."
            required
            inputMode="numeric"
            value={sequence}
            error={refused.from_sequence ?? (sequence !== '' && !isReady ? 'Must be a whole number from 1 on.' : undefined)}
            onChange={(event) => setSequence(event.currentTarget.value.trim())}
          />
        ) : null}
        <TextInput label="Name" placeholder={`${account.name}, and of which entry`} value={name} error={refused.name} onChange={(event) => setName(event.currentTarget.value)} />
        <Checkbox label="With its open orders, under new ids" checked={hasOrders} onChange={(event) => setHasOrders(event.currentTarget.checked)} />
        {isElsewhere ? <ErrorNote fault={fork.error} title="Nothing was forked" /> : null}
        <div className="row">
          <Button type="submit" loading={fork.isPending} disabled={!isReady}>
            Fork it
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
        </div>
      </CheckedForm>
    </Modal>
  );
}
