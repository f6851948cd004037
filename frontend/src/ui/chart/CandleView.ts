// The candle chart without React: made once, then told what changed.
import {
  type AutoscaleInfo,
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { add } from '../decimal';
import { type TimeZone, trimmed } from '../format';
import { dress, makeChart } from './base';
import { type ChartColours, faded } from './colours';
import { lastBefore, momentAt, placeOf, type Sight } from './places';
import { type Segment, Segments } from './Segments';

export interface Bar {
  time: string;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
}

/** A price drawn across the chart: an order, a stop, the entry of a position. */
export interface PriceLine {
  id: string;
  price: string;
  title: string;
  tone: 'up' | 'down' | 'accent';
  isDashed?: boolean;
}

/** A trade of one's own, at the bar it happened in. */
export interface Mark {
  id: string;
  time: string;
  side: 'buy' | 'sell';
  /** What is written at it: how much it was, or a name. */
  quantity?: string;
  label?: string;
}

/** Something that happened to the market, at the bar it began in; or, with a side, what a strategy said at one. */
export interface Note {
  id: string;
  time: string;
  text: string;
  side?: 'buy' | 'sell';
}

const secondsOf = (time: string): UTCTimestamp => Math.floor(Date.parse(time) / 1_000) as UTCTimestamp;
/** So close to the oldest bar, older ones are asked for. */
const NEAR_START_BARS = 20;
const VISIBLE_BARS = 120;
/** A wheel turns many times before it is known what is looked at. */
const SIGHT_MS = 120;
/** Bars may be so narrow where a whole run is looked at: thousands of them fit on a phone. */
const LEAST_BAR_PX = 0.04;
/** So many names are written where several are in one bar; of more the number. */
const MOST_LABELS = 2;

/** What was bought or sold within a bar. */
interface Placed {
  time: UTCTimestamp;
  side: Mark['side'];
  quantity: string;
  labels: readonly string[];
}

export class CandleView {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volumes: ISeriesApi<'Histogram'>;
  private readonly marks: ISeriesMarkersPluginApi<Time>;
  private readonly lines = new Map<string, IPriceLine>();
  private colours: ChartColours;
  private times: UTCTimestamp[] = [];
  private own: readonly Mark[] = [];
  private notes: readonly Note[] = [];
  private segments: Segments | null = null;

  /** Prices that are in sight whatever the bars are. */
  private reach: readonly number[] = [];

  constructor(place: HTMLElement, colours: ChartColours, zone: TimeZone, onDraw: () => void, onNearStart: () => void, onPrice: (price: number) => void) {
    this.colours = colours;
    this.chart = makeChart(place);
    this.candles = this.chart.addSeries(CandlestickSeries, {});
    this.volumes = this.chart.addSeries(HistogramSeries, {
      priceScaleId: 'volume',
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.2 } });
    this.marks = createSeriesMarkers(this.candles, []);
    // Called at every drawing, so that what lies above the canvas moves with its prices.
    this.candles.attachPrimitive({ updateAllViews: onDraw });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && this.times.length > 0 && range.from < NEAR_START_BARS) onNearStart();
    });
    this.chart.subscribeClick(({ point }) => {
      const price = point ? this.priceAt(point.y) : null;
      if (price !== null && price > 0) onPrice(price);
    });
    this.paint(colours, zone);
  }

  remove(): void {
    this.chart.remove();
  }

  paint(colours: ChartColours, zone: TimeZone): void {
    this.colours = colours;
    dress(this.chart, colours, zone);
    this.candles.applyOptions({
      // Rising bars are hollow, falling ones filled: told apart without colour.
      upColor: colours.panel,
      downColor: colours.down,
      borderUpColor: colours.up,
      borderDownColor: colours.down,
      wickUpColor: colours.up,
      wickDownColor: colours.down,
    });
    for (const line of this.lines.values()) line.applyOptions({ axisLabelTextColor: colours.panel });
    this.segments?.paint(colours);
  }

  setDecimals(decimals: number): void {
    this.candles.applyOptions({ priceFormat: { type: 'price', precision: decimals, minMove: 10 ** -decimals } });
  }

  /** All bars, oldest first. The view stays where it is when older ones were put in front. */
  setBars(bars: readonly Bar[], isOther: boolean): void {
    this.times = bars.map((bar) => secondsOf(bar.time));
    this.candles.setData(bars.map((bar, index) => this.candleOf(bar, this.times[index] ?? secondsOf(bar.time))));
    this.volumes.setData(bars.map((bar, index) => this.volumeOf(bar, this.times[index] ?? secondsOf(bar.time))));
    if (isOther) {
      this.candles.priceScale().applyOptions({ autoScale: true });
      this.chart.timeScale().setVisibleLogicalRange({ from: bars.length - VISIBLE_BARS, to: bars.length + 4 });
    }
  }

  /** Bars of another length or of another time, while what is looked at stays. */
  replaceBars(bars: readonly Bar[]): void {
    const sight = this.sight();
    this.setBars(bars, false);
    if (sight) this.look(sight);
  }

  /** What is looked at, beyond the bars as if they went on; null while there are none. */
  sight(): Sight | null {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    return range && this.times.length > 1 ? { from: momentAt(this.times, range.from) * 1_000, to: momentAt(this.times, range.to) * 1_000 } : null;
  }

  /** Somewhere else altogether, with prices that fit it. */
  go(sight: Sight): void {
    this.candles.priceScale().applyOptions({ autoScale: true });
    this.look(sight);
  }

  private look({ from, to }: Sight): void {
    if (this.times.length < 2) return;
    this.chart.timeScale().setVisibleLogicalRange({ from: placeOf(this.times, from / 1_000), to: placeOf(this.times, to / 1_000) });
  }

  /** Tells what is looked at, a moment after it has stopped changing; returns how to stop. */
  watchSight(tell: (sight: Sight) => void): () => void {
    this.chart.applyOptions({ timeScale: { minBarSpacing: LEAST_BAR_PX } });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const sight = this.sight();
        if (sight) tell(sight);
      }, SIGHT_MS);
    };
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(wait);
    return () => clearTimeout(timer); // the subscription ends with the chart
  }

  /** Lines from price to price; a click on one tells which. */
  setSegments(segments: readonly Segment[], onChoose: (id: number) => void): void {
    if (!this.segments) {
      if (segments.length === 0) return;
      const drawn = (this.segments = new Segments(this.colours));
      this.candles.attachPrimitive(drawn);
      this.chart.subscribeClick(({ point }) => {
        const id = point ? drawn.at(point.x, point.y) : null;
        if (id !== null) onChoose(id);
      });
    }
    this.segments.set(segments, this.times);
  }

  /** One bar: a newer state of the last, or the next. False when it is older, so that all must be asked for again. */
  push(bar: Bar): boolean {
    const time = secondsOf(bar.time);
    const last = this.times.at(-1);
    if (last !== undefined && time < last) return false;
    if (time !== last) this.times.push(time);
    this.candles.update(this.candleOf(bar, time));
    this.volumes.update(this.volumeOf(bar, time));
    if (time !== last && this.notes.length > 0) this.drawMarks();
    return true;
  }

  setMarks(marks: readonly Mark[], notes: readonly Note[]): void {
    this.own = marks;
    this.notes = notes;
    this.drawMarks();
  }

  private drawMarks(): void {
    const byBar = new Map<string, Placed>();
    for (const { time: moment, side, quantity, label } of this.own) {
      const time = this.barAt(secondsOf(moment));
      if (time === null) continue;
      const key = `${time} ${side}`;
      const before = byBar.get(key);
      byBar.set(key, { time, side, quantity: add(before?.quantity ?? '0', quantity ?? '0'), labels: [...(before?.labels ?? []), ...(label === undefined ? [] : [label])] });
    }
    const placed = [...byBar.values()].map((each) => this.markerOf(each));
    placed.push(...this.notes.flatMap((note) => this.noteOf(note)));
    this.marks.setMarkers(placed.sort((a, b) => Number(a.time) - Number(b.time)));
  }

  setLines(lines: readonly PriceLine[]): void {
    const wanted = new Set(lines.map((line) => line.id));
    for (const [id, line] of this.lines) {
      if (wanted.has(id)) continue;
      this.candles.removePriceLine(line);
      this.lines.delete(id);
    }
    for (const line of lines) {
      const options = {
        price: Number(line.price),
        color: this.colours[line.tone],
        lineWidth: 1 as const,
        lineStyle: line.isDashed ? LineStyle.Dashed : LineStyle.Solid,
        axisLabelVisible: true,
        axisLabelTextColor: this.colours.panel,
        title: '',
      };
      const known = this.lines.get(line.id);
      if (known) known.applyOptions(options);
      else this.lines.set(line.id, this.candles.createPriceLine(options));
    }
  }

  /** The scale of prices, as far as it sets itself, has these in it too. */
  setReach(prices: readonly number[]): void {
    if (prices.length === 0 && this.reach.length === 0) return;
    this.reach = prices;
    this.candles.applyOptions({ autoscaleInfoProvider: (original: () => AutoscaleInfo | null) => this.reaching(original()) });
  }

  private reaching(info: AutoscaleInfo | null): AutoscaleInfo | null {
    if (!info?.priceRange || this.reach.length === 0) return info;
    const { minValue, maxValue } = info.priceRange;
    return { ...info, priceRange: { minValue: Math.min(minValue, ...this.reach), maxValue: Math.max(maxValue, ...this.reach) } };
  }

  moveLine(id: string, price: number): void {
    this.lines.get(id)?.applyOptions({ price });
  }

  /** Pixels from the top, or null when the price is outside of what is shown. */
  yOf(price: string): number | null {
    return this.candles.priceToCoordinate(Number(price));
  }

  priceAt(y: number): number | null {
    return this.candles.coordinateToPrice(y);
  }

  /** Where the prices begin, from the right. */
  scaleWidth(): number {
    return this.candles.priceScale().width();
  }

  /** What was bought or sold within a bar, as one mark: below the bar with an arrow up, or above it with one down. */
  private markerOf({ time, side, quantity, labels }: Placed): SeriesMarker<Time> {
    const isBuy = side === 'buy';
    const names = labels.length > MOST_LABELS ? `${labels.length}` : labels.join(', ');
    return {
      time,
      position: isBuy ? 'belowBar' : 'aboveBar',
      shape: isBuy ? 'arrowUp' : 'arrowDown',
      color: isBuy ? this.colours.up : this.colours.down,
      text: names || `${isBuy ? 'B' : 'S'} ${trimmed(quantity)}`,
    };
  }

  /** In a colour and shape that no trade has; nothing where there are no bars that far back. */
  private noteOf({ time: moment, text, side }: Note): SeriesMarker<Time>[] {
    const time = this.barAt(secondsOf(moment));
    if (time === null) return [];
    return [{ time, position: side === 'buy' ? 'belowBar' : 'aboveBar', shape: side ? 'square' : 'circle', color: this.colours.accent, text }];
  }

  private candleOf(bar: Bar, time: UTCTimestamp) {
    return { time, open: Number(bar.open), high: Number(bar.high), low: Number(bar.low), close: Number(bar.close) };
  }

  private volumeOf(bar: Bar, time: UTCTimestamp) {
    const isUp = Number(bar.close) >= Number(bar.open);
    return { time, value: Number(bar.volume), color: faded(isUp ? this.colours.up : this.colours.down, 0.35) };
  }

  /** The bar that a moment falls into: the last that opened before it. */
  private barAt(time: UTCTimestamp): UTCTimestamp | null {
    return this.times[lastBefore(this.times, time)] ?? null;
  }
}
