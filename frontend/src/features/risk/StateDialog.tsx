// Before trading is halted, restricted or resumed: of whom, what becomes of orders and positions, and why; then what will happen.
import { Button, Checkbox, Modal, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useOpenOrders, usePositions } from '../../api/queries';
import type { Account, Risk } from '../../api/types';
import { ErrorNote } from '../../ui/ErrorNote';
import { toastGood } from '../../ui/toast';
import { useFocusBack } from '../../ui/useFocusBack';
import { type StateChange, useChangeState } from './queries';
import classes from './risk.module.css';
import { consequencesOf, type Kind, outcomeOf, type Plan, type Scope } from './stateWords';

const TITLES: Record<Kind, string> = {
  halt: 'Halt trading',
  restrict: 'Take only orders that reduce',
  resume: 'Resume trading',
};
const ACTIONS: Record<Kind, string> = { halt: 'Halt', restrict: 'Restrict', resume: 'Resume' };

interface Props {
  kind: Kind;
  account: Account;
  risk: Risk;
  onClose: () => void;
}

export function StateDialog({ kind, account, risk, onClose }: Props) {
  useFocusBack();
  const [plan, setPlan] = useState<Plan>(() => ({ kind, scope: firstScope(kind, risk), cancelsOrders: true, closesPositions: false }));
  const [reason, setReason] = useState('');
  const openOrders = useOpenOrders(account.id);
  const change = useChangeState(account.id);
  const positions = usePositions(account.id);
  const held = { openOrders: openOrders.data?.items.length ?? null, positions: positions.data?.items.length ?? null };
  const name = plan.scope === 'all' ? 'all accounts' : account.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change
      .writeAsync(changeOf(plan, reason))
      .then((done) => {
        toastGood(`${plan.scope === 'all' ? 'All accounts are' : `${account.name} is`} ${done.state}.`, outcomeOf(done));
        onClose();
      })
      .catch(() => undefined); // shown below
  };
  return (
    <Modal opened onClose={onClose} title={TITLES[kind]} closeButtonProps={{ 'aria-label': 'Close, and change nothing' }}>
      <form onSubmit={submit} className="stack">
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Of whom"
          value={plan.scope}
          onChange={(scope) => setPlan({ ...plan, scope: scope as Scope })}
          data={[
            { value: 'account', label: account.name },
            { value: 'all', label: 'All accounts' },
          ]}
        />
        <TextInput
          label="Reason"
          placeholder="Shown to everybody whose order is refused"
          value={reason}
          required
          maxLength={500}
          data-autofocus
          error={change.error?.fields.reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {kind === 'resume' ? null : <Choices plan={plan} onChange={setPlan} />}
        <div className={classes.consequences}>
          <strong>What will happen</strong>
          <ul>
            {consequencesOf(plan, risk, held).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
        {change.error ? <ErrorNote fault={change.error} title="Nothing was changed" /> : null}
        <div className="row">
          <Button type="submit" loading={change.isPending} {...(kind === 'resume' ? {} : { color: 'red.9' })}>
            {ACTIONS[kind]} {name}
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function Choices({ plan, onChange }: { plan: Plan; onChange: (plan: Plan) => void }) {
  return (
    <>
      <Checkbox
        label={plan.kind === 'halt' ? 'Cancel open orders' : 'Cancel open orders that do more than reduce'}
        checked={plan.cancelsOrders}
        onChange={(event) => onChange({ ...plan, cancelsOrders: event.currentTarget.checked })}
      />
      <Checkbox
        label="Close positions at the market"
        checked={plan.closesPositions}
        onChange={(event) => onChange({ ...plan, closesPositions: event.currentTarget.checked })}
      />
    </>
  );
}

/** Where something is to be resumed. */
function firstScope(kind: Kind, risk: Risk): Scope {
  return kind === 'resume' && risk.account_state.state === 'ACTIVE' ? 'all' : 'account';
}

function changeOf({ kind, scope, cancelsOrders, closesPositions }: Plan, reason: string): StateChange {
  if (kind === 'resume') return { do: 'resume', scope, reason };
  return {
    do: 'halt',
    scope,
    reason,
    state: kind === 'halt' ? 'HALTED' : 'REDUCING',
    cancel_orders: cancelsOrders,
    close_positions: closesPositions,
  };
}
