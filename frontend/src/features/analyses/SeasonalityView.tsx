// Returns by hour, weekday, month and turn of the month.
import type { Seasonality } from '../../api/types';
import { grouped } from '../../ui/format';
import { percent, ratio, signedPercent } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { BarPlot } from '../../ui/plots/BarPlot';
import classes from './analyses.module.css';
import { Numbers } from './Numbers';

type Group = Seasonality['hours'][number];

const PARTS = [
  { name: 'hours', title: 'By hour' },
  { name: 'weekdays', title: 'By weekday' },
  { name: 'months', title: 'By month' },
  { name: 'turn_of_month', title: 'Round the turn of the month' },
] as const;

export function SeasonalityView({ found }: { found: Seasonality }) {
  return (
    <>
      <p className={classes.lead}>
        {grouped(String(found.days))} days in the zone {found.zone}. With so many groups some |t| above 2 come by chance.
      </p>
      {PARTS.map(({ name, title }) => (found[name].length > 0 ? <GroupsPanel key={name} title={title} groups={found[name]} /> : null))}
    </>
  );
}

function GroupsPanel({ title, groups }: { title: string; groups: readonly Group[] }) {
  const strongest = groups.reduce<Group | undefined>((most, each) => (Math.abs(each.t ?? 0) > Math.abs(most?.t ?? 0) ? each : most), undefined);
  const words = strongest ? `, the surest ${strongest.label} with ${signedPercent(strongest.mean, 3)} and t ${ratio(strongest.t)}` : '';
  return (
    <Panel title={title}>
      <div className={classes.two}>
        <BarPlot summary={`Mean returns of ${groups.length} groups${words}.`} bars={groups.map(({ label, mean }) => ({ label, value: mean }))} text={(value) => percent(value)} />
        <Numbers label={`Returns ${title.toLowerCase()}`} head={['', 'Mean', 'Median', 't', 'Above 0', 'Returns']} rows={groups.map((each) => [each.label, signedPercent(each.mean, 3), signedPercent(each.median, 3), ratio(each.t), percent(each.positive, 0), grouped(String(each.count))])} />
      </div>
    </Panel>
  );
}
