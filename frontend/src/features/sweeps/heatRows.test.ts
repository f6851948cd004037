// The rows of a heat map as the document has them: made once, then changed in place.
import { expect, it } from 'vitest';
import { NINE } from '../../test/research';
import type { Metric } from '../../ui/strategy/results';
import { axesOf, type Grid, gridOf } from './grid';
import { cellAt, drawRows, type Faces, type FaceRow, facesOf, placeOf, wordsOf } from './heatRows';

function gridOfNine(metric: Metric, numbers = NINE.map(({ number }) => number)): Grid {
  const tried = NINE.filter(({ number }) => numbers.includes(number));
  return gridOf(tried, axesOf(tried), { x: 'fast', y: 'slow', held: {}, metric, isSmooth: false });
}

function facesOfNine(metric: Metric, numbers?: number[], isByLetters = false): Faces {
  return facesOf(gridOfNine(metric, numbers), metric, isByLetters);
}

function drawn(rows: FaceRow[]): HTMLTableSectionElement {
  const body = document.createElement('tbody');
  document.createElement('table').append(body);
  drawRows(body, rows, null);
  return body;
}

const textsOf = (body: HTMLElement) => [...body.children].map((row) => [...row.children].map((cell) => cell.textContent));

it('shows another figure in the cells that are there, with its colour', () => {
  const [sharpe, trades] = [facesOfNine('sharpe').rows, facesOfNine('trades').rows];
  const body = drawn(sharpe);
  const best = cellAt(body, { i: 2, j: 2 });
  expect(textsOf(body)[2]).toEqual(['60', '2.00', '5.00', '8.00']);
  expect([best?.dataset.level, best?.dataset.best]).toEqual(['5', 'true']);
  drawRows(body, trades, sharpe);
  expect(cellAt(body, { i: 2, j: 2 })).toBe(best);
  expect([best?.textContent, best?.hasAttribute('data-best')]).toEqual(['10', false]);
});

it('says of the cell that one is at what was tried there, its figure, and whether that is the highest', () => {
  const grid = gridOfNine('sharpe', [0, 1, 3]);
  const at = (i: number, j: number) => grid.cells[j]?.[i] ?? null;
  expect(wordsOf(at(1, 0), 'sharpe', false, true)).toBe('fast 10, slow 20: Sharpe ratio 3.00, the highest');
  expect(wordsOf(at(0, 1), 'sharpe', true, false)).toBe('fast 5, slow 40: mean Sharpe ratio 1.00');
  expect(wordsOf(at(1, 1), 'sharpe', false, false)).toBe('Not tried');
});

it('gives every text as many letters as the longest and one more, where the letters keep the columns', () => {
  const { rows, letters } = facesOfNine('sharpe', [0, 1, 3], true);
  expect(letters).toBe(5);
  expect(textsOf(drawn(rows))).toEqual([['20', ' 0.00', ' 3.00'], ['40', ' 1.00', '     ']]);
});

it('grows and shrinks with what was tried, and keeps the cells of before', () => {
  const [few, all] = [facesOfNine('sharpe', [0, 1, 3]).rows, facesOfNine('sharpe').rows];
  const body = drawn(few);
  const first = cellAt(body, { i: 0, j: 0 });
  expect(textsOf(body)).toEqual([['20', '0.00', '3.00'], ['40', '1.00', '']]);
  drawRows(body, all, few);
  expect(textsOf(body)).toEqual([['20', '0.00', '3.00', '6.00'], ['40', '1.00', '4.00', '7.00'], ['60', '2.00', '5.00', '8.00']]);
  drawRows(body, few, all);
  expect(textsOf(body)).toEqual([['20', '0.00', '3.00'], ['40', '1.00', '']]);
  expect(cellAt(body, { i: 0, j: 0 })).toBe(first);
});

it('finds the place of a cell, and none for a head', () => {
  const body = drawn(facesOfNine('sharpe').rows);
  const cell = cellAt(body, { i: 1, j: 2 });
  expect(cell && placeOf(cell)).toEqual({ i: 1, j: 2 });
  expect(placeOf(body.querySelector('th') ?? body)).toBeNull();
});
