// Starts a run: which version with which values, on which account, and under which rules.
import { Button, Modal, NativeSelect, Radio, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Strategy, StrategyRun, StrategyVersion } from '../../api/types';
import { ErrorNote } from '../../ui/ErrorNote';
import { Loading } from '../../ui/States';
import { Folded } from '../../ui/strategy/StrategyForm';
import shared from '../../ui/strategy/strategy.module.css';
import { toastGood } from '../../ui/toast';
import { useStart, useVersions } from './queries';
import { emptyStart, FILL_POLICIES, LIMIT_NAMES, LIMITS, parametersOf, startBody, type StartForm, startProblems, valuesOf } from './startForm';
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
  const choose = (text: string) => {
    const next = versions.find((each) => String(each.version) === text) ?? strategy.version;
    change({ version: next.version, values: valuesOf(next) });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label="Start a run">
      <NativeSelect
        size="xs"
        label="Version"
        value={String(form.version)}
        error={fields.version}
        onChange={(event) => choose(event.currentTarget.value)}
        data={versions.map((each) => ({ value: String(each.version), label: versionLabel(each) }))}
      />
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
    </form>
  );
}

function versionLabel({ version, note, symbols, interval }: StrategyVersion): string {
  return `${version}: ${note || `${symbols.join(', ')} ${interval}`}`;
}

interface PartProps {
  form: StartForm;
  fields: Record<string, string>;
  onChange: (part: Partial<StartForm>) => void;
}

function ParameterFields({ version, form, fields, onChange }: PartProps & { version: StrategyVersion }) {
  const parameters = parametersOf(version);
  if (parameters.length === 0) return null;
  return (
    <div className={shared.three} role="group" aria-label="Parameters">
      {parameters.map(({ name, value, bound }) => (
        <TextInput
          key={name}
          size="xs"
          inputMode="decimal"
          label={`p.${name}`}
          description={bound ? `From ${bound.least} to ${bound.most}` : 'Has no bounds'}
          disabled={!bound}
          value={bound ? (form.values[name] ?? '') : String(value)}
          error={fields[`parameters.${name}`]}
          onChange={(event) => onChange({ values: { ...form.values, [name]: event.currentTarget.value } })}
        />
      ))}
    </div>
  );
}

function AccountFields({ account, form, fields, onChange }: PartProps & { account: string }) {
  const text = (label: string, value: string, field: string, part: (text: string) => Partial<StartForm>) => (
    <TextInput size="xs" inputMode="decimal" label={label} value={value} error={fields[field]} onChange={(event) => onChange(part(event.currentTarget.value))} />
  );
  return (
    <>
      <Radio.Group label="Trades on" value={form.hasOwnAccount ? 'own' : 'given'} error={fields.own_account} onChange={(value) => onChange({ hasOwnAccount: value === 'own' })}>
        <div className={classes.choices}>
          <Radio value="own" label="An account of its own" />
          <Radio value="given" label={`The account ${account}`} description="With what is there: it begins flat in its symbols, by the account’s own rules" />
        </div>
      </Radio.Group>
      {form.hasOwnAccount ? (
        <>
          <div className={shared.three}>
            {text('Money to begin with', form.cash, 'cash', (cash) => ({ cash }))}
            {text('Maker fee, basis points', form.makerBps, 'fees.maker_bps', (makerBps) => ({ makerBps }))}
            {text('Taker fee, basis points', form.takerBps, 'fees.taker_bps', (takerBps) => ({ takerBps }))}
            <NativeSelect size="xs" label="How orders fill" value={form.fillPolicy} error={fields.fill_policy} onChange={(event) => onChange({ fillPolicy: event.currentTarget.value as StartForm['fillPolicy'] })} data={[...FILL_POLICIES]} />
          </div>
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
