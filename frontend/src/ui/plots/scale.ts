// From numbers to places on a picture, and the round numbers in between.

export interface Scale {
  low: number;
  high: number;
  at: (value: number) => number;
}

const ROUND = [1, 2, 2.5, 5, 10] as const;
const WANTED_TICKS = 5;
const MARGIN = 0.05;

/** Room for all values and a little more; of one value alone, room around it. */
export function scaleOf(values: readonly number[], start: number, end: number): Scale {
  const [least, most] = [Math.min(...values, Infinity), Math.max(...values, -Infinity)];
  const [low0, high0] = Number.isFinite(least) ? [least, most] : [0, 1];
  const width = high0 - low0 || Math.abs(high0) || 1;
  const low = low0 - width * MARGIN;
  const high = high0 + width * MARGIN;
  return { low, high, at: (value) => start + ((value - low) / (high - low)) * (end - start) };
}

/** Some round numbers within a scale. */
export function ticksOf({ low, high }: Scale): number[] {
  const rough = (high - low) / WANTED_TICKS;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = (ROUND.find((each) => each * size >= rough) ?? 10) * size;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
