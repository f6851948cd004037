// What all charts have in common: their looks, their times in the chosen zone, and staying as wide as their place.
import { ColorType, createChart, CrosshairMode, type IChartApi, TickMarkType, type Time } from 'lightweight-charts';
import { type TimeShape, timeText, type TimeZone } from '../format';
import type { ChartColours } from './colours';

const TICK_SHAPES: Record<TickMarkType, TimeShape> = {
  [TickMarkType.Year]: 'year',
  [TickMarkType.Month]: 'month',
  [TickMarkType.DayOfMonth]: 'day',
  [TickMarkType.Time]: 'minute',
  [TickMarkType.TimeWithSeconds]: 'time',
};

const milliseconds = (time: Time): number => Number(time) * 1_000;

export function makeChart(place: HTMLElement): IChartApi {
  return createChart(place, {
    autoSize: true,
    // The logo writes a style element, which the content security policy refuses; the attribution stands below the chart.
    layout: { attributionLogo: false, fontSize: 11, panes: { enableResize: false } },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { borderVisible: false },
    timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 4 },
    handleScale: { axisPressedMouseMove: { time: true, price: true } },
  });
}

export function dress(chart: IChartApi, colours: ChartColours, zone: TimeZone): void {
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: colours.panel },
      textColor: colours.textSoft,
      panes: { separatorColor: colours.line, separatorHoverColor: colours.line },
      fontFamily: "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
    },
    grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
    localization: { timeFormatter: (time: Time) => timeText(milliseconds(time), 'full', zone) },
    timeScale: { tickMarkFormatter: (time: Time, mark: TickMarkType) => timeText(milliseconds(time), TICK_SHAPES[mark], zone) },
  });
}
