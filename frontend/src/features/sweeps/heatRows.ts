// The rows of a heat map, made and changed without React: two thousand cells are made by copying one, and another figure changes what is
// in them and nothing else.
import { bestCell, type Cell, type Grid, levelsOf, METRIC_WORDS, metricText, parametersText } from './grid';
import type { Metric } from '../../ui/strategy/results';

/** A cell of a grid: how far across and how far down. */
export interface Place {
  i: number;
  j: number;
}

/** What a cell shows. */
export interface Face {
  text: string;
  /** How strong its colour is; null where there is no figure. */
  level: number | null;
  isBest: boolean;
}

export interface FaceRow {
  name: string;
  faces: Face[];
}

export interface Faces {
  rows: FaceRow[];
  /** How many letters every text has; 0 where each is as long as it is. */
  letters: number;
}

/** What a grid shows; where columns are kept by the letters alone, every text is filled up in front to the same length. */
export function facesOf(grid: Grid, metric: Metric, isByLetters: boolean): Faces {
  const best = bestCell(grid);
  const levelOf = levelsOf(grid);
  const texts = grid.cells.map((row) => row.map((cell) => (cell ? metricText(cell.value, metric) : '')));
  const letters = isByLetters ? lettersOf(grid, texts) : 0;
  const rows = grid.cells.map((row, j) => ({
    name: String(grid.down[j] ?? METRIC_WORDS[metric]),
    faces: row.map((cell, i) => ({ text: (texts[j]?.[i] ?? '').padStart(letters), level: levelOf(cell?.value ?? null), isBest: best?.i === i && best.j === j })),
  }));
  return { rows, letters };
}

/** Those of the longest figure or head of a column, and one in front of it. */
function lettersOf({ across }: Grid, texts: readonly (readonly string[])[]): number {
  let most = Math.max(...across.map((value) => String(value).length));
  for (const row of texts) for (const text of row) most = Math.max(most, text.length);
  return most + 1;
}

/** What the cell that one is at says in full; the others have their figure, and the heads of their row and column. */
export function wordsOf(cell: Cell | null, metric: Metric, isSmooth: boolean, isBest: boolean): string {
  if (!cell) return 'Not tried';
  return `${parametersText(cell.combination.parameters)}: ${figureWords(metric, isSmooth)} ${metricText(cell.value, metric)}${isBest ? ', the highest' : ''}`;
}

export function figureWords(metric: Metric, isSmooth: boolean): string {
  return `${isSmooth ? 'mean ' : ''}${METRIC_WORDS[metric]}`;
}

/** Brings the rows of a table to these faces; `before` is what they show, null where there are none. Cells that are there stay: one of them may have the focus. */
export function drawRows(body: HTMLTableSectionElement, rows: readonly FaceRow[], before: readonly FaceRow[] | null): void {
  const columns = rows[0]?.faces.length ?? 0;
  while (body.children.length > rows.length) body.lastElementChild?.remove();
  const there = [...body.children];
  for (const element of there) fitCells(element, columns);
  const more = blankRows(rows.length - there.length, columns);
  for (const [j, element] of [...there, ...more].entries()) drawRow(element, rows[j], before?.[j]);
  body.append(...more);
}

function fitCells(row: Element, columns: number): void {
  while (row.children.length > columns + 1) row.lastElementChild?.remove();
  row.append(...blankCells(columns + 1 - row.children.length));
}

function drawRow(element: Element, row: FaceRow | undefined, before: FaceRow | undefined): void {
  if (!row) return;
  let cell = element.firstElementChild;
  if (cell && row.name !== before?.name) write(cell, row.name);
  for (const [i, face] of row.faces.entries()) {
    cell = cell?.nextElementSibling ?? null;
    if (cell) drawCell(cell, face, before?.faces[i]);
  }
}

function drawCell(cell: Element, face: Face, before: Face | undefined): void {
  if (face.text !== before?.text) write(cell, face.text);
  if (face.level !== (before?.level ?? null)) setOrRemove(cell, 'data-level', face.level === null ? null : String(face.level));
  if (face.isBest !== (before?.isBest ?? false)) setOrRemove(cell, 'data-best', face.isBest ? 'true' : null);
}

/** Every cell has one text, which is changed and not replaced. */
function write(cell: Element, text: string): void {
  if (cell.firstChild) cell.firstChild.nodeValue = text;
}

function setOrRemove(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Rows of cells with nothing in them yet. */
function blankRows(count: number, columns: number): Element[] {
  const row = document.createElement('tr');
  row.setAttribute('role', 'row');
  const name = document.createElement('th');
  name.scope = 'row';
  name.setAttribute('role', 'rowheader');
  name.append('');
  row.append(name, ...blankCells(columns));
  return Array.from({ length: count }, () => row.cloneNode(true) as Element);
}

function blankCells(count: number): Node[] {
  const cell = document.createElement('td');
  cell.setAttribute('role', 'gridcell');
  cell.tabIndex = -1;
  cell.append('');
  return Array.from({ length: count }, () => cell.cloneNode(true));
}

/** Which cell an event is about; null for the heads of rows and columns. */
export function placeOf(target: EventTarget): Place | null {
  const cell = target instanceof Element ? target.closest('td') : null;
  const row = cell?.closest('tr');
  return cell && row ? { i: cell.cellIndex - 1, j: row.sectionRowIndex } : null;
}

export function cellAt(body: HTMLTableSectionElement | null, { i, j }: Place): HTMLElement | null {
  const cell = body?.children[j]?.children[i + 1];
  return cell instanceof HTMLElement ? cell : null;
}
