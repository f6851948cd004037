// What depends on the account: shown when it is there, and a way to another one where it is not.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { asApiError } from '../api/errors';
import { useAccount, useAccounts } from '../api/queries';
import type { Account } from '../api/types';
import { Empty, QueryState } from './States';
import { useChooseAccount } from './usePlace';

interface Props {
  name: string;
  loading?: ReactNode;
  children: (account: Account) => ReactNode;
}

/** An account can be gone: its address is old, or the gateway forgets on restart. */
export function AccountState({ name, loading, children }: Props) {
  const account = useAccount(name);
  const isUnknown = account.error && asApiError(account.error).code === 'UNKNOWN_ACCOUNT';
  if (isUnknown) return <OtherAccounts name={name} />;
  return (
    <QueryState query={account} errorTitle={`The account ${name} cannot be read`} loading={loading}>
      {children}
    </QueryState>
  );
}

function OtherAccounts({ name }: { name: string }) {
  const accounts = useAccounts();
  const choose = useChooseAccount();
  return (
    <Empty title={`There is no account ${name}.`}>
      <p>It may be of another gateway, or of one that forgets on restart. These are there:</p>
      <div className="stack">
        {(accounts.data?.items ?? []).map((account) => (
          <Button key={account.id} variant="default" onClick={() => choose(account.id)}>
            Use {account.name}
          </Button>
        ))}
      </div>
    </Empty>
  );
}
