// Stops a run, or all of a strategy, and says what becomes of its orders and positions.
import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { Strategy, StrategyRun, StrategyStopIn } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { toastGood } from '../../ui/toast';
import { useStop } from './queries';
import classes from './strategies.module.css';

type Mode = StrategyStopIn['mode'];

const MODES: readonly { mode: Mode; label: string; about: string; action: string }[] = [
  { mode: 'leave', label: 'Leave all as it is', about: 'Its orders wait on and its positions stay; nobody watches them but you.', action: 'leave all as it is' },
  { mode: 'cancel', label: 'Cancel its orders', about: 'Its positions stay, without their stops and targets.', action: 'cancel its orders' },
  { mode: 'close', label: 'Close its positions', about: 'Its orders are canceled, and what it holds is traded back at the market.', action: 'close its positions' },
];

interface Props {
  account: string;
  strategy: Strategy;
  /** One run; null: all that go on. */
  run: StrategyRun | null;
  onClose: () => void;
}

export default function StopDialog({ account, strategy, run, onClose }: Props) {
  const [mode, setMode] = useState<Mode>('cancel');
  const stop = useStop(account, strategy.id);
  const count = run ? 1 : strategy.runs.length;
  const chosen = MODES.find((each) => each.mode === mode);
  const send = () => {
    stop
      .writeAsync({ mode, run: run?.id ?? null })
      .then(({ items }) => {
        toastGood(items.length === 1 ? 'Run stopped.' : `${items.length} runs stopped.`, strategy.name);
        onClose();
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <Confirm
      title={count === 1 ? `Stop the run of ${strategy.name}?` : `Stop all ${count} runs of ${strategy.name}?`}
      action={`Stop, and ${chosen?.action ?? ''}`}
      isBusy={stop.isPending}
      fault={stop.error}
      onConfirm={send}
      onClose={onClose}
    >
      <Radio.Group label="What becomes of its orders and positions" value={mode} onChange={(value) => setMode(value as Mode)}>
        <div className={classes.choices}>
          {MODES.map((each) => (
            <Radio key={each.mode} value={each.mode} label={each.label} description={each.about} />
          ))}
        </div>
      </Radio.Group>
    </Confirm>
  );
}
