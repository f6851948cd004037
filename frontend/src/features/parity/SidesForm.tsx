// Which backtest is held against what traded in the sandbox. Runs and rehearsals are chosen where they are listed, and come in the address.
import { NativeSelect, TextInput } from '@mantine/core';
import { useAccounts, useBacktestNames } from '../../api/queries';
import { useSettings } from '../../settings';
import { accountOption, backtestOption, withChosen } from '../../ui/choices';
import { shortId } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import classes from './parity.module.css';
import { type Sides, type Trader, TRADERS } from './queries';

interface Props {
  account: string;
  sides: Sides;
  onChange: (change: Partial<Record<'backtest' | 'epoch', string>>) => void;
  onTrader: (trader: Trader | null) => void;
}

const CHOOSE = { value: '', label: 'Choose one…' };

export function SidesForm({ account, sides, onChange, onTrader }: Props) {
  const backtests = useBacktestNames(account);
  const { timeZone } = useSettings();
  const tests = (backtests.data?.items ?? []).map((each) => backtestOption(each, timeZone));
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
        <TraderField trader={sides.trader} onChange={onTrader} />
        {sides.trader && sides.trader.kind !== 'session' ? null : (
          <TextInput
            label="Epoch"
            description="Of the account; empty for the present one"
            inputMode="numeric"
            value={sides.epoch === null ? '' : String(sides.epoch)}
            onChange={(event) => onChange({ epoch: event.currentTarget.value.replace(/\D/g, '') })}
          />
        )}
      </div>
    </Panel>
  );
}

/** An account, or the run or rehearsal that one came with. */
function TraderField({ trader, onChange }: { trader: Trader | null; onChange: (trader: Trader | null) => void }) {
  const accounts = useAccounts();
  const session = trader?.kind === 'session' ? trader.id : '';
  const sessions = withChosen((accounts.data?.items ?? []).map(accountOption), session);
  const others = trader && trader.kind !== 'session' ? [{ value: textOf(trader), label: `${NAMES[trader.kind]} ${shortId(trader.id)}` }] : [];
  return (
    <NativeSelect
      label="Session"
      description="What traded in the sandbox"
      value={trader ? textOf(trader) : ''}
      onChange={(event) => onChange(traderOf(event.currentTarget.value))}
      data={[CHOOSE, ...others, ...sessions.map(({ value, label }) => ({ value: textOf({ kind: 'session', id: value }), label }))]}
    />
  );
}

const NAMES = { run: 'Run of a strategy', rehearsal: 'Rehearsal' };

/** As the value of an option. */
function textOf({ kind, id }: Trader): string {
  return `${kind} ${id}`;
}

function traderOf(text: string): Trader | null {
  const kind = TRADERS.find((each) => text.startsWith(`${each} `));
  return kind ? { kind, id: text.slice(kind.length + 1) } : null;
}
