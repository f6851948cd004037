// Says above everything else that the account may not trade, or only reduce: by whom, since when and why.
import { Link } from 'react-router';
import type { Account, RiskNow } from '../../api/types';
import { useRiskChannel } from '../../stream/risk';
import { useStreamStatus } from '../../stream/StreamProvider';
import { Time } from '../../ui/Figures';
import { StateWord } from '../../ui/StateWord';
import { useLinkTo } from '../../ui/usePlace';
import classes from './bars.module.css';

export function RiskBanner({ account }: { account: Account }) {
  const heard = useRiskChannel(account.id);
  const isLive = useStreamStatus().state === 'live';
  const linkTo = useLinkTo();
  const told = isLive && heard ? heard.risk : null;
  const state = told?.state ?? account.risk_state;
  if (state === 'ACTIVE') return null;
  return (
    <div className={classes.risk} data-state={state} role="alert" aria-label="Trading state">
      <StateWord state={state} />
      <span>{state === 'HALTED' ? 'No order is taken.' : 'Only orders that reduce a position are taken.'}</span>
      {told ? <Why risk={told} /> : null}
      <Link to={linkTo('/risk')}>Risk page</Link>
    </div>
  );
}

/** Of the account's own state and everybody's the one that holds. */
function Why({ risk }: { risk: RiskNow }) {
  const isOwn = risk.account_state.state === risk.state;
  const { reason, by, since } = isOwn ? risk.account_state : risk.global_state;
  return (
    <span>
      <span className="soft">{isOwn ? '' : 'All accounts, '}</span>“{reason}” <span className="soft">by {by ?? 'nobody named'} at</span> <Time value={since} />
    </span>
  );
}
