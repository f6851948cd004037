// The limits of an account, changed all together; what is left empty is the installation's affair.
import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useInstruments } from '../../api/queries';
import type { Account, AccountLimits, Instrument } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { QueryState } from '../../ui/States';
import { toastGood } from '../../ui/toast';
import { useFocusBack } from '../../ui/useFocusBack';
import {
  AMOUNT_NAMES,
  AMOUNTS,
  defaultText,
  formOf,
  labelOf,
  type LimitsForm as Form,
  limitsOf,
  newRow,
  type Problems,
  problemsOf,
  SYMBOL_AMOUNT_NAMES,
  SYMBOL_AMOUNTS,
  type SymbolRow,
} from './limits';
import { useLimits, useSetLimits } from './queries';
import classes from './risk.module.css';

interface Props {
  account: Account;
  onClose: () => void;
}

export function LimitsDialog({ account, onClose }: Props) {
  useFocusBack();
  const limits = useLimits(account.id);
  return (
    <Modal opened onClose={onClose} size="xl" title={`Limits of ${account.name}`} closeButtonProps={{ 'aria-label': 'Close the limits' }}>
      <QueryState query={limits}>{(found) => <LimitsForm account={account} limits={found} onClose={onClose} />}</QueryState>
    </Modal>
  );
}

function LimitsForm({ account, limits, onClose }: Props & { limits: AccountLimits }) {
  const [form, setForm] = useState(() => formOf(limits.own));
  const put = useSetLimits(account.id);
  const problems = problemsOf(put.error?.fields ?? {}, form);
  const isElsewhere = put.error !== null && (problems.others.length > 0 || Object.keys(put.error.fields).length === 0);
  const change = (part: Partial<Form>) => {
    put.reset();
    setForm({ ...form, ...part });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put
      .writeAsync(limitsOf(form))
      .then(() => {
        toastGood('Limits set.', `They hold for ${account.name} from now on.`);
        onClose();
      })
      .catch(() => undefined); // shown at the fields, or below
  };
  return (
    <CheckedForm label="Limits" fault={put.error} onSubmit={submit}>
      <div className={classes.fields}>
        {AMOUNT_NAMES.map((name) => (
          <TextInput
            key={name}
            label={labelOf(name, account.base_currency)}
            description={`${AMOUNTS[name].about} ${defaultText(name, limits.installation)}.`}
            inputMode={AMOUNTS[name].isWhole ? 'numeric' : 'decimal'}
            value={form.amounts[name]}
            error={problems.amounts[name]}
            onChange={(event) => change({ amounts: { ...form.amounts, [name]: event.currentTarget.value } })}
          />
        ))}
      </div>
      <Breach form={form} onChange={change} />
      <Symbols form={form} problems={problems} restrictedToAll={limits.installation.restricted_symbols} onChange={(symbols) => change({ symbols })} />
      {isElsewhere ? <ErrorNote fault={put.error} title="The limits are as they were" /> : null}
      <div className="row">
        <Button type="submit" loading={put.isPending}>
          Set the limits
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave them
        </Button>
      </div>
    </CheckedForm>
  );
}

/** What a broken limit of loss does. */
function Breach({ form, onChange }: { form: Form; onChange: (part: Partial<Form>) => void }) {
  return (
    <fieldset className={classes.group}>
      <legend>When the daily loss or the drawdown goes beyond its limit</legend>
      <div className="row">
        <NativeSelect
          aria-label="Trading is then"
          value={form.onBreach}
          onChange={(event) => onChange({ onBreach: event.currentTarget.value as Form['onBreach'] })}
          data={[
            { value: 'HALTED', label: 'Halt: no order is taken' },
            { value: 'REDUCING', label: 'Take only orders that reduce' },
          ]}
        />
        <Checkbox label="and close every position" checked={form.closesOnBreach} onChange={(event) => onChange({ closesOnBreach: event.currentTarget.checked })} />
      </div>
      <span className="soft small">Open orders are canceled. Somebody has to resume the account.</span>
    </fieldset>
  );
}

interface SymbolsProps {
  form: Form;
  problems: Problems;
  restrictedToAll: readonly string[];
  onChange: (symbols: SymbolRow[]) => void;
}

function Symbols({ form, problems, restrictedToAll, onChange }: SymbolsProps) {
  const { bySymbol } = useInstruments();
  const others = [...bySymbol.keys()].filter((symbol) => form.symbols.every((row) => row.symbol !== symbol));
  const replace = (changed: SymbolRow) => onChange(form.symbols.map((row) => (row.symbol === changed.symbol ? changed : row)));
  return (
    <>
      {form.symbols.map((row) => (
        <SymbolFields
          key={row.symbol}
          row={row}
          instrument={bySymbol.get(row.symbol)}
          problems={problems}
          onChange={replace}
          onRemove={() => onChange(form.symbols.filter((each) => each !== row))}
        />
      ))}
      <NativeSelect
        label="Limits of one symbol"
        className={classes.adder}
        value=""
        disabled={others.length === 0}
        onChange={(event) => onChange([...form.symbols, newRow(event.currentTarget.value)])}
        data={[{ value: '', label: 'Add a symbol…' }, ...others]}
      />
      {restrictedToAll.length > 0 ? <span className="soft small">The installation restricts {restrictedToAll.join(', ')} for all accounts.</span> : null}
    </>
  );
}

interface SymbolProps {
  row: SymbolRow;
  instrument: Instrument | undefined;
  problems: Problems;
  onChange: (row: SymbolRow) => void;
  onRemove: () => void;
}

function SymbolFields({ row, instrument, problems, onChange, onRemove }: SymbolProps) {
  const unitOf = (name: keyof typeof SYMBOL_AMOUNTS) => (name === 'max_position_notional' ? instrument?.quote : instrument?.base) ?? '';
  return (
    <fieldset className={classes.group}>
      <legend>{row.symbol}</legend>
      <div className={classes.fields}>
        {SYMBOL_AMOUNT_NAMES.map((name) => (
          <TextInput
            key={name}
            label={`${SYMBOL_AMOUNTS[name].label}, ${unitOf(name)}`}
            description={SYMBOL_AMOUNTS[name].about}
            inputMode="decimal"
            value={row[name]}
            error={problems.symbols[`${row.symbol} ${name}`]}
            onChange={(event) => onChange({ ...row, [name]: event.currentTarget.value })}
          />
        ))}
      </div>
      <div className="row">
        <Checkbox label="Only reduce: no new position in it" checked={row.isRestricted} onChange={(event) => onChange({ ...row, isRestricted: event.currentTarget.checked })} />
        <Button size="compact-sm" variant="default" className="push" onClick={onRemove} aria-label={`Remove the limits of ${row.symbol}`}>
          Remove
        </Button>
      </div>
    </fieldset>
  );
}
