// What a search looks for, and how it is cut: the figure, pairs that rise, samples, and the windows of a walk forward.
import { NativeSelect, Switch, TextInput } from '@mantine/core';
import type { Metric } from '../../ui/strategy/results';
import type { SearchDraft } from './axes';
import { METRIC_WORDS, METRICS } from './grid';
import classes from './sweeps.module.css';

interface Props {
  search: SearchDraft;
  swept: readonly string[];
  fields: Record<string, string>;
  onChange: (part: Partial<SearchDraft>) => void;
}

export function ChoiceFields({ search, swept, fields, onChange }: Props) {
  const names = [{ value: '', label: 'Any' }, ...swept.map((name) => ({ value: name, label: name }))];
  const text = (label: string, value: string, field: string, change: (text: string) => Partial<SearchDraft>, placeholder = '') => (
    <TextInput size="xs" inputMode="numeric" label={label} placeholder={placeholder} value={value} error={fields[field]} onChange={(event) => onChange(change(event.currentTarget.value))} />
  );
  return (
    <div className="stack">
      <div className={classes.axis}>
        <NativeSelect size="xs" label="Look for the most" value={search.metric} data={METRICS.map((metric) => ({ value: metric, label: METRIC_WORDS[metric] }))} onChange={(event) => onChange({ metric: event.currentTarget.value as Metric })} />
        {text('Least trades', search.leastTrades, 'least_trades', (leastTrades) => ({ leastTrades }))}
        {text('Draw so many', search.samples, 'samples', (samples) => ({ samples }), 'All')}
        {swept.length > 1 ? (
          <>
            <NativeSelect size="xs" label="Keep" value={search.low} data={names} error={fields.rising} onChange={(event) => onChange({ low: event.currentTarget.value })} />
            <NativeSelect size="xs" label="below" value={search.high} data={names} onChange={(event) => onChange({ high: event.currentTarget.value })} />
          </>
        ) : null}
      </div>
      {search.kind === 'walk_forward' ? (
        <>
          <div className={classes.axis}>
            {text('Bars of training', search.trainBars, 'train_bars', (trainBars) => ({ trainBars }))}
            {text('Bars of the test', search.testBars, 'test_bars', (testBars) => ({ testBars }))}
            {text('Bars left out between', search.gapBars, 'gap_bars', (gapBars) => ({ gapBars }))}
          </div>
          <Switch label="Training always begins with the first bar" checked={search.isAnchored} onChange={(event) => onChange({ isAnchored: event.currentTarget.checked })} />
        </>
      ) : null}
    </div>
  );
}
