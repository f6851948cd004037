// Which account trades: its worth, another one, a new one, a fresh start, and the way to all else about accounts.
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Account } from '../../api/types';
import { AccountSelect } from '../../ui/AccountSelect';
import { dialogOf } from '../../ui/dialog';
import { Amount } from '../../ui/Figures';
import { useLinkTo } from '../../ui/usePlace';
import classes from './bars.module.css';

const NewAccount = dialogOf(() => import('../../ui/NewAccount'));
const ResetAccount = dialogOf(() => import('../../ui/ResetAccount'));

export function AccountBar({ account }: { account: Account }) {
  const [dialog, setDialog] = useState<'new' | 'reset' | null>(null);
  const linkTo = useLinkTo();
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
      <Link to={linkTo('/accounts')} className="small">
        Money, epochs, forks
      </Link>
      {dialog === 'new' ? <NewAccount onClose={close} /> : null}
      {dialog === 'reset' ? <ResetAccount account={account} onClose={close} /> : null}
    </div>
  );
}
