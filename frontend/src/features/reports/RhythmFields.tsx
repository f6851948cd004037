// When a schedule is due, how far back its reports reach, and how many of them stay.
import { NativeSelect, TextInput } from '@mantine/core';
import { MOST_KEPT, type Problems, type Rhythms } from './draft';
import { type Rhythm, RHYTHM_NAMES, RHYTHM_WORDS, type Span, SPAN_NAMES, SPANS } from './kinds';
import classes from './reports.module.css';

interface Props {
  rhythms: Rhythms;
  problems: Problems;
  timeZone: string;
  onChange: (part: Partial<Rhythms>) => void;
}

export function RhythmFields({ rhythms, problems, timeZone, onChange }: Props) {
  const isCron = rhythms.rhythm === 'cron';
  return (
    <div className={classes.fields}>
      <NativeSelect
        label="Due"
        description={`By the clock of ${timeZone || 'its time zone'}`}
        value={rhythms.rhythm}
        error={isCron ? undefined : problems.cron}
        onChange={(event) => onChange({ rhythm: event.currentTarget.value as Rhythm })}
        data={RHYTHM_NAMES.map((each) => ({ value: each, label: RHYTHM_WORDS[each] }))}
      />
      {isCron ? (
        <TextInput
          label="Cron"
          description="Minute, hour, day, month, weekday: 30 6 * * 1-5 is half past six on working days"
          classNames={{ input: 'mono' }}
          required
          spellCheck={false}
          autoComplete="off"
          value={rhythms.cron}
          error={problems.cron}
          onChange={(event) => onChange({ cron: event.currentTarget.value })}
        />
      ) : null}
      <NativeSelect
        label="Covers"
        description="Back from when it is due, by the market’s clock"
        value={rhythms.span}
        error={problems.span}
        onChange={(event) => onChange({ span: event.currentTarget.value as Span })}
        data={SPAN_NAMES.map((each) => ({ value: each, label: SPANS[each] }))}
      />
      <TextInput
        label="Keep"
        description={`Older reports of it are deleted; at most ${MOST_KEPT} stay`}
        inputMode="numeric"
        value={rhythms.keep}
        error={problems.keep}
        onChange={(event) => onChange({ keep: event.currentTarget.value })}
      />
    </div>
  );
}
