// All accounts, and the way from one to another.
import { useMemo } from 'react';
import { useAccounts } from '../../api/queries';
import type { Account } from '../../api/types';
import { type Column, DataTable } from '../../ui/DataTable';
import { Amount, Time } from '../../ui/Figures';
import { QueryState } from '../../ui/States';
import { StateWord } from '../../ui/StateWord';
import { useChooseAccount } from '../../ui/usePlace';
import classes from './accounts.module.css';

export function AccountsTable({ chosen }: { chosen: string }) {
  const accounts = useAccounts();
  const choose = useChooseAccount();
  const columns = useMemo(() => columnsOf(choose), [choose]);
  return (
    <QueryState query={accounts}>
      {({ items }) => (
        <DataTable label="Accounts" columns={columns} rows={items} rowKey={(row) => row.id} maxHeight={420} onRowClick={(row) => choose(row.id)} isSelected={(row) => row.id === chosen} />
      )}
    </QueryState>
  );
}

function columnsOf(choose: (id: string) => void): Column<Account>[] {
  return [
    { id: 'name', header: 'Account', isName: true, sortBy: (row) => row.name, cell: (row) => <Chooser account={row} choose={choose} /> },
    { id: 'id', header: 'Id', isExtra: true, cell: (row) => <Id text={row.id} /> },
    { id: 'type', header: 'Type', isExtra: true, sortBy: (row) => row.type, cell: (row) => row.type },
    { id: 'equity', header: 'Equity', isNumber: true, sortBy: (row) => Number(row.equity), cell: (row) => <Amount value={row.equity} decimals={2} unit={row.base_currency} /> },
    { id: 'epoch', header: 'Epoch', isNumber: true, isExtra: true, sortBy: (row) => row.epoch, cell: (row) => row.epoch },
    { id: 'state', header: 'Trading', sortBy: (row) => row.risk_state, cell: (row) => <StateWord state={row.risk_state} /> },
    { id: 'created', header: 'Opened', isExtra: true, sortBy: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
  ];
}

function Id({ text }: { text: string }) {
  return (
    <span className={`mono small ${classes.id ?? ''}`} title={text}>
      {text}
    </span>
  );
}

function Chooser({ account, choose }: { account: Account; choose: (id: string) => void }) {
  return (
    <button
      type="button"
      className={classes.chooser}
      title={account.name}
      onClick={(event) => {
        event.stopPropagation(); // the row chooses too
        choose(account.id);
      }}
    >
      {account.name}
    </button>
  );
}
