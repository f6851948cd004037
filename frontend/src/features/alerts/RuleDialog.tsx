// Makes a rule, or replaces one as a whole; the secret of a new webhook is shown here, once.
import { Button, Checkbox, Modal, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Account, Alert } from '../../api/types';
import { useSettings } from '../../settings';
import { CheckedForm } from '../../ui/CheckedForm';
import { CopyText } from '../../ui/CopyText';
import { ErrorNote } from '../../ui/ErrorNote';
import { toastGood } from '../../ui/toast';
import classes from './alerts.module.css';
import { ConditionFields } from './ConditionFields';
import { useSaveRule } from './queries';
import { bodyOf, type CoolDownUnit, emptyForm, formOf, hasLevel, type Kind, type Problems, problemsOf, type RuleForm as Form, type SentChannel, WHOLE_NUMBER } from './ruleForm';
import { SEVERITIES, type Severity } from './words';

interface Props {
  account: Account;
  /** The rule that is changed; null makes one. */
  rule: Alert | null;
  onClose: () => void;
}

export default function RuleDialog({ account, rule, onClose }: Props) {
  const [secret, setSecret] = useState<string | null>(null);
  const title = secret ? 'The secret of the webhook' : rule ? `Change ${rule.name}` : 'Make a rule';
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={title}
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      closeButtonProps={{ 'aria-label': secret ? 'Close; the secret is not shown again' : 'Close, and change nothing' }}
    >
      {secret ? <Secret secret={secret} onClose={onClose} /> : <RuleForm account={account} rule={rule} onSecret={setSecret} onClose={onClose} />}
    </Modal>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className="stack">
      <p>
        Whoever receives the webhook checks with it that an event is Sandbar’s. <strong>It is not shown again</strong>; another address has another secret.
      </p>
      <div className={classes.secret} data-testid="webhook-secret">
        <CopyText text={secret} label="secret" />
      </div>
      <div className="row">
        <Button onClick={onClose} data-autofocus>
          I have it
        </Button>
      </div>
    </div>
  );
}

function RuleForm({ account, rule, onSecret, onClose }: Props & { onSecret: (secret: string) => void }) {
  const { symbol } = useSettings();
  const [form, setForm] = useState(() => (rule ? formOf(rule, symbol) : emptyForm(symbol)));
  const save = useSaveRule(account.id);
  const { problems, isElsewhere } = problemsOf(save.error);
  const isWhole = /^\d*$/.test(form.coolDown);
  const change = (part: Partial<Form>) => {
    save.reset();
    setForm((now) => ({ ...now, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isWhole) return;
    save
      .writeAsync({ id: rule?.id ?? null, body: bodyOf(form) })
      .then((made) => {
        toastGood(rule ? 'Rule changed.' : 'Rule made.', made.enabled ? `${made.name} watches from now on.` : `${made.name} is switched off.`);
        if (made.webhook_secret) onSecret(made.webhook_secret);
        else onClose();
      })
      .catch(() => undefined); // shown at the fields, or below
  };
  return (
    <CheckedForm label="Rule" fault={save.error} onSubmit={submit}>
      <div className={classes.fields}>
        <TextInput label="Name" required maxLength={100} data-autofocus value={form.name} error={problems.name} onChange={(event) => change({ name: event.currentTarget.value })} />
        <NativeSelect label="Severity" value={form.severity} onChange={(event) => change({ severity: event.currentTarget.value as Severity })} data={SEVERITIES.map((each) => ({ value: each, label: capital(each) }))} />
      </div>
      <fieldset className={classes.group}>
        <legend>Waits for</legend>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Kind of the condition"
          value={form.kind}
          onChange={(kind) => change({ kind: kind as Kind })}
          data={[
            { value: 'expression', label: 'Prices' },
            { value: 'account', label: 'The account' },
            { value: 'occurrence', label: 'An occurrence' },
          ]}
        />
        <ConditionFields form={form} problems={problems} base={account.base_currency} onChange={change} />
      </fieldset>
      <Habits form={form} problems={isWhole ? problems : { ...problems, coolDown: WHOLE_NUMBER }} onChange={change} />
      <Channels form={form} problems={problems} onChange={change} />
      <Checkbox label="Watch from now on" checked={form.isEnabled} onChange={(event) => change({ isEnabled: event.currentTarget.checked })} />
      {isElsewhere ? <ErrorNote fault={save.error} title={rule ? 'The rule is as it was' : 'No rule was made'} /> : null}
      <div className="row">
        <Button type="submit" loading={save.isPending}>
          {rule ? 'Change the rule' : 'Make the rule'}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </CheckedForm>
  );
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

interface PartProps {
  form: Form;
  problems: Problems;
  onChange: (part: Partial<Form>) => void;
}

const UNITS: { value: CoolDownUnit; label: string }[] = [
  { value: 's', label: 'Seconds' },
  { value: 'min', label: 'Minutes' },
  { value: 'h', label: 'Hours' },
  { value: 'd', label: 'Days' },
];

/** How often it tells. */
function Habits({ form, problems, onChange }: PartProps) {
  return (
    <fieldset className={classes.group}>
      <legend>Tells</legend>
      <div className={classes.fields}>
        <NativeSelect
          label="How often"
          value={form.repeat}
          onChange={(event) => onChange({ repeat: event.currentTarget.value as Form['repeat'] })}
          data={[
            { value: 'every', label: 'Each time it begins to hold' },
            { value: 'once', label: 'Once, until it is switched on again' },
          ]}
        />
        <TextInput
          label="Then silent for"
          placeholder="0"
          inputMode="numeric"
          value={form.coolDown}
          error={problems.coolDown}
          onChange={(event) => onChange({ coolDown: event.currentTarget.value.trim() })}
        />
        <NativeSelect
          label="Unit of the silence"
          value={form.coolDownUnit}
          onChange={(event) => onChange({ coolDownUnit: event.currentTarget.value as CoolDownUnit })}
          data={UNITS}
        />
        {hasLevel(form) ? (
          <TextInput
            label="Again once back over"
            placeholder="The condition has ended"
            inputMode="decimal"
            value={form.rearmLevel}
            error={problems.rearmLevel}
            onChange={(event) => onChange({ rearmLevel: event.currentTarget.value.replace(',', '.') })}
          />
        ) : null}
      </div>
      <span className="soft small">The silence counts by the market’s clock.</span>
    </fieldset>
  );
}

/** Where it goes beside these pages. */
function Channels({ form, problems, onChange }: PartProps) {
  const toggle = (channel: SentChannel, isOn: boolean) =>
    onChange({ channels: isOn ? [...form.channels, channel] : form.channels.filter((each) => each !== channel) });
  const box = (channel: SentChannel, label: string) => (
    <Checkbox label={label} checked={form.channels.includes(channel)} onChange={(event) => toggle(channel, event.currentTarget.checked)} />
  );
  return (
    <fieldset className={classes.group}>
      <legend>Beside these pages, by</legend>
      <div className="row">
        {box('log', 'Log')}
        {box('email', 'E-mail')}
        {box('webhook', 'Webhook')}
      </div>
      {problems.channels ? <span className={classes.bad}>{problems.channels}</span> : null}
      {form.channels.includes('email') ? (
        <TextInput label="Mail to" description="Up to five addresses, with commas between" value={form.emailTo} error={problems.emailTo} onChange={(event) => onChange({ emailTo: event.currentTarget.value })} />
      ) : null}
      {form.channels.includes('webhook') ? (
        <TextInput
          label="Address of the webhook"
          description="Each event is sent there, signed with a secret that is shown once"
          type="url"
          value={form.webhookUrl}
          error={problems.webhookUrl}
          onChange={(event) => onChange({ webhookUrl: event.currentTarget.value })}
        />
      ) : null}
    </fieldset>
  );
}
