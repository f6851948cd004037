// One or more lines over time: equity, drawdown, latency, requests.
import { AreaSeries, type IChartApi, type ISeriesApi, LineSeries, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useSettings } from '../../settings';
import { dress, makeChart } from './base';
import { Attribution } from './CandleChart';
import classes from './chart.module.css';
import { type ChartColours, faded, useChartColours } from './colours';

export interface Line {
  id: string;
  title: string;
  /** Milliseconds since 1970 and the value, oldest first. */
  points: readonly (readonly [number, number])[];
  colour: 'up' | 'down' | 'accent' | 'warn';
  isArea?: boolean;
  /** 0: the upper pane; 1: the one below it. */
  pane?: 0 | 1;
  decimals?: number;
}

interface Props {
  summary: string;
  lines: readonly Line[];
  height?: number;
  hasSeconds?: boolean;
}

/** Thousands of points fit on a phone: all of a line is seen. */
const LEAST_POINT_PX = 0.04;

type AnySeries = ISeriesApi<'Line'> | ISeriesApi<'Area'>;

function addLine(chart: IChartApi, line: Line): AnySeries {
  const format = { priceFormat: { type: 'price' as const, precision: line.decimals ?? 2, minMove: 10 ** -(line.decimals ?? 2) } };
  if (line.isArea) return chart.addSeries(AreaSeries, { lineWidth: 2, ...format }, line.pane ?? 0);
  return chart.addSeries(LineSeries, { lineWidth: 2, ...format }, line.pane ?? 0);
}

function paintLine(series: AnySeries, line: Line, colours: ChartColours): void {
  const colour = colours[line.colour];
  if (line.isArea) series.applyOptions({ lineColor: colour, topColor: faded(colour, 0.3), bottomColor: faded(colour, 0.02) });
  else series.applyOptions({ color: colour });
}

/** A chart takes each second once: of several points in one, the last. */
function dataOf(line: Line) {
  const bySecond = new Map<number, number>();
  for (const [time, value] of line.points) bySecond.set(Math.floor(time / 1_000), value);
  return [...bySecond].sort((a, b) => a[0] - b[0]).map(([time, value]) => ({ time: time as UTCTimestamp, value }));
}

export default function LineChart({ summary, lines, height = 240, hasSeconds = false }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<IChartApi | null>(null);
  const series = useRef(new Map<string, AnySeries>());
  const colours = useChartColours();
  const { timeZone } = useSettings();
  useEffect(() => {
    if (!place.current) return;
    const made = makeChart(place.current);
    made.applyOptions({ timeScale: { secondsVisible: hasSeconds, rightOffset: 1, minBarSpacing: LEAST_POINT_PX }, handleScroll: false, handleScale: false });
    chart.current = made;
    const known = series.current;
    return () => {
      known.clear();
      chart.current = null;
      made.remove();
    };
  }, [hasSeconds]);
  useEffect(() => {
    if (chart.current) dress(chart.current, colours, timeZone);
  }, [colours, timeZone]);
  useEffect(() => {
    if (!chart.current) return;
    for (const line of lines) {
      const known = series.current.get(line.id) ?? addLine(chart.current, line);
      series.current.set(line.id, known);
      paintLine(known, line, colours);
      known.setData(dataOf(line));
    }
    chart.current.timeScale().fitContent();
  }, [lines, colours]);
  return (
    <figure className={classes.figure} style={{ height }}>
      <div ref={place} className={classes.place} role="img" aria-label={summary} />
      <Attribution />
    </figure>
  );
}
