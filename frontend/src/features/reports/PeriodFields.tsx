// Which part of the time a report is about, and the zone that its times are shown in.
import { TextInput } from '@mantine/core';
import { MomentField } from '../../ui/MomentField';
import { type Draft, hasEpoch, type Problems } from './draft';
import { hasPeriod } from './kinds';
import classes from './reports.module.css';

interface Props {
  draft: Draft;
  problems: Problems;
  onChange: (part: Partial<Draft>) => void;
}

export function PeriodFields({ draft, problems, onChange }: Props) {
  return (
    <div className={classes.fields}>
      {hasPeriod(draft.kind) ? (
        <>
          <MomentField label="From" description="By the market’s clock; empty for all there is" value={draft.from} error={problems.from} onChange={(from) => onChange({ from })} />
          <MomentField label="To" description="Not included; empty for all there is" value={draft.to} error={problems.to} onChange={(to) => onChange({ to })} />
        </>
      ) : null}
      {hasEpoch(draft) ? (
        <TextInput
          label="Epoch"
          description="Of the account; empty for the present one"
          inputMode="numeric"
          autoComplete="off"
          value={draft.epoch}
          error={problems.epoch}
          onChange={(event) => onChange({ epoch: event.currentTarget.value.replace(/\D/g, '') })}
        />
      ) : null}
      <ZoneField draft={draft} problems={problems} onChange={onChange} />
    </div>
  );
}

const ZONES = 'report-time-zones';

function ZoneField({ draft, problems, onChange }: Props) {
  return (
    <>
      <TextInput
        label="Time zone"
        description="Times are shown in it, and days begin in it"
        list={ZONES}
        spellCheck={false}
        autoComplete="off"
        value={draft.timeZone}
        error={problems.timeZone}
        onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
      />
      <datalist id={ZONES}>
        {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
