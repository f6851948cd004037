// Calm and stormy times, how sure the model is of each, and whether prices went somewhere.
import { useMemo } from 'react';
import type { Regime } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { grouped } from '../../ui/format';
import { percent, ratio, signedPercent } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { Headline } from '../../ui/strategy/Headline';
import classes from './analyses.module.css';
import { LinesPanel, Numbers, pointsOf } from './Numbers';

const COLOURS = ['accent', 'warn', 'down'] as const;
const TRENDS = { up: '▲ Up', down: '▼ Down', range: '◆ Range' } as const;

function nameOf(state: number, count: number): string {
  if (state === 0) return 'Calm';
  return state === count - 1 ? 'Stormy' : 'Between';
}

export function RegimeView({ found }: { found: Regime }) {
  const { states, series, trend, current_state: current, transitions } = found;
  const names = states.map((_, state) => nameOf(state, states.length));
  const lines = useMemo<Line[]>(
    () => states.map((_, state) => ({ id: String(state), title: nameOf(state, states.length), colour: COLOURS[state] ?? 'accent', points: pointsOf(series.time, series.probabilities[state] ?? [], 100) })),
    [states, series],
  );
  return (
    <>
      <Headline
        label="The regime now"
        figures={[
          { name: 'State', value: names[current] ?? '—', note: found.is_converged ? `${grouped(String(found.iterations))} steps of the search` : 'the search did not end: a guess' },
          { name: 'Volatility in it', value: percent(states[current]?.volatility, 1) },
          { name: 'Lasts, on average', value: states[current]?.expected_duration_bars == null ? '—' : `${ratio(states[current].expected_duration_bars, 1)} bars` },
          { name: 'Trend', value: TRENDS[trend.current], note: `over ${trend.window} bars, from a ratio of ${ratio(trend.threshold)} on` },
        ]}
      />
      <div className={classes.two}>
        <LinesPanel title="How sure of each, percent" summary={`Probability of ${states.length} states; now it is ${names[current] ?? ''}.`} lines={lines} says={states.map((each) => percent(each.share, 0) + ' of bars')} />
        <Panel title="The states">
          <div className="stack">
            <Numbers label="States" head={['State', 'Mean', 'Volatility', 'Of the bars', 'Lasts, bars']} rows={states.map((each, state) => [names[state], signedPercent(each.mean, 1), percent(each.volatility, 1), percent(each.share, 0), ratio(each.expected_duration_bars, 1)])} />
            <Numbers label="Chances of the next state" head={['From', ...names.map((name) => `to ${name.toLowerCase()}`)]} rows={transitions.map((row, state) => [names[state], ...row.map((value) => percent(value, 1))])} />
            <Numbers label="Trend" head={['Trend', 'Of the bars']} rows={[['▲ Up', percent(trend.up_share, 0)], ['▼ Down', percent(trend.down_share, 0)], ['◆ Range', percent(trend.range_share, 0)]]} />
            <p className={classes.lead}>What is said of a bar in the past knows what came after it.</p>
          </div>
        </Panel>
      </div>
    </>
  );
}
