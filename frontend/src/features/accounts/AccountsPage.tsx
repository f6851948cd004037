// Accounts: all of them, money in and out of the chosen one, its epochs, a fresh start, and forks.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useBalances } from '../../api/queries';
import type { Account } from '../../api/types';
import { AccountPage } from '../../ui/AccountPage';
import { dialogOf } from '../../ui/dialog';
import { Amount } from '../../ui/Figures';
import { grouped, trimmed } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Loading, QueryState } from '../../ui/States';
import { StateWord } from '../../ui/StateWord';
import { useChooseAccount, useLinkTo } from '../../ui/usePlace';
import classes from './accounts.module.css';
import { AccountsTable } from './AccountsTable';
import { EpochsPanel } from './EpochsPanel';

const NewAccount = dialogOf(() => import('../../ui/NewAccount'));
const ResetAccount = dialogOf(() => import('../../ui/ResetAccount'));
const FundsDialog = dialogOf(() => import('./FundsDialog'));
const ForkDialog = dialogOf(() => import('./ForkDialog'));

type Dialog = 'new' | 'deposit' | 'withdraw' | 'reset' | 'fork' | null;

export default function AccountsPage() {
  return (
    <AccountPage title="Accounts" group="Oversight">
      {(found) => <Board account={found} />}
    </AccountPage>
  );
}

function Board({ account }: { account: Account }) {
  const [dialog, setDialog] = useState<Dialog>(null);
  const choose = useChooseAccount();
  const close = () => setDialog(null);
  return (
    <div className={classes.board}>
      <Panel title={account.name} aside={<StateWord state={account.risk_state} />} className={classes.one} actions={<Tools onOpen={setDialog} />}>
        <Facts account={account} />
        <Balances account={account.id} />
      </Panel>
      <Panel
        title="All accounts"
        className={classes.all}
        isFlush
        actions={
          <Button size="compact-sm" variant="default" onClick={() => setDialog('new')}>
            New account
          </Button>
        }
      >
        <AccountsTable chosen={account.id} />
      </Panel>
      <EpochsPanel account={account} className={classes.epochs} />
      {dialog === 'new' ? <NewAccount onClose={close} /> : null}
      {dialog === 'deposit' || dialog === 'withdraw' ? <FundsDialog way={dialog} account={account} onClose={close} /> : null}
      {dialog === 'fork' ? <ForkDialog account={account} onClose={close} onForked={choose} /> : null}
      {dialog === 'reset' ? <ResetAccount account={account} onClose={close} /> : null}
    </div>
  );
}

const TOOLS: [Exclude<Dialog, null | 'new'>, string][] = [
  ['deposit', 'Put in…'],
  ['withdraw', 'Take out…'],
  ['fork', 'Fork…'],
  ['reset', 'Reset…'],
];

function Tools({ onOpen }: { onOpen: (dialog: Dialog) => void }) {
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  return (
    <>
      {TOOLS.map(([dialog, label]) => (
        <Button key={dialog} size="compact-sm" variant="default" onClick={() => onOpen(dialog)}>
          {label}
        </Button>
      ))}
      <Button size="compact-sm" variant="default" onClick={() => void navigate(linkTo('/reports', { make: 'statement' }))}>
        Report…
      </Button>
    </>
  );
}

function Facts({ account }: { account: Account }) {
  return (
    <dl className={classes.facts}>
      <Fact name="Equity" value={<Amount value={account.equity} decimals={2} unit={account.base_currency} />} />
      <Fact name="Cash" value={<Amount value={account.cash} decimals={2} />} />
      <Fact name="Buying power" value={<Amount value={account.buying_power} decimals={2} />} />
      <Fact name="Type" value={account.type} />
      <Fact name="Epoch" value={account.epoch} />
      <Fact name="Fills as" value={account.fill_policy} />
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt className="soft small">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Balances({ account }: { account: string }) {
  const balances = useBalances(account);
  return (
    <QueryState query={balances} loading={<Loading lines={1} />}>
      {({ items }) => (
        <ul className={classes.balances} aria-label="Balances">
          {items.map(({ asset, total, held }) => (
            <li key={asset}>
              <strong>{asset}</strong> <span className="num">{grouped(trimmed(total))}</span>
              {Number(held) === 0 ? null : <span className="soft small num"> held {grouped(trimmed(held))}</span>}
            </li>
          ))}
        </ul>
      )}
    </QueryState>
  );
}
