// Which account trades: its worth, another one, a new one, and a fresh start.
import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useResetAccount } from '../../api/queries';
import type { Account } from '../../api/types';
import { AccountSelect } from '../../ui/AccountSelect';
import { Confirm } from '../../ui/Confirm';
import { Amount } from '../../ui/Figures';
import { toastGood } from '../../ui/toast';
import classes from './bars.module.css';

const NewAccount = lazy(() => import('./NewAccount'));

export function AccountBar({ account }: { account: Account }) {
  const [dialog, setDialog] = useState<'new' | 'reset' | null>(null);
  const close = () => setDialog(null);
  return (
    <div className={classes.bar} role="group" aria-label="Account">
      <AccountSelect account={account} />
      <span className={classes.figure}>
        <span className="soft">Equity</span> <Amount value={account.equity} decimals={2} unit={account.base_currency} />
      </span>
      <span className={`${classes.figure ?? ''} ${classes.wide ?? ''}`}>
        <span className="soft">Buying power</span> <Amount value={account.buying_power} decimals={2} />
      </span>
      <Button size="compact-sm" variant="default" onClick={() => setDialog('new')}>
        New account
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setDialog('reset')}>
        Reset
      </Button>
      <Suspense fallback={null}>{dialog === 'new' ? <NewAccount onClose={close} /> : null}</Suspense>
      {dialog === 'reset' ? <ResetAccount account={account} onClose={close} /> : null}
    </div>
  );
}

function ResetAccount({ account, onClose }: { account: Account; onClose: () => void }) {
  const reset = useResetAccount();
  const run = () => {
    reset
      .writeAsync(account.id)
      .then((fresh) => {
        toastGood('Account reset.', `${fresh.name} is in epoch ${fresh.epoch}.`);
        onClose();
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <Confirm title={`Reset ${account.name}?`} action="Reset the account" isBusy={reset.isPending} fault={reset.error} onConfirm={run} onClose={onClose}>
      Open orders are canceled, positions are gone, and the balances are those it was opened with. What happened until now stays readable as
      epoch {account.epoch}.
    </Confirm>
  );
}
