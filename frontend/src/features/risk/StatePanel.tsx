// Whether the account may trade, told so that it cannot be missed, and the way to halt, restrict and resume.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Account, Risk } from '../../api/types';
import { announce } from '../../ui/announce';
import { Time } from '../../ui/Figures';
import { StateWord } from '../../ui/StateWord';
import classes from './risk.module.css';
import { StateDialog } from './StateDialog';
import { type Kind, MEANINGS } from './stateWords';

interface Props {
  account: Account;
  risk: Risk;
}

export function StatePanel({ account, risk }: Props) {
  const [asked, setAsked] = useState<Kind | null>(null);
  const isActive = risk.account_state.state === 'ACTIVE' && risk.global_state.state === 'ACTIVE';
  useStateNews(risk.state);
  return (
    <section className={classes.state} data-state={risk.state} aria-label="Trading state">
      <div className={classes.loud} data-testid="risk-state">
        <StateWord state={risk.state} />
      </div>
      <p className={classes.meaning}>{MEANINGS[risk.state]}</p>
      <dl className={classes.states}>
        <Told name={account.name} state={risk.account_state} />
        <Told name="All accounts" state={risk.global_state} />
      </dl>
      <div className="row">
        <Button color="red.9" onClick={() => setAsked('halt')}>
          Halt…
        </Button>
        <Button variant="default" onClick={() => setAsked('restrict')}>
          Only reduce…
        </Button>
        <Button variant="default" disabled={isActive} onClick={() => setAsked('resume')}>
          Resume…
        </Button>
      </div>
      {asked ? <StateDialog kind={asked} account={account} risk={risk} onClose={() => setAsked(null)} /> : null}
    </section>
  );
}

/** A state with its reason, by whom and since when by the market's clock. */
function Told({ name, state }: { name: string; state: Risk['account_state'] }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <StateWord state={state.state} />
        {state.since ? (
          <span className={classes.told}>
            “{state.reason}” <span className="soft">by {state.by ?? 'nobody named'}, since</span> <Time value={state.since} />{' '}
            <span className="soft">(market time)</span>
          </span>
        ) : (
          <span className="soft">Never changed.</span>
        )}
      </dd>
    </div>
  );
}

/** A state can change while one looks elsewhere on the page, by a limit or by somebody else. */
function useStateNews(state: Risk['state']): void {
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== state) announce(`Trading is now ${state}. ${MEANINGS[state]}`);
    before.current = state;
  }, [state]);
}
