// The heat map as a table whose cells are gone through with the arrow keys.
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import type { Combination, Metric } from '../../ui/strategy/results';
import { bestCell, type Cell, cellOf, type Grid, levelsOf, METRIC_WORDS, metricText, parametersText } from './grid';
import classes from './sweeps.module.css';

interface Props {
  grid: Grid;
  x: string;
  y: string | null;
  metric: Metric;
  isSmooth: boolean;
  /** The combination that one was at before. */
  start: number | null;
  onPlace: (combination: Combination) => void;
  onOpen: (combination: Combination) => void;
}

const STEPS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** Of more columns the figures are small, so that more of the map is seen at once. */
const MOST_WIDE = 16;

export function HeatMap({ grid, x, y, metric, isSmooth, start, onPlace, onOpen }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [place, setPlace] = useState<{ i: number; j: number } | null>(null);
  const best = useMemo(() => bestCell(grid), [grid]);
  // After other axes were chosen the place may be outside of them.
  const isWithin = place !== null && place.i < grid.across.length && place.j < grid.down.length;
  const at = (isWithin ? place : null) ?? cellOf(grid, start) ?? best ?? { i: 0, j: 0 };
  const go = (i: number, j: number) => {
    const next = { i: Math.min(Math.max(i, 0), grid.across.length - 1), j: Math.min(Math.max(j, 0), grid.down.length - 1) };
    setPlace(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next.i} ${next.j}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) go(at.i + step[0], at.j + step[1]);
    else if (event.key === 'Home') go(0, at.j);
    else if (event.key === 'End') go(grid.across.length - 1, at.j);
    else if (event.key === 'Enter') open(grid.cells[at.j]?.[at.i] ?? null);
    else return;
    event.preventDefault();
  };
  const open = (cell: Cell | null) => {
    if (cell) onOpen(cell.combination);
  };
  const reached = grid.cells[at.j]?.[at.i] ?? null;
  return (
    <>
      <div className={classes.scroll}>
        <table
          ref={table}
          role="grid"
          className={classes.heat}
          data-dense={grid.across.length > MOST_WIDE || undefined}
          aria-label={`${METRIC_WORDS[metric]} by ${x}${y === null ? '' : ` and ${y}`}`}
          onKeyDown={onKeyDown}
          onFocus={({ target }) => {
            const found = placeOf(target);
            if (!found) return;
            setPlace(found);
            const cell = grid.cells[found.j]?.[found.i];
            if (cell) onPlace(cell.combination);
          }}
          onClick={({ target }) => {
            const found = placeOf(target);
            if (found) open(grid.cells[found.j]?.[found.i] ?? null);
          }}
        >
          <HeatHead grid={grid} x={x} y={y} />
          <HeatRows grid={grid} metric={metric} isSmooth={isSmooth} best={best} at={at} />
        </table>
      </div>
      <p className={classes.lead} data-testid="reached">
        {wordsOf(reached, reached ? metricText(reached.value, metric) : '', metric, isSmooth, best?.i === at.i && best.j === at.j)}
      </p>
    </>
  );
}

/** Which cell an event is about. */
function placeOf(target: EventTarget): { i: number; j: number } | null {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-place]')?.dataset.place : undefined;
  const [i, j] = (found ?? '').split(' ').map(Number);
  return found === undefined || i === undefined || j === undefined ? null : { i, j };
}

function HeatHead({ grid, x, y }: Pick<Props, 'grid' | 'x' | 'y'>) {
  return (
    <thead>
      <tr>
        <th scope="col">{y === null ? x : `${y} ↓ ${x} →`}</th>
        {grid.across.map((value) => (
          <th key={value} scope="col">
            {value}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowsProps extends Pick<Props, 'grid' | 'metric' | 'isSmooth'> {
  best: { i: number; j: number } | null;
  at: { i: number; j: number };
}

function HeatRows({ grid, metric, isSmooth, best, at }: RowsProps) {
  const levelOf = useMemo(() => levelsOf(grid), [grid]);
  return (
    <tbody>
      {grid.cells.map((row, j) => (
        <HeatRow
          key={grid.down[j] ?? 'only'}
          row={row}
          j={j}
          name={grid.down[j] ?? METRIC_WORDS[metric]}
          across={grid.across}
          levelOf={levelOf}
          metric={metric}
          isSmooth={isSmooth}
          best={best?.j === j ? best.i : null}
          reached={at.j === j ? at.i : null}
        />
      ))}
    </tbody>
  );
}

interface RowProps extends Pick<Props, 'metric' | 'isSmooth'> {
  row: readonly (Cell | null)[];
  j: number;
  name: string | number;
  across: readonly number[];
  levelOf: (value: number | null) => number | null;
  /** Where in this row the best cell is, and the one that Tab comes to. */
  best: number | null;
  reached: number | null;
}

/** Remembered: a step from cell to cell draws one or two rows of many. */
const HeatRow = memo(function HeatRow({ row, j, name, across, levelOf, metric, isSmooth, best, reached }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {row.map((cell, i) => {
        const text = cell ? metricText(cell.value, metric) : '';
        return (
          <td
            key={across[i]}
            role="gridcell"
            data-place={`${i} ${j}`}
            data-level={levelOf(cell?.value ?? null) ?? undefined}
            data-best={best === i || undefined}
            tabIndex={reached === i ? 0 : -1}
            aria-label={wordsOf(cell, text, metric, isSmooth, best === i)}
          >
            {best === i ? `★ ${text}` : text}
          </td>
        );
      })}
    </tr>
  );
});

function wordsOf(cell: Cell | null, text: string, metric: Metric, isSmooth: boolean, isBest: boolean): string {
  if (!cell) return 'Not tried';
  const figure = `${isSmooth ? 'mean ' : ''}${METRIC_WORDS[metric]} ${text}`;
  return `${parametersText(cell.combination.parameters)}: ${figure}${isBest ? ', the highest' : ''}`;
}
