// Which backtest is held against which session.
import { NativeSelect, TextInput } from '@mantine/core';
import { useAccounts, useBacktestNames } from '../../api/queries';
import { useSettings } from '../../settings';
import { accountOption, backtestOption, withChosen } from '../../ui/choices';
import { Panel } from '../../ui/Panel';
import classes from './parity.module.css';
import type { Sides } from './queries';

interface Props {
  account: string;
  sides: Sides;
  onChange: (change: Partial<Record<'backtest' | 'session' | 'epoch', string>>) => void;
}

const CHOOSE = { value: '', label: 'Choose one…' };

export function SidesForm({ account, sides, onChange }: Props) {
  const backtests = useBacktestNames(account);
  const accounts = useAccounts();
  const { timeZone } = useSettings();
  const tests = (backtests.data?.items ?? []).map((each) => backtestOption(each, timeZone));
  const sessions = (accounts.data?.items ?? []).map(accountOption);
  return (
    <Panel title="What is compared">
      <div className={classes.fields}>
        <NativeSelect
          label="Backtest"
          description="What a strategy would have done"
          value={sides.backtest}
          onChange={(event) => onChange({ backtest: event.currentTarget.value })}
          data={[CHOOSE, ...withChosen(tests, sides.backtest)]}
        />
        <NativeSelect
          label="Session"
          description="The account that traded in the sandbox"
          value={sides.session}
          onChange={(event) => onChange({ session: event.currentTarget.value, epoch: '' })}
          data={[CHOOSE, ...withChosen(sessions, sides.session)]}
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
