// The heat map as a table whose cells are gone through with the arrow keys.
import { type KeyboardEvent, useRef, useState } from 'react';
import type { Combination, Metric } from '../../ui/strategy/results';
import { bestCell, type Cell, cellOf, type Grid, levelOf, METRIC_WORDS, metricText, parametersText } from './grid';
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

export function HeatMap({ grid, x, y, metric, isSmooth, start, onPlace, onOpen }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [place, setPlace] = useState<{ i: number; j: number } | null>(null);
  const best = bestCell(grid);
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
  return (
    <div className={classes.scroll}>
      <table ref={table} role="grid" className={classes.heat} aria-label={`${METRIC_WORDS[metric]} by ${x}${y === null ? '' : ` and ${y}`}`} onKeyDown={onKeyDown}>
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
        <tbody>
          {grid.cells.map((row, j) => (
            <tr key={grid.down[j] ?? 'only'}>
              <th scope="row">{grid.down[j] ?? METRIC_WORDS[metric]}</th>
              {row.map((cell, i) => (
                <HeatCell
                  key={grid.across[i]}
                  cell={cell}
                  place={`${i} ${j}`}
                  level={levelOf(cell?.value ?? null, grid)}
                  metric={metric}
                  isSmooth={isSmooth}
                  isBest={best?.i === i && best.j === j}
                  isReached={at.i === i && at.j === j}
                  onFocus={() => {
                    setPlace({ i, j });
                    if (cell) onPlace(cell.combination);
                  }}
                  onOpen={() => open(cell)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  cell: Cell | null;
  place: string;
  level: number | null;
  metric: Metric;
  isSmooth: boolean;
  isBest: boolean;
  /** The one that Tab comes to. */
  isReached: boolean;
  onFocus: () => void;
  onOpen: () => void;
}

function HeatCell({ cell, place, level, metric, isSmooth, isBest, isReached, onFocus, onOpen }: CellProps) {
  return (
    <td
      role="gridcell"
      data-place={place}
      data-level={level ?? undefined}
      data-best={isBest || undefined}
      tabIndex={isReached ? 0 : -1}
      aria-label={wordsOf(cell, metric, isSmooth, isBest)}
      onFocus={onFocus}
      onClick={onOpen}
    >
      {isBest ? '★ ' : ''}
      {cell ? metricText(cell.value, metric) : ''}
    </td>
  );
}

function wordsOf(cell: Cell | null, metric: Metric, isSmooth: boolean, isBest: boolean): string {
  if (!cell) return 'Not tried';
  const figure = `${isSmooth ? 'mean ' : ''}${METRIC_WORDS[metric]} ${metricText(cell.value, metric)}`;
  return `${parametersText(cell.combination.parameters)}: ${figure}${isBest ? ', the highest' : ''}`;
}
