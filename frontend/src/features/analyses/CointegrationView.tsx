// Whether two symbols are bound: the tests, and what lies between them over time.
import { useMemo } from 'react';
import type { Cointegration } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { grouped } from '../../ui/format';
import { ratio, signedRatio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Headline } from '../../ui/strategy/Headline';
import classes from './analyses.module.css';
import { LinesPanel, Numbers, pointsOf } from './Numbers';

export function CointegrationView({ found }: { found: Cointegration }) {
  const { spread, hedge, reversion, engle_granger: tests } = found;
  const lines = useMemo<Line[]>(() => [{ id: 'z', title: 'Deviations from the mean', colour: 'accent', points: pointsOf(spread.time, spread.z) }], [spread]);
  const half = reversion.half_life_bars;
  return (
    <>
      <Headline
        label="Whether they are bound"
        figures={[
          { name: 'Engle and Granger, p', value: ratio(tests[0]?.p_value, 3), note: 'small: they are bound' },
          { name: 'Comes half way back in', value: half === null ? 'It does not' : `${ratio(half, 1)} bars` },
          { name: 'Hedge', value: ratio(hedge.ratio, 4), note: `of ${hedge.other} for one of ${hedge.dependent}` },
          { name: 'Now', value: `${signedRatio(spread.latest_z)} σ`, note: 'of all bars: a backtest on it would look ahead' },
          { name: 'Hurst', value: ratio(found.hurst), note: 'below 0.5 it comes back' },
        ]}
      />
      <div className={classes.two}>
        <LinesPanel title="What lies between them" summary={`The spread of ${hedge.dependent} and ${hedge.other} over ${grouped(String(found.common_bars))} bars, now ${signedRatio(spread.latest_z)} deviations from its mean.`} lines={lines} says={[`${signedRatio(spread.latest_z)} σ`]} />
        <Panel title="Tests">
          <div className="stack">
            <Numbers label="Engle and Granger" head={['Engle and Granger', 'Statistic', 'p', '5 %']} rows={tests.map((each) => [`${each.dependent} on the other`, ratio(each.statistic), ratio(each.p_value, 3), ratio(each.critical_5)])} />
            <Numbers label="Johansen" head={['Johansen', 'Statistic', '10 %', '5 %', '1 %']} rows={found.johansen.map((each) => [`at most ${each.rank} bound`, ratio(each.statistic), ratio(each.critical_10), ratio(each.critical_5), ratio(each.critical_1)])} />
            <Numbers
              label="Tests of the spread"
              head={['Of the spread', 'Statistic', 'p', 'Lags']}
              rows={[
                ['ADF (small: it comes back)', ratio(found.adf.statistic), pText(found.adf), String(found.adf.lags)],
                ['KPSS (small: it does not)', ratio(found.kpss.statistic), pText(found.kpss), String(found.kpss.lags)],
              ]}
            />
          </div>
        </Panel>
      </div>
    </>
  );
}

/** Where the table of a test ends, what is beyond is not known. */
function pText({ p_value: p, is_p_bounded: isBounded }: Cointegration['adf']): string {
  return `${isBounded ? 'about ' : ''}${ratio(p, 3)}${isBounded ? ' or beyond' : ''}`;
}
