// Asks for an API key where the gateway wants one. It is kept for this browser session alone.
import { Button, Modal, PasswordInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { setKey, useSession } from '../api/session';

export default function KeyDialog() {
  const { demand } = useSession();
  const client = useQueryClient();
  const [text, setText] = useState('');
  if (demand === null) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    setKey(text.trim());
    setText('');
    void client.invalidateQueries();
  };
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title="This gateway asks for a key">
      <form onSubmit={submit} className="stack">
        <p className="soft small">{demand} Keys are made with “manage.py key add”. It is forgotten when this tab is closed.</p>
        <PasswordInput label="API key" value={text} onChange={(event) => setText(event.currentTarget.value)} data-autofocus autoComplete="off" />
        <Button type="submit">Use this key</Button>
      </form>
    </Modal>
  );
}
