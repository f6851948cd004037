// Thousands of lines from one price to another, drawn on the canvas of a chart: trades from their entry to their exit.
import type { IChartApi, IPrimitivePaneView, ISeriesApi, ISeriesPrimitive, Logical, SeriesAttachedParameter, SeriesType } from 'lightweight-charts';
import type { ChartColours } from './colours';
import { placeOf } from './places';

export interface Segment {
  id: number;
  /** Seconds since 1970. */
  from: number;
  to: number;
  fromPrice: number;
  toPrice: number;
  /** Drawn twice as wide, and in another colour: told apart without it. */
  isGood: boolean;
}

/** From places and prices to pixels; both axes are linear. */
interface Axes {
  left: number;
  perBar: number;
  top: number;
  perPrice: number;
}

interface Scope {
  context: CanvasRenderingContext2D;
  mediaSize: { width: number };
  horizontalPixelRatio: number;
  verticalPixelRatio: number;
}

/** So near to a line a click is meant for it. */
const NEAR_PX = 10;
const WIDTH_PX = 1;

export class Segments implements ISeriesPrimitive {
  private chart: IChartApi | null = null;
  private series: ISeriesApi<SeriesType> | null = null;
  private redraw: () => void = () => undefined;
  private segments: readonly Segment[] = [];
  /** Of each segment, one after the other: place and price where it begins, and where it ends. */
  private ends = new Float64Array(0);
  private readonly views: readonly IPrimitivePaneView[] = [{ zOrder: () => 'top', renderer: () => ({ draw: (target) => target.useBitmapCoordinateSpace((scope) => this.draw(scope)) }) }];
  private colours: ChartColours;

  constructor(colours: ChartColours) {
    this.colours = colours;
  }

  attached({ chart, series, requestUpdate }: SeriesAttachedParameter): void {
    this.chart = chart;
    this.series = series;
    this.redraw = requestUpdate;
  }

  detached(): void {
    this.chart = null;
    this.series = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views;
  }

  paint(colours: ChartColours): void {
    this.colours = colours;
    this.redraw();
  }

  /** Other lines, or the same among other bars. */
  set(segments: readonly Segment[], times: readonly number[]): void {
    this.segments = segments;
    this.ends = new Float64Array(times.length > 1 ? segments.length * 4 : 0);
    if (this.ends.length > 0) segments.forEach((each, index) => this.ends.set([placeOf(times, each.from), each.fromPrice, placeOf(times, each.to), each.toPrice], index * 4));
    this.redraw();
  }

  /** The line at a pixel of the pane; of several the nearest. */
  at(x: number, y: number): number | null {
    const axes = this.axes();
    if (!axes) return null;
    let found: number | null = null;
    let least = NEAR_PX ** 2;
    for (let index = 0; index < this.ends.length / 4; index += 1) {
      const distance = squaredDistance(x, y, this.pixelsOf(index, axes));
      if (distance > least) continue;
      least = distance;
      found = this.segments[index]?.id ?? null;
    }
    return found;
  }

  private axes(): Axes | null {
    const scale = this.chart?.timeScale();
    const left = scale?.logicalToCoordinate(0 as Logical) ?? null;
    const next = scale?.logicalToCoordinate(1 as Logical) ?? null;
    const top = this.series?.priceToCoordinate(0) ?? null;
    const unit = this.series?.priceToCoordinate(1) ?? null;
    return left === null || next === null || top === null || unit === null ? null : { left, perBar: next - left, top, perPrice: unit - top };
  }

  private pixelsOf(index: number, { left, perBar, top, perPrice }: Axes): readonly [number, number, number, number] {
    const { ends } = this;
    const at = index * 4;
    return [left + (ends[at] ?? 0) * perBar, top + (ends[at + 1] ?? 0) * perPrice, left + (ends[at + 2] ?? 0) * perBar, top + (ends[at + 3] ?? 0) * perPrice];
  }

  private draw(scope: Scope): void {
    const axes = this.axes();
    if (!axes) return;
    for (const isGood of [false, true]) this.drawThose(isGood, axes, scope);
  }

  /** At every frame of a drag: without an object for each line. */
  private drawThose(isGood: boolean, { left, perBar, top, perPrice }: Axes, { context, mediaSize, horizontalPixelRatio: across, verticalPixelRatio: down }: Scope): void {
    const { ends, segments } = this;
    const [first, last] = [-left / perBar, (mediaSize.width - left) / perBar];
    context.beginPath();
    for (let at = 0; at < ends.length; at += 4) {
      const [begin, end] = [ends[at] ?? 0, ends[at + 2] ?? 0];
      if (segments[at / 4]?.isGood !== isGood || end < first || begin > last) continue;
      context.moveTo((left + begin * perBar) * across, (top + (ends[at + 1] ?? 0) * perPrice) * down);
      context.lineTo((left + end * perBar) * across, (top + (ends[at + 3] ?? 0) * perPrice) * down);
    }
    context.lineWidth = WIDTH_PX * across * (isGood ? 2 : 1);
    context.strokeStyle = isGood ? this.colours.up : this.colours.down;
    context.stroke();
  }
}

/** From a point to a line between two others. */
export function squaredDistance(x: number, y: number, [x1, y1, x2, y2]: readonly [number, number, number, number]): number {
  const [width, height] = [x2 - x1, y2 - y1];
  const length = width * width + height * height;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * width + (y - y1) * height) / length));
  return (x - x1 - share * width) ** 2 + (y - y1 - share * height) ** 2;
}
