// Over which bars something is computed: of what, how long each, from when to when.
import { NativeSelect } from '@mantine/core';
import { MomentField } from '../MomentField';
import type { Source } from './draft';
import { intervalChoices } from './intervals';
import { SourcesField } from './SourcesField';
import classes from './strategy.module.css';

export interface Range {
  sources: Source[];
  interval: string;
  from: string;
  to: string;
}

interface Props {
  range: Range;
  fields: Record<string, string>;
  onChange: (part: Partial<Range>) => void;
}

export function RangeFields({ range, fields, onChange }: Props) {
  return (
    <div className="stack">
      <SourcesField
        sources={range.sources}
        interval={range.interval}
        error={fields.symbols ?? fields.datasets}
        onChange={(sources, interval) => onChange({ sources, ...(interval ? { interval } : {}) })}
      />
      <div className={classes.range}>
        <NativeSelect size="xs" label="Length of a bar" value={range.interval} error={fields.interval} data={intervalChoices(range.interval)} onChange={(event) => onChange({ interval: event.currentTarget.value })} />
        <MomentField size="xs" label="From" value={range.from} error={fields.from} onChange={(from) => onChange({ from })} />
        <MomentField size="xs" label="To" value={range.to} error={fields.to} onChange={(to) => onChange({ to })} />
      </div>
    </div>
  );
}
