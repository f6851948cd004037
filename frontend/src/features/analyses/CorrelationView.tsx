// Which symbols move together, those that are alike beside each other, and one pair over time.
import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Correlation } from '../../api/types';
import type { Line } from '../../ui/chart/LineChart';
import { grouped } from '../../ui/format';
import { ratio } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import classes from './analyses.module.css';
import { LinesPanel, pointsOf } from './Numbers';

const LEVELS = 5;

export function CorrelationView({ found }: { found: Correlation }) {
  const { rolling } = found;
  const points = useMemo(() => pointsOf(rolling.time, rolling.values), [rolling]);
  const lines = useMemo<Line[]>(() => [{ id: 'pair', title: rolling.pair.join(' and '), colour: 'accent', points }], [rolling, points]);
  const last = points.at(-1)?.[1] ?? null;
  return (
    <div className={classes.two}>
      <MatrixPanel found={found} />
      <LinesPanel title={`Over time, ${rolling.window} returns each`} summary={`Correlation of ${rolling.pair.join(' and ')}, now ${ratio(last)}.`} lines={lines} says={[ratio(last)]} />
    </div>
  );
}

function MatrixPanel({ found }: { found: Correlation }) {
  const [kind, setKind] = useState<'pearson' | 'spearman'>('pearson');
  const { symbols, order, common_bars: bars } = found;
  const matrix = found[kind];
  return (
    <Panel
      title="Correlation of returns"
      actions={<SegmentedControl size="xs" aria-label="Kind of correlation" value={kind} onChange={(next) => setKind(next as typeof kind)} data={[{ value: 'pearson', label: 'Pearson' }, { value: 'spearman', label: 'Of ranks' }]} />}
    >
      <div className={classes.scroll} role="region" aria-label="Correlations" tabIndex={0}>
        <table className={classes.matrix}>
          <thead>
            <tr>
              <td />
              {order.map((column) => (
                <th key={column} scope="col">
                  {symbols[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {order.map((row) => (
              <tr key={row}>
                <th scope="row">{symbols[row]}</th>
                {order.map((column) => {
                  const value = matrix[row]?.[column] ?? 0;
                  return (
                    <td key={column} data-level={Math.round(value * LEVELS) || undefined}>
                      {ratio(value)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.lead}>Over {grouped(String(bars))} bars that all of them have; those that are alike stand beside each other.</p>
    </Panel>
  );
}
