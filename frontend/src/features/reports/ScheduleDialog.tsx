// Changes when a schedule is due, what it covers, and how many of its reports stay.
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Schedule } from '../../api/types';
import { CheckedForm } from '../../ui/CheckedForm';
import { ErrorNote } from '../../ui/ErrorNote';
import { toastGood } from '../../ui/toast';
import { changeBody, problemsOf, rhythmProblems, rhythmsOf } from './draft';
import { everyWords } from './kinds';
import { useChangeSchedule } from './queries';
import { RhythmFields } from './RhythmFields';

interface Props {
  account: string;
  schedule: Schedule;
  onClose: () => void;
}

export default function ScheduleDialog({ account, schedule, onClose }: Props) {
  const [rhythms, setRhythms] = useState(() => rhythmsOf(schedule));
  const save = useChangeSchedule(account);
  const { problems: refused, isElsewhere } = problemsOf(save.error);
  const wrong = rhythmProblems(rhythms);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(wrong).length > 0) return;
    save
      .writeAsync({ id: schedule.id, change: changeBody(rhythms) })
      .then((now) => {
        toastGood('Schedule changed.', everyWords(now));
        onClose();
      })
      .catch(() => undefined); // shown at the fields, or below
  };
  return (
    <Modal opened onClose={onClose} title={`Change ${schedule.name || 'the schedule'}`} closeButtonProps={{ 'aria-label': 'Close, and change nothing' }}>
      <CheckedForm label="Schedule" fault={save.error} onSubmit={submit}>
        <RhythmFields
          rhythms={rhythms}
          problems={{ ...refused, ...wrong }}
          timeZone={schedule.time_zone}
          onChange={(part) => {
            save.reset();
            setRhythms((now) => ({ ...now, ...part }));
          }}
        />
        {isElsewhere ? <ErrorNote fault={save.error} title="The schedule is as it was" /> : null}
        <div className="row">
          <Button type="submit" loading={save.isPending}>
            Change the schedule
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
        </div>
      </CheckedForm>
    </Modal>
  );
}
