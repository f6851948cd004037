// Starts a run: which version with which values, on which account, and under which rules.
import { Button, Modal, Radio, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useAccount } from '../../api/queries';
import type { Strategy, StrategyRun, StrategyVersion } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { Loading } from '../../ui/States';
import { Folded } from '../../ui/strategy/StrategyForm';
import shared from '../../ui/strategy/strategy.module.css';
import { toastGood } from '../../ui/toast';
import { useStart, useVersions } from './queries';
import { MoneyFields, ParameterFields, type PartProps, VersionField } from './StartFields';
import { emptyStart, LIMIT_NAMES, LIMITS, startBody, type StartForm, startProblems, valuesOf } from './startForm';
import classes from './strategies.module.css';

interface Props {
  account: string;
  strategy: Strategy;
  onStarted: (run: StrategyRun) => void;
  onClose: () => void;
}

export default function StartDialog(props: Props) {
  const versions = useVersions(props.account, props.strategy.id);
  return (
    <Modal opened onClose={props.onClose} size="lg" title={`Start ${props.strategy.name}`} closeButtonProps={{ 'aria-label': 'Close, and start nothing' }}>
      {versions.data || versions.error ? <Form {...props} versions={versions.data?.items ?? [props.strategy.version]} /> : <Loading />}
    </Modal>
  );
}

function Form({ account, strategy, versions, onStarted, onClose }: Props & { versions: readonly StrategyVersion[] }) {
  const [form, setForm] = useState(() => emptyStart(strategy.version));
  const [wasSent, setSent] = useState(false);
  const start = useStart(account, strategy.id);
  const version = versions.find((each) => each.version === form.version) ?? strategy.version;
  const problems = startProblems(form, version);
  const change = (part: Partial<StartForm>) => {
    if (start.error) start.reset(); // what was refused is no longer what is asked
    setForm((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSent(true);
    if (Object.keys(problems).length > 0) return;
    start
      .writeAsync(startBody(form, version))
      .then((run) => {
        toastGood('Run started.', run.waiting_for ? `It waits for ${run.waiting_for}.` : `It acts on bars that close from now on.`);
        onStarted(run);
      })
      .catch(() => undefined); // shown at the fields and below
  };
  const fields = { ...(start.error?.fields ?? {}), ...(wasSent ? problems : {}) };
  return (
    <CheckedForm label="Start a run" fault={start.error} onSubmit={submit}>
      <VersionField versions={versions} form={form} fields={fields} onChoose={(next) => change({ version: next.version, values: valuesOf(next) })} />
      <ParameterFields version={version} form={form} fields={fields} onChange={change} />
      <AccountFields account={account} form={form} fields={fields} onChange={change} />
      <Switch
        label={`Wait for its ${version.warm_up_bars} bars of history`}
        description="Without it acts as soon as its rules have values, as a backtest from its first bar does."
        checked={form.waitsForWarmUp}
        onChange={(event) => change({ waitsForWarmUp: event.currentTarget.checked })}
      />
      {start.error ? <ErrorNote fault={start.error} title="It was not started" /> : null}
      <div className="row">
        <Button type="submit" loading={start.isPending}>
          Start version {form.version} on {version.symbols.join(', ')}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </CheckedForm>
  );
}

function AccountFields({ account, form, fields, onChange }: PartProps & { account: string }) {
  const name = useAccount(account).data?.name ?? account;
  return (
    <>
      <Radio.Group label="Trades on" value={form.hasOwnAccount ? 'own' : 'given'} error={fields.own_account} onChange={(value) => onChange({ hasOwnAccount: value === 'own' })}>
        <div className={classes.choices}>
          <Radio value="own" label="An account of its own" />
          <Radio value="given" label={`The account ${name}`} description="With what is there: it begins flat in its symbols, by the account’s own rules" />
        </div>
      </Radio.Group>
      {form.hasOwnAccount ? (
        <>
          <MoneyFields form={form} fields={fields} onChange={onChange} />
          <Folded title="Risk limits of its account" isOpen={Object.keys(fields).some((name) => name.startsWith('risk_limits'))}>
            <p className={classes.lead}>Empty: the installation’s. A daily loss or drawdown beyond its limit halts the account.</p>
            <div className={shared.three}>
              {LIMIT_NAMES.map((name) => (
                <TextInput
                  key={name}
                  size="xs"
                  inputMode="decimal"
                  label={LIMITS[name]}
                  value={form.limits[name]}
                  error={fields[`risk_limits.${name}`]}
                  onChange={(event) => onChange({ limits: { ...form.limits, [name]: event.currentTarget.value } })}
                />
              ))}
            </div>
          </Folded>
        </>
      ) : null}
    </>
  );
}
