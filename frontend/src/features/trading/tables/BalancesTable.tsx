// What the account has of each asset.
import type { Balance } from '../../../api/types';
import { type Column, DataTable } from '../../../ui/DataTable';
import { grouped, trimmed } from '../../../ui/format';
import { Empty, Loading } from '../../../ui/States';

const COLUMNS: Column<Balance>[] = [
  { id: 'asset', header: 'Asset', isName: true, sortBy: (row) => row.asset, cell: (row) => row.asset },
  { id: 'total', header: 'Total', isNumber: true, sortBy: (row) => Number(row.total), cell: (row) => grouped(trimmed(row.total)) },
  { id: 'available', header: 'Available', isNumber: true, sortBy: (row) => Number(row.available), cell: (row) => grouped(trimmed(row.available)) },
  { id: 'held', header: 'Held by orders', isNumber: true, sortBy: (row) => Number(row.held), cell: (row) => grouped(trimmed(row.held)) },
];

export function BalancesTable({ balances }: { balances: readonly Balance[] | undefined }) {
  if (!balances) return <Loading />;
  if (balances.length === 0) return <Empty title="No balances.">A reset gives the account what it was opened with.</Empty>;
  return <DataTable label="Balances" columns={COLUMNS} rows={balances} rowKey={(row) => row.asset} maxHeight={320} />;
}
