// Which of the accounts a page is about.
import { NativeSelect } from '@mantine/core';
import { useAccounts } from '../api/queries';
import type { Account } from '../api/types';
import { shortId } from './format';
import { useChooseAccount } from './usePlace';

export function AccountSelect({ account }: { account: Account }) {
  const accounts = useAccounts();
  const choose = useChooseAccount();
  const items = accounts.data?.items ?? [account];
  const shown = items.some((each) => each.id === account.id) ? items : [account, ...items];
  const isShared = (name: string) => items.filter((each) => each.name === name).length > 1;
  return (
    <NativeSelect
      size="xs"
      aria-label="Account"
      value={account.id}
      onChange={(event) => choose(event.currentTarget.value)}
      data={shown.map(({ id, name }) => ({ value: id, label: isShared(name) ? `${name} (${shortId(id)})` : name }))}
    />
  );
}
