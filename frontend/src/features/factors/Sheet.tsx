// What a factor's values say of the returns that follow: rank IC, decay, quantiles, curve, coverage and turnover.
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Line } from '../../ui/chart/LineChart';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { Time } from '../../ui/Figures';
import { grouped } from '../../ui/format';
import { percent, ratio, signedPercent, signedRatio, wayOf } from '../../ui/numbers';
import { Panel } from '../../ui/Panel';
import { BarPlot } from '../../ui/plots/BarPlot';
import { type HeadFigure, Headline } from '../../ui/strategy/Headline';
import classes from './factors.module.css';
import { HorizonsTable, MonthsTable, QuantilesTable } from './SheetTables';
import type { Horizon, TearSheet } from './tearSheet';

const HEIGHT = 260;

export function Sheet({ sheet }: { sheet: TearSheet }) {
  const [bars, setBars] = useState(sheet.horizons[0]?.bars ?? 1);
  const horizon = sheet.horizons.find((each) => each.bars === bars) ?? sheet.horizons[0];
  if (!horizon) return null;
  return (
    <div className="stack">
      <div className={classes.choice}>
        <NativeSelect size="xs" label="Returns over bars" value={String(bars)} data={sheet.horizons.map((each) => String(each.bars))} onChange={(event) => setBars(Number(event.currentTarget.value))} />
        <p className={classes.lead}>
          <code className={classes.text}>{sheet.factor.expression}</code>, {sheet.symbols} symbols, {grouped(String(sheet.bars))} bars, <Time value={sheet.from} shape="date" /> to <Time value={sheet.to} shape="date" />,{' '}
          {sheet.entry === 'next_open' ? 'bought at the next open' : 'bought at the same close, which nobody can'}.
        </p>
      </div>
      <Headline label="Figures of the factor" figures={headOf(sheet, horizon)} />
      <div className={classes.two}>
        <IcPanel horizon={horizon} />
        <DecayPanel horizons={sheet.horizons} />
        <QuantilesPanel horizon={horizon} />
        <CurvePanel sheet={sheet} />
        <CoveragePanel sheet={sheet} />
        <Panel title="By horizon, and turnover">
          <HorizonsTable horizons={sheet.horizons} />
        </Panel>
      </div>
    </div>
  );
}

function headOf({ coverage, truncation }: TearSheet, { ic, spread, monotonicity, bars }: Horizon): HeadFigure[] {
  return [
    { name: `Rank IC over ${bars} ${bars === 1 ? 'bar' : 'bars'}`, value: signedRatio(ic.rank_ic.mean, 4), way: wayOf(ic.rank_ic.mean), note: `t ${ratio(ic.rank_ic.t)}, ${grouped(String(ic.rank_ic.count))} bars` },
    { name: 'ICIR', value: signedRatio(ic.icir, 3), note: `${percent(ic.share_positive, 0)} of bars above 0` },
    { name: 'Highest less lowest', value: signedPercent(spread.mean, 3), way: wayOf(spread.mean), note: `t ${ratio(spread.t)}, before costs` },
    { name: 'Monotonicity', value: signedRatio(monotonicity), note: 'from -1 to 1' },
    { name: 'Coverage', value: percent(coverage.share, 1), note: `${coverage.least_symbols} to ${coverage.most_symbols} symbols a bar` },
    { name: 'Looks ahead', value: truncation?.passed === false ? 'Yes' : 'No', note: truncation ? `bars cut off ${truncation.cuts} times` : 'not tested' },
  ];
}

function IcPanel({ horizon }: { horizon: Horizon }) {
  const bars = horizon.ic_by_month.map(({ month, mean }) => ({ label: month, value: mean }));
  return (
    <Panel title="Rank IC by month">
      <BarPlot summary={`Rank IC of ${bars.length} months over ${horizon.bars} bars.`} bars={bars} text={(value) => ratio(value)} />
      <MonthsTable label="Rank IC by month" months={horizon.ic_by_month} text={(value) => signedRatio(value, 4)} />
    </Panel>
  );
}

function DecayPanel({ horizons }: { horizons: readonly Horizon[] }) {
  const bars = horizons.map((each) => ({ label: String(each.bars), value: each.ic.rank_ic.mean }));
  return (
    <Panel title="Decay: rank IC by horizon">
      <BarPlot summary={`Rank IC by horizon: ${bars.map(({ label, value }) => `${label} bars ${signedRatio(value, 4)}`).join(', ')}.`} bars={bars} text={(value) => ratio(value, 3)} />
      <p className={classes.lead}>How long what it says holds: the rank correlation of its values with the returns over so many bars.</p>
    </Panel>
  );
}

function QuantilesPanel({ horizon }: { horizon: Horizon }) {
  const bars = horizon.quantiles.map(({ quantile, returns }) => ({ label: String(quantile), value: returns.mean }));
  return (
    <Panel title={`Mean return of each quantile over ${horizon.bars} ${horizon.bars === 1 ? 'bar' : 'bars'}`}>
      <BarPlot summary={`Mean return by quantile: ${bars.map(({ label, value }) => `${label} ${signedPercent(value, 3)}`).join(', ')}.`} bars={bars} text={(value) => percent(value)} />
      <QuantilesTable quantiles={horizon.quantiles} />
    </Panel>
  );
}

function CurvePanel({ sheet }: { sheet: TearSheet }) {
  const lines = useMemo<Line[]>(() => {
    const line = (value: (point: TearSheet['curve'][number]) => number) => sheet.curve.map((point) => [Date.parse(point.time), value(point)] as const);
    return [
      { id: 'low', title: 'Lowest', colour: 'down', points: line((point) => point.quantiles[0] ?? 1) },
      { id: 'high', title: 'Highest', colour: 'up', points: line((point) => point.quantiles.at(-1) ?? 1) },
      { id: 'spread', title: 'Spread', colour: 'accent', points: line((point) => point.spread) },
    ];
  }, [sheet]);
  const last = sheet.curve.at(-1);
  return (
    <Panel title="What one unit became" isFlush>
      <ChartPlace height={HEIGHT}>
        <LineChart summary={`One unit became ${ratio(last?.quantiles.at(-1))} in the highest quantile, ${ratio(last?.quantiles[0])} in the lowest, ${ratio(last?.spread)} in the spread.`} lines={lines} height={HEIGHT} />
      </ChartPlace>
      <ul className={classes.legend} aria-label="Lines">
        <li>
          <span className={classes.key} data-colour="up" aria-hidden="true" /> highest quantile <span className="num">{ratio(last?.quantiles.at(-1))}</span>
        </li>
        <li>
          <span className={classes.key} data-colour="down" aria-hidden="true" /> lowest <span className="num">{ratio(last?.quantiles[0])}</span>
        </li>
        <li>
          <span className={classes.key} aria-hidden="true" /> highest less lowest <span className="num">{ratio(last?.spread)}</span>
        </li>
      </ul>
    </Panel>
  );
}

function CoveragePanel({ sheet }: { sheet: TearSheet }) {
  const { by_month: months } = sheet.coverage;
  return (
    <Panel title="Coverage by month">
      <BarPlot summary={`Share of the symbols' bars with a value, ${months.length} months.`} bars={months.map(({ month, mean }) => ({ label: month, value: mean }))} text={(value) => percent(value, 0)} />
      <p className={classes.lead}>The share of bars that have a value. It begins low where windows have to fill.</p>
    </Panel>
  );
}
