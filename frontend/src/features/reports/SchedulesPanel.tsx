// The schedules: what each makes and when, what came of it last, on and off, changed, deleted.
import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import type { Account, Schedule } from '../../api/types';
import { Confirm } from '../../ui/Confirm';
import { dialogOf } from '../../ui/dialog';
import { Time } from '../../ui/Figures';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { StateWord } from '../../ui/StateWord';
import { toastFault, toastGood } from '../../ui/toast';
import { everyWords, formatName, FORMAT_NAMES, KIND_NAMES, KINDS, SPANS } from './kinds';
import { useChangeSchedule, useDeleteSchedule, useSchedules } from './queries';
import classes from './reports.module.css';

const ScheduleDialog = dialogOf(() => import('./ScheduleDialog'));

interface Props {
  account: Account;
  onMake: () => void;
  /** Shows the reports of one schedule alone. */
  onShow: (schedule: string) => void;
}

type Open = { do: 'edit' | 'delete'; schedule: Schedule } | null;

export function SchedulesPanel({ account, onMake, onShow }: Props) {
  const schedules = useSchedules(account.id);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <Panel
      title="Schedules"
      isFlush
      actions={
        <Button size="compact-sm" variant="default" onClick={onMake}>
          Schedule one…
        </Button>
      }
    >
      <QueryState query={schedules}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing is scheduled.">Reports about the account can be made again and again: each morning, each Monday, as a line of cron says.</Empty>
          ) : (
            <ul className={classes.schedules} aria-label="Schedules">
              {items.map((schedule) => (
                <Item key={schedule.id} schedule={schedule} account={account.id} onShow={onShow} onOpen={setOpen} />
              ))}
            </ul>
          )
        }
      </QueryState>
      {open?.do === 'edit' ? <ScheduleDialog account={account.id} schedule={open.schedule} onClose={close} /> : null}
      {open?.do === 'delete' ? <DeleteSchedule account={account.id} schedule={open.schedule} onClose={close} /> : null}
    </Panel>
  );
}

interface ItemProps {
  schedule: Schedule;
  account: string;
  onShow: (schedule: string) => void;
  onOpen: (open: Open) => void;
}

/** What it is called, and what it makes. */
function wordsOf({ name, asked }: Schedule): { title: string; makes: string } {
  const { kind: asKind, format: asFormat } = (asked ?? {}) as { kind?: string; format?: string };
  const kind = KIND_NAMES.find((each) => each === asKind);
  const format = FORMAT_NAMES.find((each) => each === asFormat);
  const label = kind ? KINDS[kind].label : 'Report';
  return { title: name || label, makes: `${label}${format ? ` as ${formatName(format)}` : ''}` };
}

function Item({ schedule, account, onShow, onOpen }: ItemProps) {
  const { title, makes } = wordsOf(schedule);
  return (
    <li className={classes.schedule}>
      <div className="row">
        <strong>{title}</strong>
        <span className="push">
          <StateWord state={schedule.last_error ? 'failed' : schedule.enabled ? 'scheduled' : 'off'} />
        </span>
      </div>
      <div>
        {makes} of {SPANS[schedule.span].toLowerCase()}
      </div>
      <div className="soft small">
        {everyWords(schedule)}. {schedule.keep === 1 ? 'The newest one stays' : `The newest ${schedule.keep} stay`}.
      </div>
      <Course schedule={schedule} onShow={onShow} />
      <Tools schedule={schedule} title={title} account={account} onOpen={onOpen} />
    </li>
  );
}

/** When it is due, and what came of it the last time. */
function Course({ schedule, onShow }: Pick<ItemProps, 'schedule' | 'onShow'>) {
  return (
    <>
      {schedule.last_error ? (
        <div className={classes.bad}>
          There is no report of the last time: {schedule.last_error}
        </div>
      ) : null}
      <div className="small">
        {schedule.next_at ? (
          <>
            Next at <Time value={schedule.next_at} />.{' '}
          </>
        ) : (
          <span className="soft">{schedule.enabled ? 'Never due again. ' : 'Switched off. '}</span>
        )}
        {schedule.last_due_at ? (
          <>
            Last due at <Time value={schedule.last_due_at} />.{' '}
          </>
        ) : null}
        <button type="button" className={classes.linkLike} onClick={() => onShow(schedule.id)}>
          Its reports
        </button>
      </div>
    </>
  );
}

function Tools({ schedule, title, account, onOpen }: Omit<ItemProps, 'onShow'> & { title: string }) {
  const change = useChangeSchedule(account, (fault) => toastFault(`${title} is as it was.`, fault));
  const isOn = change.isPending ? change.variables?.input.change.enabled === true : schedule.enabled;
  return (
    <div className={`row ${classes.acts ?? ''}`}>
      <Switch
        size="sm"
        label="On"
        aria-label={`${title} is on`}
        checked={isOn}
        onChange={(event) => change.write({ id: schedule.id, change: { enabled: event.currentTarget.checked } })}
      />
      <Button size="compact-sm" variant="default" onClick={() => onOpen({ do: 'edit', schedule })} aria-label={`Change ${title}`}>
        Change…
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => onOpen({ do: 'delete', schedule })} aria-label={`Delete ${title}`}>
        Delete…
      </Button>
    </div>
  );
}

function DeleteSchedule({ account, schedule, onClose }: { account: string; schedule: Schedule; onClose: () => void }) {
  const remove = useDeleteSchedule(account);
  const { title } = wordsOf(schedule);
  const run = () => {
    remove
      .writeAsync(schedule.id)
      .then(() => {
        toastGood('Schedule deleted.', title);
        onClose();
      })
      .catch(() => undefined); // shown in the dialog
  };
  return (
    <Confirm title={`Delete the schedule ${title}?`} action="Delete the schedule" isBusy={remove.isPending} fault={remove.error} onConfirm={run} onClose={onClose}>
      It makes no more of them. The reports that it has made stay.
    </Confirm>
  );
}
