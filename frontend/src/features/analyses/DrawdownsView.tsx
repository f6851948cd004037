// How deep a symbol fell, and for how long.
import { useMemo } from 'react';
import type { Drawdowns } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { Time } from '../../ui/Figures';
import { percent, ratio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Headline } from '../../ui/strategy/Headline';
import classes from './analyses.module.css';
import { LinesPanel, Numbers, pointsOf } from './Numbers';

const days = (value: number | null) => (value === null ? '—' : `${ratio(value, 1)} d`);

export function DrawdownsView({ found }: { found: Drawdowns }) {
  const { underwater, episodes } = found;
  const lines = useMemo<Line[]>(() => [{ id: 'fall', title: 'Below the highest close before', colour: 'down', isArea: true, points: pointsOf(underwater.time, underwater.drawdown, 100) }], [underwater]);
  return (
    <>
      <Headline
        label="Falls"
        figures={[
          { name: 'Deepest', value: percent(found.maximum) },
          { name: 'Now', value: percent(found.current) },
          { name: 'Time below a peak', value: percent(found.underwater_share, 0) },
          { name: 'Longest', value: days(found.longest_days) },
          { name: 'Pain index', value: percent(found.pain_index), note: 'the mean fall' },
          { name: 'Ulcer index', value: percent(found.ulcer_index), note: 'deep falls count more' },
        ]}
      />
      <div className={classes.two}>
        <LinesPanel title="Below the peak, percent" summary={`The deepest of ${found.count} falls ${percent(found.maximum)}, now ${percent(found.current)}.`} lines={lines} says={[percent(found.current)]} />
        <Panel title={`The deepest ${episodes.length} of ${found.count}`}>
          <Numbers
            label="The deepest falls"
            head={['From', 'Lowest', 'Back', 'Depth', 'Down', 'Up']}
            rows={episodes.map((each) => [
              <Time key="peak" value={each.peak} shape="date" />,
              <Time key="trough" value={each.trough} shape="date" />,
              each.recovery ? <Time key="back" value={each.recovery} shape="date" /> : 'not yet',
              percent(each.depth),
              days(each.days_to_trough),
              days(each.days_to_recovery),
            ])}
          />
        </Panel>
      </div>
    </>
  );
}
