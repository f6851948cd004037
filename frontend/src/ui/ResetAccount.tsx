// A fresh start for an account, asked about first: what was until now is kept as an epoch.
import { useResetAccount } from '../api/queries';
import type { Account } from '../api/types';
import { Confirm } from './Confirm';
import { toastGood } from './toast';

export default function ResetAccount({ account, onClose }: { account: Account; onClose: () => void }) {
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
