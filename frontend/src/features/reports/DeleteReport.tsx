// The question before a report goes, with its file.
import type { Report } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { toastGood } from '../../ui/toast';
import { nameOf } from './kinds';
import { useDeleteReport } from './queries';

interface Props {
  account: string;
  report: Report;
  onClose: () => void;
  onGone?: () => void;
}

export function DeleteReport({ account, report, onClose, onGone }: Props) {
  const remove = useDeleteReport(account);
  const name = nameOf(report);
  const run = () => {
    remove
      .writeAsync(report.id)
      .then(() => {
        toastGood('Report deleted.', name);
        onClose();
        onGone?.();
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <Confirm title={`Delete ${name}?`} action="Delete the report" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={onClose}>
      The file goes with it. What you have downloaded stays yours; it can be made again while what it is about is there.
    </Confirm>
  );
}
