// A question before something that cannot be taken back.
import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorNote } from './ErrorNote';

export interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** What the button says: what will happen. */
  action: string;
  isBusy?: boolean;
  fault?: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

export default function ConfirmDialog({ title, children, action, isBusy = false, fault, onConfirm, onClose }: ConfirmProps) {
  return (
    <Modal opened onClose={onClose} title={title}>
      <div className="stack">
        <div>{children}</div>
        {fault ? <ErrorNote fault={fault} /> : null}
        <div className="row">
          <Button color="red.9" loading={isBusy} onClick={onConfirm} data-autofocus>
            {action}
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
        </div>
      </div>
    </Modal>
  );
}
