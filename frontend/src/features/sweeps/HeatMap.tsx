// The heat map as a table whose cells are gone through with the arrow keys.
import { type FocusEvent, type KeyboardEvent, memo, type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Combination, Metric } from '../../ui/strategy/results';
import { bestCell, type Cell, cellOf, type Grid } from './grid';
import { cellAt, drawRows, type FaceRow, facesOf, figureWords, type Place, placeOf, wordsOf } from './heatRows';
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
/** Of more columns the figures are small, so that more of the map is seen at once, and rows are lines of text: see the sheet. */
const MOST_WIDE = 16;
/** Of a dense map: how wide the names of its rows are, and what a cell has beside its letters. */
const NAME_PX = 84;
const ROOM_PX = 7;

export function HeatMap({ grid, x, y, metric, isSmooth, start, onPlace, onOpen }: Props) {
  const body = useRef<HTMLTableSectionElement>(null);
  const columns = grid.across.length;
  const isDense = columns > MOST_WIDE;
  const { rows, letters } = useMemo(() => facesOf(grid, metric, isDense), [grid, metric, isDense]);
  const [at, setPlace] = usePlaceIn(grid, start);
  const words = wordsOf(cellIn(grid, at), metric, isSmooth, rows[at.j]?.faces[at.i]?.isBest ?? false);
  useDrawn(body, rows, at, words);
  const go = (i: number, j: number) => {
    const next = { i: Math.min(Math.max(i, 0), columns - 1), j: Math.min(Math.max(j, 0), grid.down.length - 1) };
    setPlace(next);
    cellAt(body.current, next)?.focus();
  };
  const open = (place: Place) => {
    const cell = cellIn(grid, place);
    if (cell) onOpen(cell.combination);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step) go(at.i + step[0], at.j + step[1]);
    else if (event.key === 'Home') go(0, at.j);
    else if (event.key === 'End') go(columns - 1, at.j);
    else if (event.key === 'Enter') open(at);
    else return;
    event.preventDefault();
  };
  const onFocus = ({ target }: FocusEvent) => {
    const place = placeOf(target);
    if (!place) return;
    setPlace(place);
    const cell = cellIn(grid, place);
    if (cell) onPlace(cell.combination);
  };
  return (
    <>
      <div className={classes.scroll}>
        <table
          role="grid"
          className={classes.heat}
          data-dense={isDense || undefined}
          style={isDense ? { width: `calc(${NAME_PX}px + ${columns} * (${letters}ch + ${ROOM_PX}px))` } : undefined}
          aria-label={`${figureWords(metric, isSmooth)} by ${x}${y === null ? '' : ` and ${y}`}`}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
          onClick={({ target }) => {
            const place = placeOf(target);
            if (place) open(place);
          }}
        >
          <HeatHead across={grid.across} x={x} y={y} letters={letters} />
          <tbody role="rowgroup" ref={body} />
        </table>
      </div>
      <p className={classes.lead} data-testid="reached">
        {words}
      </p>
    </>
  );
}

/** The cell that Tab comes to: where one was, or else the best. */
function usePlaceIn(grid: Grid, start: number | null): [Place, (place: Place) => void] {
  const [place, setPlace] = useState<Place | null>(null);
  const first = useMemo(() => cellOf(grid, start) ?? bestCell(grid) ?? { i: 0, j: 0 }, [grid, start]);
  // After other axes were chosen the place may be outside of them.
  const isWithin = place !== null && place.i < grid.across.length && place.j < grid.down.length;
  return [isWithin ? place : first, setPlace];
}

/** Keeps the rows as they should be, with one cell of them within the reach of Tab. React leaves what is in the body alone. */
function useDrawn(body: RefObject<HTMLTableSectionElement>, rows: readonly FaceRow[], at: Place, words: string): void {
  const drawn = useRef<readonly FaceRow[] | null>(null);
  const { i, j } = at;
  useLayoutEffect(() => {
    if (!body.current) return;
    drawRows(body.current, rows, drawn.current);
    drawn.current = rows;
  }, [body, rows]);
  useLayoutEffect(() => {
    const cell = cellAt(body.current, { i, j });
    if (!cell) return;
    cell.tabIndex = 0;
    cell.setAttribute('aria-label', words);
    return () => {
      cell.tabIndex = -1;
      cell.removeAttribute('aria-label');
    };
  }, [body, rows, i, j, words]);
}

/** Remembered: a step from cell to cell, or another figure, changes nothing here. */
const HeatHead = memo(function HeatHead({ across, x, y, letters }: Pick<Props, 'x' | 'y'> & Pick<Grid, 'across'> & { letters: number }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        <th scope="col" role="columnheader">
          {y === null ? x : `${y} ↓ ${x} →`}
        </th>
        {across.map((value) => (
          <th key={value} scope="col" role="columnheader">
            {String(value).padStart(letters)}
          </th>
        ))}
      </tr>
    </thead>
  );
});

function cellIn(grid: Grid, { i, j }: Place): Cell | null {
  return grid.cells[j]?.[i] ?? null;
}
