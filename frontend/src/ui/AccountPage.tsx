// The frame of a page about one account: another is chosen in its head, and where it is gone those are offered that are there.
import type { ReactNode } from 'react';
import { useAccount } from '../api/queries';
import type { Account } from '../api/types';
import type { Group } from '../site';
import { AccountSelect } from './AccountSelect';
import { AccountState } from './AccountState';
import { GroupNav } from './GroupNav';
import { Page } from './Page';
import { Loading } from './States';
import { useAccountName } from './usePlace';

interface Props {
  title: string;
  /** Of the pages that share its entry in the navigation. */
  group?: Group;
  children: (account: Account) => ReactNode;
}

export function AccountPage({ title, group, children }: Props) {
  const name = useAccountName();
  const { data: account } = useAccount(name);
  return (
    <Page
      title={title}
      actions={
        <>
          {group ? <GroupNav group={group} /> : null}
          {account ? <AccountSelect account={account} /> : null}
        </>
      }
    >
      <AccountState name={name} loading={<Loading lines={8} height={44} />}>
        {children}
      </AccountState>
    </Page>
  );
}
