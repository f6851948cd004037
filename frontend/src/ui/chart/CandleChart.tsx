// Candles on a page: gives the view what changed and lays over it what a person can move.
import { useEffect, useRef } from 'react';
import { useSettings } from '../../settings';
import { type Bar, CandleView, type Mark, type Note, type PriceLine } from './CandleView';
import classes from './chart.module.css';
import { useChartColours } from './colours';
import { LineHandles, type LineHandle } from './LineHandles';
import type { Sight } from './places';
import type { Segment } from './Segments';

export type { Bar, Mark, Note, PriceLine } from './CandleView';
export type { LineHandle } from './LineHandles';
export type { Sight } from './places';
export type { Segment } from './Segments';

interface Props {
  /** What is shown, in words. */
  summary: string;
  /** Another value: other bars altogether, shown from their end. */
  seriesKey: string;
  bars: readonly Bar[];
  decimals: number;
  tickSize?: string;
  lines?: readonly PriceLine[];
  marks?: readonly Mark[];
  notes?: readonly Note[];
  handles?: readonly LineHandle[];
  /** What is gone to, once for each object; null while its bars are not there yet. */
  sight?: Sight | null;
  /** Told what is looked at; then bars of another length may come in the place of these. */
  onSight?: (sight: Sight) => void;
  /** Lines from price to price, and which of them was clicked on. */
  segments?: readonly Segment[];
  onSegment?: (id: number) => void;
  /** Prices that are kept in sight. */
  reach?: readonly number[];
  /** The price that was clicked on. */
  onPrice?: ((price: number) => void) | undefined;
  onNearStart?: () => void;
  /** Called with a way to push live bars in; returns how to stop. */
  onLive?: (push: (bar: Bar) => boolean) => () => void;
  height?: number;
}

const NONE: readonly never[] = [];

export default function CandleChart(props: Props) {
  const { bars, seriesKey, decimals, lines = NONE, marks = NONE, notes = NONE, handles = NONE, reach = NONE, segments = NONE, sight = null, onLive, summary } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<CandleView | null>(null);
  const shownKey = useRef<string | null>(null);
  const gone = useRef<Sight | null>(null);
  const onDraw = useRef<() => void>(() => undefined);
  const told = useRef(props);
  const colours = useChartColours();
  const { timeZone } = useSettings();
  useEffect(() => {
    told.current = props;
  });
  useEffect(() => {
    if (!place.current) return;
    const made = new CandleView(
      place.current,
      colours,
      timeZone,
      () => onDraw.current(),
      () => told.current.onNearStart?.(),
      (price) => told.current.onPrice?.(price),
    );
    view.current = made;
    shownKey.current = null;
    gone.current = null;
    const unwatch = told.current.onSight ? made.watchSight((seen) => told.current.onSight?.(seen)) : () => undefined;
    return () => {
      unwatch();
      view.current = null;
      made.remove();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- made once; what changes is told to it below
  }, []);
  useEffect(() => view.current?.paint(colours, timeZone), [colours, timeZone]);
  useEffect(() => view.current?.setDecimals(decimals), [decimals]);
  useEffect(() => {
    const isOther = shownKey.current !== seriesKey && bars.length > 0;
    if (isOther || !told.current.onSight) view.current?.setBars(bars, isOther);
    else view.current?.replaceBars(bars);
    if (bars.length > 0) shownKey.current = seriesKey;
  }, [bars, seriesKey, colours]);
  useEffect(() => {
    if (!sight || sight === gone.current || bars.length === 0) return;
    gone.current = sight;
    view.current?.go(sight);
  }, [sight, bars]);
  useEffect(() => view.current?.setSegments(segments, (id) => told.current.onSegment?.(id)), [segments, bars]);
  useEffect(() => view.current?.setMarks(marks, notes), [marks, notes, bars, colours]);
  useEffect(() => view.current?.setLines(lines), [lines, colours]);
  useEffect(() => view.current?.setReach(reach), [reach]);
  useEffect(() => onLive?.((bar) => view.current?.push(bar) ?? true), [onLive]);
  return (
    <figure className={classes.figure} data-placing={props.onPrice ? true : undefined} style={props.height ? { height: props.height } : undefined}>
      <div ref={place} className={classes.place} role="img" aria-label={summary} />
      {handles.length > 0 ? <LineHandles view={view} handles={handles} tickSize={props.tickSize ?? '0.01'} onDraw={onDraw} /> : null}
      <Attribution />
    </figure>
  );
}

/** What the licence of the chart library asks for. */
export function Attribution() {
  return (
    <figcaption className={classes.attribution}>
      Charts by{' '}
      <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        TradingView
      </a>{' '}
      Lightweight Charts
    </figcaption>
  );
}
