// The epochs of the account, the present one first: when each was, and what came of it.
import { useMemo } from 'react';
import { Link } from 'react-router';
import type { Account, Epoch } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Amount, Change, Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import { useEpochs } from './queries';

interface Props {
  account: Account;
  className?: string | undefined;
}

export function EpochsPanel({ account, className }: Props) {
  const epochs = useEpochs(account.id);
  const linkTo = useLinkTo();
  const columns = useMemo(() => columnsOf(account.base_currency, linkTo), [account.base_currency, linkTo]);
  return (
    <Panel title="Epochs" className={className} isFlush>
      <QueryState query={epochs}>{({ items }) => <DataTable label="Epochs" columns={columns} rows={items} rowKey={(row) => String(row.epoch)} maxHeight={360} />}</QueryState>
    </Panel>
  );
}

const valueOf = (text: string | null) => (text === null ? null : Number(text));

function columnsOf(base: string, linkTo: ReturnType<typeof useLinkTo>): Column<Epoch>[] {
  return [
    { id: 'epoch', header: 'Epoch', isName: true, sortBy: (row) => row.epoch, cell: (row) => row.epoch },
    { id: 'opened', header: 'From', cell: (row) => <Time value={row.opened_at} /> },
    { id: 'closed', header: 'Until', isExtra: true, cell: (row) => (row.closed_at ? <Time value={row.closed_at} /> : 'It goes on') },
    { id: 'start', header: `Began with, ${base}`, isNumber: true, isExtra: true, cell: (row) => <Amount value={row.start_equity} decimals={2} /> },
    { id: 'end', header: `Ended with, ${base}`, isNumber: true, isExtra: true, cell: (row) => <Amount value={row.end_equity} decimals={2} /> },
    { id: 'deposits', header: 'Put in', isNumber: true, isExtra: true, cell: (row) => <Amount value={row.net_deposits} decimals={2} /> },
    { id: 'profit', header: 'Profit', isNumber: true, sortBy: (row) => valueOf(row.profit), cell: (row) => <Profit epoch={row} /> },
    { id: 'orders', header: 'Orders', isNumber: true, isExtra: true, sortBy: (row) => row.orders, cell: (row) => row.orders },
    { id: 'fills', header: 'Fills', isNumber: true, isExtra: true, sortBy: (row) => row.fills, cell: (row) => row.fills },
    {
      id: 'report',
      header: 'Then',
      isExtra: true,
      cell: (row) => (
        <Link to={linkTo('/reports', { make: 'statement', epoch: String(row.epoch) })} aria-label={`Report of epoch ${row.epoch}`}>
          Report…
        </Link>
      ),
    },
  ];
}

/** Not all of it where an asset came or went that had no rate. */
function Profit({ epoch }: { epoch: Epoch }) {
  const missing = epoch.not_counted.join(', ');
  return (
    <>
      <Change value={epoch.profit} decimals={2} />
      {missing ? <span title={`Without ${missing}, which had no rate`}> *</span> : null}
    </>
  );
}
