// Which backtest is held against which session.
import { NativeSelect, TextInput } from '@mantine/core';
import { useAccounts } from '../../api/queries';
import { Panel } from '../../ui/Panel';
import classes from './parity.module.css';
import { type Sides, useBacktestNames } from './queries';

interface Props {
  account: string;
  sides: Sides;
  onChange: (change: Partial<Record<'backtest' | 'session' | 'epoch', string>>) => void;
}

export function SidesForm({ account, sides, onChange }: Props) {
  const backtests = useBacktestNames(account);
  const accounts = useAccounts();
  const tests = (backtests.data?.items ?? []).map(({ id, name, symbols, interval }) => ({ value: id, label: `${name} (${symbols.join(', ')} ${interval}, ${id.slice(-4)})` }));
  const sessions = (accounts.data?.items ?? []).map(({ id, name }) => ({ value: id, label: `${name} (${id})` }));
  return (
    <Panel title="What is compared">
      <div className={classes.fields}>
        <NativeSelect
          label="Backtest"
          description="What a strategy would have done"
          value={sides.backtest}
          onChange={(event) => onChange({ backtest: event.currentTarget.value })}
          data={withChosen(tests, sides.backtest)}
        />
        <NativeSelect
          label="Session"
          description="The account that traded in the sandbox"
          value={sides.session}
          onChange={(event) => onChange({ session: event.currentTarget.value, epoch: '' })}
          data={withChosen(sessions, sides.session)}
        />
        <TextInput
          label="Epoch"
          description="Of the session; empty for the present one"
          inputMode="numeric"
          value={sides.epoch === null ? '' : String(sides.epoch)}
          onChange={(event) => onChange({ epoch: event.currentTarget.value.replace(/\D/g, '') })}
        />
      </div>
    </Panel>
  );
}

interface Option {
  value: string;
  label: string;
}

/** With what the address names, also where it is of somebody else or on its way. */
function withChosen(options: Option[], chosen: string): Option[] {
  const isThere = chosen === '' || options.some(({ value }) => value === chosen);
  return [{ value: '', label: 'Choose one…' }, ...(isThere ? [] : [{ value: chosen, label: chosen }]), ...options];
}
