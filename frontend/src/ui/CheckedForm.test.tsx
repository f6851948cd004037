// A form that leads to what is wrong in it, whoever found that.
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { expect, it } from 'vitest';
import { show } from '../test/render';
import { CheckedForm } from './CheckedForm';
import { ErrorNote } from './ErrorNote';

interface Refusal {
  field: string | null;
}

function Form({ refusal }: { refusal: Refusal | null }) {
  const [wasSent, setSent] = useState(false);
  const [name, setName] = useState('');
  const [fault, setFault] = useState<Refusal | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (name) setFault(refusal);
  };
  return (
    <CheckedForm label="Order" fault={fault} onSubmit={submit}>
      <TextInput label="Note" />
      <TextInput label="Name" value={name} error={wasSent && !name ? 'Give it a name.' : undefined} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput label="Price" error={fault?.field === 'price' ? 'Too high.' : undefined} />
      <button type="submit">Send</button>
      {fault ? <ErrorNote fault={new Error('No.')} /> : null}
    </CheckedForm>
  );
}

it('puts the focus into the first field that is wrong, at each try', async () => {
  const user = userEvent.setup();
  show(<Form refusal={null} />);
  const send = screen.getByRole('button', { name: 'Send' });
  await user.click(send);
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveFocus();
  await user.click(screen.getByRole('textbox', { name: 'Note' }));
  await user.click(send);
  expect(screen.getByRole('textbox', { name: 'Name' })).toHaveFocus();
});

it('puts it into the field that the gateway refused', async () => {
  const user = userEvent.setup();
  show(<Form refusal={{ field: 'price' }} />);
  await user.type(screen.getByRole('textbox', { name: 'Name' }), 'Mine');
  await user.click(screen.getByRole('button', { name: 'Send' }));
  expect(screen.getByRole('textbox', { name: 'Price' })).toHaveFocus();
});

it('leaves it at the button where no field is to blame', async () => {
  const user = userEvent.setup();
  show(<Form refusal={{ field: null }} />);
  await user.type(screen.getByRole('textbox', { name: 'Name' }), 'Mine');
  await user.click(screen.getByRole('button', { name: 'Send' }));
  expect(screen.getByRole('button', { name: 'Send' })).toHaveFocus();
});
