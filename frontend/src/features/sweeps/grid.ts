// A search as a grid: two of its axes across and down, the others held; each cell alone or with its neighbours.
import type { BarsUsed } from '../../api/types';
import { DISTANCES, type Draft, draftOf } from '../../ui/strategy/draft';
import { percent, ratio, signedPercent } from '../../ui/numbers';
import type { Combination, Metric, SweepSpec } from '../../ui/strategy/results';

export const METRIC_WORDS: Record<Metric, string> = {
  sharpe: 'Sharpe ratio',
  total_return: 'Return',
  max_drawdown: 'Deepest fall',
  profit_factor: 'Profit factor',
  trades: 'Trades',
};
export const METRICS = Object.keys(METRIC_WORDS) as Metric[];

/** The values of each parameter that were tried, in rising order. */
export function axesOf(combinations: readonly Combination[]): Map<string, number[]> {
  const found = new Map<string, Set<number>>();
  for (const { parameters } of combinations) {
    for (const [name, value] of Object.entries(parameters)) {
      const values = found.get(name) ?? new Set<number>();
      values.add(value);
      found.set(name, values);
    }
  }
  return new Map([...found].map(([name, values]) => [name, [...values].sort((a, b) => a - b)]));
}

export interface Cell {
  combination: Combination;
  /** What it shows; null where there is nothing to show. */
  value: number | null;
}

export interface Grid {
  across: number[];
  /** One empty value where there is a single axis. */
  down: (number | null)[];
  /** Row by row; null where the combination was not tried. */
  cells: (Cell | null)[][];
}

export interface View {
  x: string;
  y: string | null;
  /** The values of all other axes. */
  held: Record<string, number>;
  metric: Metric;
  /** The mean of a cell and those beside it, in place of its own figure. */
  isSmooth: boolean;
}

export function gridOf(combinations: readonly Combination[], axes: ReadonlyMap<string, number[]>, view: View): Grid {
  const across = axes.get(view.x) ?? [];
  const down = view.y === null ? [null] : (axes.get(view.y) ?? []);
  const plain = placed(combinations, across, down, view);
  const cells = plain.map((row, j) =>
    row.map((combination, i) => (combination ? { combination, value: view.isSmooth ? meanAround(plain, i, j, view.metric) : combination[view.metric] } : null)),
  );
  return { across, down, cells };
}

/** The combinations that have the held values, each at its place; null where none was tried. */
function placed(combinations: readonly Combination[], across: readonly number[], down: readonly (number | null)[], { x, y, held }: View): (Combination | null)[][] {
  const plain = down.map(() => across.map((): Combination | null => null));
  const columns = new Map(across.map((value, i) => [value, i]));
  const rows = new Map(down.map((value, j) => [value, j]));
  const wanted = Object.entries(held);
  for (const each of combinations) {
    if (!wanted.every(([name, value]) => each.parameters[name] === value)) continue;
    const i = columns.get(each.parameters[x] ?? NaN);
    const row = plain[rows.get(y === null ? null : (each.parameters[y] ?? NaN)) ?? -1];
    if (row && i !== undefined) row[i] = each;
  }
  return plain;
}

/** The mean of a cell and its up to eight neighbours; null where it has no figure itself. */
export function meanAround(rows: readonly (readonly (Combination | null)[])[], i: number, j: number, metric: Metric): number | null {
  if ((rows[j]?.[i]?.[metric] ?? null) === null) return null;
  const found: number[] = [];
  for (let dy = -1; dy <= 1; dy += 1) {
    for (let dx = -1; dx <= 1; dx += 1) {
      const value = rows[j + dy]?.[i + dx]?.[metric] ?? null;
      if (value !== null) found.push(value);
    }
  }
  return found.reduce((sum, value) => sum + value, 0) / found.length;
}

/** The cell with the highest value; of equals the first. */
export function bestCell(grid: Grid): { i: number; j: number } | null {
  let best: { i: number; j: number; value: number } | null = null;
  for (const [j, row] of grid.cells.entries()) {
    for (const [i, cell] of row.entries()) {
      if (cell?.value !== null && cell?.value !== undefined && (best === null || cell.value > best.value)) best = { i, j, value: cell.value };
    }
  }
  return best ? { i: best.i, j: best.j } : null;
}

/** Where a combination is; null where it is not among these. */
export function cellOf(grid: Grid, number: number | null): { i: number; j: number } | null {
  for (const [j, row] of grid.cells.entries()) {
    const i = row.findIndex((cell) => cell !== null && cell.combination.number === number);
    if (i >= 0) return { i, j };
  }
  return null;
}

const LEVELS = 5;

/** Says of a value how strong its colour is, from -5 to 5: below and above zero where there are both, else from the lowest to the highest. */
export function levelsOf(grid: Grid): (value: number | null) => number | null {
  let [low, high] = [Infinity, -Infinity];
  for (const cell of grid.cells.flat()) {
    if (cell === null || cell.value === null) continue;
    low = Math.min(low, cell.value);
    high = Math.max(high, cell.value);
  }
  return (value) => (value === null ? null : levelOf(value, low, high));
}

function levelOf(value: number, low: number, high: number): number {
  if (low < 0 && high > 0) return value < 0 ? -Math.ceil((value / low) * LEVELS) : Math.ceil((value / high) * LEVELS);
  const share = high > low ? (value - low) / (high - low) : 0.5;
  return high <= 0 ? -Math.round((1 - share) * LEVELS) : Math.round(share * LEVELS);
}

export function metricText(value: number | null, metric: Metric): string {
  if (metric === 'total_return') return signedPercent(value, 1);
  if (metric === 'max_drawdown') return percent(value, 1);
  return ratio(value, metric === 'trades' ? 0 : 2);
}

export function parametersText(parameters: Record<string, number>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** The form of one combination's backtest, over the very bars of the search. */
export function cellDraft(name: string, spec: SweepSpec, data: readonly BarsUsed[], parameters: Record<string, number>): Draft {
  const draft = draftOf(`${name ? `${name}: ` : ''}${parametersText(parameters)}`, spec.spec, data, 'utc');
  const distances = { ...draft.distances };
  for (const each of DISTANCES) {
    const size = parameters[each];
    if (size !== undefined) distances[each] = { ...distances[each], size: String(size) };
  }
  const values = Object.fromEntries(Object.entries(parameters).map(([parameter, value]) => [parameter, String(value)]));
  return { ...draft, distances, values: { ...draft.values, ...values } };
}
