// The rules of the account: what each waits for and how far it has come, why it is off, and what can be done with it.
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { Account, Alert } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { dialogOf } from '../../ui/dialog';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { StateWord } from '../../ui/StateWord';
import { toastFault, toastGood } from '../../ui/toast';
import classes from './alerts.module.css';
import { useChangeRule, useDeleteRule, useRules, useTestRule } from './queries';
import { conditionWords, deliveryWords, habitWords } from './words';

const RuleDialog = dialogOf(() => import('./RuleDialog'));

interface Props {
  account: Account;
  /** Shows the events of one rule alone. */
  onShow: (rule: string) => void;
}

type Open = { do: 'edit'; rule: Alert | null } | { do: 'delete'; rule: Alert } | null;

export function RulesPanel({ account, onShow }: Props) {
  const rules = useRules(account.id);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const make = () => setOpen({ do: 'edit', rule: null });
  return (
    <Panel
      title="Rules"
      isFlush
      actions={
        <Button size="compact-sm" onClick={make}>
          Make a rule…
        </Button>
      }
    >
      <QueryState query={rules}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No rules.">A rule tells when prices, the account or an occurrence call for a look: by these pages, the log, e-mail or a webhook.</Empty>
          ) : (
            <ul className={classes.rules} aria-label="Rules">
              {items.map((rule) => (
                <Rule key={rule.id} rule={rule} account={account} onShow={onShow} onOpen={setOpen} />
              ))}
            </ul>
          )
        }
      </QueryState>
      {open?.do === 'edit' ? <RuleDialog account={account} rule={open.rule} onClose={close} /> : null}
      {open?.do === 'delete' ? <DeleteRule account={account.id} rule={open.rule} onClose={close} /> : null}
    </Panel>
  );
}

interface RuleProps extends Props {
  rule: Alert;
  onOpen: (open: Open) => void;
}

function Rule({ rule, account, onShow, onOpen }: RuleProps) {
  const { condition } = rule;
  return (
    <li className={classes.rule} data-status={rule.status}>
      <div className={classes.ruleHead}>
        <strong>{rule.name}</strong>
        <StateWord state={rule.severity} />
        <span className="push">
          <StateWord state={rule.status} />
        </span>
      </div>
      <div>
        <span className={condition.kind === 'expression' ? 'mono' : ''}>{conditionWords(rule, account.base_currency)}</span>
        {condition.kind === 'expression' ? <span className="soft small"> on {condition.symbol} {condition.interval}</span> : null}
      </div>
      <div className="soft small">{habitWords(rule)}.</div>
      <Course rule={rule} onShow={onShow} />
      <RuleTools rule={rule} account={account} onOpen={onOpen} />
    </li>
  );
}

/** How far it has come; loudly where that is nowhere. */
function Course({ rule, onShow }: { rule: Alert; onShow: (rule: string) => void }) {
  const isUnsettled = rule.history_bars !== null && rule.warm_up_bars !== null && rule.history_bars < rule.warm_up_bars;
  return (
    <>
      {rule.fault ? <div className={classes.bad}>Switched off: {rule.fault}</div> : null}
      {rule.waiting_for && rule.enabled ? <div className={classes.warn}>Waits for {rule.waiting_for}</div> : null}
      {isUnsettled ? (
        <div className="soft small">
          {rule.history_bars} of the {rule.warm_up_bars} bars were seen that it needs to be settled.
        </div>
      ) : null}
      <div className="soft small">
        {rule.fired_count === 0 ? (
          'Never fired.'
        ) : (
          <>
            Fired {rule.fired_count === 1 ? 'once' : `${rule.fired_count} times`}, last at <Time value={rule.fired_at} />
            {firedText(rule)}.{' '}
            <button type="button" className={classes.linkLike} onClick={() => onShow(rule.id)}>
              Its events
            </button>
          </>
        )}
      </div>
    </>
  );
}

/** What it fired at is a number, or the code of what happened. */
function firedText({ condition, fired_value: value }: Alert): string {
  if (value === null) return '';
  return condition.kind === 'occurrence' ? `: ${value}` : ` at ${value}`;
}

function RuleTools({ rule, account, onOpen }: Omit<RuleProps, 'onShow'>) {
  const fault = (title: string) => (each: unknown) => toastFault(title, each);
  const change = useChangeRule(account.id, { fault: fault(`${rule.name} is as it was.`) });
  const test = useTestRule(account.id, {
    success: (event) => toastGood('Test sent.', `By ${deliveryWords(event)}: its event tells what becomes of it.`),
    fault: fault(`No test of ${rule.name}.`),
  });
  const isOn = change.isPending ? change.variables?.input.change.enabled === true : rule.enabled;
  return (
    <div className={`row ${classes.tools ?? ''}`}>
      <Switch
        size="sm"
        label="Watches"
        aria-label={`${rule.name} watches`}
        checked={isOn}
        onChange={(event) => change.write({ id: rule.id, change: { enabled: event.currentTarget.checked } })}
      />
      <Button size="compact-sm" variant="default" loading={test.isPending} onClick={() => test.write(rule.id)} aria-label={`Test ${rule.name}`}>
        Test
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onOpen({ do: 'edit', rule })} aria-label={`Change ${rule.name}`}>
        Change…
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onOpen({ do: 'delete', rule })} aria-label={`Delete ${rule.name}`}>
        Delete…
      </Button>
    </div>
  );
}

function DeleteRule({ account, rule, onClose }: { account: string; rule: Alert; onClose: () => void }) {
  const remove = useDeleteRule(account);
  const run = () => {
    remove
      .writeAsync(rule.id)
      .then(() => {
        toastGood('Rule deleted.', rule.name);
        onClose();
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <Confirm title={`Delete ${rule.name}?`} action="Delete the rule" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={onClose}>
      It tells nothing any more. What it told until now stays among the events.
    </Confirm>
  );
}
