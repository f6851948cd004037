// Candles on a page: gives the view what changed and lays over it what a person can move.
import { useEffect, useRef } from 'react';
import { useSettings } from '../../settings';
import { type Bar, CandleView, type Mark, type Note, type PriceLine } from './CandleView';
import classes from './chart.module.css';
import { useChartColours } from './colours';
import { LineHandles, type LineHandle } from './LineHandles';

export type { Bar, Mark, Note, PriceLine } from './CandleView';
export type { LineHandle } from './LineHandles';

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
  /** A time whose bars are brought into sight, whenever it is another one. */
  focus?: { from: string; to: string } | null;
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
  const { bars, seriesKey, decimals, lines = NONE, marks = NONE, notes = NONE, handles = NONE, reach = NONE, focus = null, onLive, summary } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<CandleView | null>(null);
  const shownKey = useRef<string | null>(null);
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
    return () => {
      view.current = null;
      made.remove();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- made once; what changes is told to it below
  }, []);
  useEffect(() => view.current?.paint(colours, timeZone), [colours, timeZone]);
  useEffect(() => view.current?.setDecimals(decimals), [decimals]);
  useEffect(() => {
    view.current?.setBars(bars, shownKey.current !== seriesKey && bars.length > 0);
    if (bars.length > 0) shownKey.current = seriesKey;
  }, [bars, seriesKey, colours]);
  useEffect(() => {
    if (focus) view.current?.show(focus.from, focus.to);
  }, [focus, bars]);
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
