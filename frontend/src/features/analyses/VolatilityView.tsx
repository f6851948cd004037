// How far prices move: over time by each estimator, what is usual for windows of a length, and how long it lasts.
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Volatility } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { grouped } from '../../ui/format';
import { percent, ratio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { BarPlot } from '../../ui/plots/BarPlot';
import { Headline } from '../../ui/strategy/Headline';
import classes from './analyses.module.css';
import { ESTIMATORS } from './kinds';
import { LinesPanel, Numbers, pointsOf } from './Numbers';

type Estimator = keyof Volatility['latest'];

export function VolatilityView({ found }: { found: Volatility }) {
  const [shown, setShown] = useState<Estimator>('close_to_close');
  const { series, latest, options } = found;
  const lines = useMemo<Line[]>(() => {
    const line = (id: Estimator, colour: Line['colour']): Line => ({ id, title: labelOf(id), colour, points: pointsOf(series.time, series[id], 100) });
    return shown === 'close_to_close' ? [line(shown, 'accent')] : [line('close_to_close', 'accent'), line(shown, 'warn')];
  }, [series, shown]);
  return (
    <>
      <Headline label="Volatility now" figures={ESTIMATORS.map(({ value, label }) => ({ name: label, value: percent(latest[value], 1), note: `a year, over ${options.window} bars` }))} />
      <div className={classes.choices}>
        <NativeSelect size="xs" label="Beside closes" value={shown} data={[{ value: 'close_to_close', label: 'Closes alone' }, ...ESTIMATORS.slice(1)]} onChange={(event) => setShown(event.currentTarget.value as Estimator)} />
      </div>
      <div className={classes.two}>
        <LinesPanel title="Over time, percent a year" summary={`Volatility over ${options.window} bars, now ${percent(latest[shown], 1)} a year.`} lines={lines} says={lines.map(({ id }) => percent(latest[id as Estimator], 1))} />
        <ConePanel found={found} />
      </div>
      <PersistencePanel found={found} />
    </>
  );
}

function labelOf(estimator: Estimator): string {
  return ESTIMATORS.find(({ value }) => value === estimator)?.label ?? estimator;
}

function ConePanel({ found: { cone, options } }: { found: Volatility }) {
  return (
    <Panel title={`What is usual (${labelOf(options.estimator)})`}>
      <BarPlot summary={`The newest window of each length: ${cone.map((each) => `${each.window} bars ${percent(each.latest, 1)}`).join(', ')}.`} bars={cone.map((each) => ({ label: String(each.window), value: each.latest }))} text={(value) => percent(value, 0)} />
      <Numbers
        label="Volatility by length of window"
        head={['Bars', 'Least', 'Quarter', 'Median', '3 quarters', 'Most', 'Now', 'Rank']}
        rows={cone.map((each) => [grouped(String(each.window)), ...[each.minimum, each.quartile_1, each.median, each.quartile_3, each.maximum, each.latest].map((value) => percent(value, 1)), percent(each.latest_rank, 0)])}
      />
      <p className={classes.lead}>Windows overlap: a year of windows of 250 bars is one of them.</p>
    </Panel>
  );
}

function PersistencePanel({ found: { persistence } }: { found: Volatility }) {
  const { values, band } = persistence;
  if (values.length === 0) return null;
  const lasting = values.findIndex((value) => value <= band);
  return (
    <Panel title="How long it lasts">
      <BarPlot summary={`Autocorrelation of absolute returns at ${values.length} lags, ${ratio(values[0])} at the first.`} bars={values.map((value, index) => ({ label: String(index + 1), value }))} text={(value) => ratio(value)} />
      <p className={classes.lead}>
        The autocorrelation of absolute returns by lag. Beyond ±{ratio(band, 3)} it is rarely chance; {lasting < 0 ? `it is so at all ${values.length} lags` : `it first falls below that at lag ${lasting + 1}`}.
      </p>
    </Panel>
  );
}
