// The rows of a heat map as the document has them: made once, then changed in place.
import { expect, it } from 'vitest';
import { NINE } from '../../test/research';
import type { Metric } from '../../ui/strategy/results';
import { axesOf, gridOf } from './grid';
import { cellAt, drawRows, type FaceRow, facesOf, placeOf } from './heatRows';

function facesOfNine(metric: Metric, numbers = NINE.map(({ number }) => number)): FaceRow[] {
  const tried = NINE.filter(({ number }) => numbers.includes(number));
  return facesOf(gridOf(tried, axesOf(tried), { x: 'fast', y: 'slow', held: {}, metric, isSmooth: false }), metric, false);
}

function drawn(rows: FaceRow[]): HTMLTableSectionElement {
  const body = document.createElement('tbody');
  document.createElement('table').append(body);
  drawRows(body, rows, null);
  return body;
}

const textsOf = (body: HTMLElement) => [...body.children].map((row) => [...row.children].map((cell) => cell.textContent));

it('shows another figure in the cells that are there, with its words and its colour', () => {
  const [sharpe, trades] = [facesOfNine('sharpe'), facesOfNine('trades')];
  const body = drawn(sharpe);
  const best = cellAt(body, { i: 2, j: 2 });
  expect(textsOf(body)[2]).toEqual(['60', '2.00', '5.00', '★ 8.00']);
  expect([best?.dataset.level, best?.dataset.best, best?.getAttribute('aria-label')]).toEqual(['5', 'true', 'fast 15, slow 60: Sharpe ratio 8.00, the highest']);
  drawRows(body, trades, sharpe);
  expect(cellAt(body, { i: 2, j: 2 })).toBe(best);
  expect([best?.textContent, best?.hasAttribute('data-best'), best?.getAttribute('aria-label')]).toEqual(['10', false, 'fast 15, slow 60: Trades 10']);
});

it('grows and shrinks with what was tried, and keeps the cells of before', () => {
  const [few, all] = [facesOfNine('sharpe', [0, 1, 3]), facesOfNine('sharpe')];
  const body = drawn(few);
  const first = cellAt(body, { i: 0, j: 0 });
  expect(textsOf(body)).toEqual([['20', '0.00', '★ 3.00'], ['40', '1.00', '']]);
  expect(cellAt(body, { i: 1, j: 1 })?.getAttribute('aria-label')).toBe('Not tried');
  drawRows(body, all, few);
  expect(textsOf(body)).toEqual([['20', '0.00', '3.00', '6.00'], ['40', '1.00', '4.00', '7.00'], ['60', '2.00', '5.00', '★ 8.00']]);
  drawRows(body, few, all);
  expect(textsOf(body)).toEqual([['20', '0.00', '★ 3.00'], ['40', '1.00', '']]);
  expect(cellAt(body, { i: 0, j: 0 })).toBe(first);
});

it('finds the place of a cell, and none for a head', () => {
  const body = drawn(facesOfNine('sharpe'));
  const cell = cellAt(body, { i: 1, j: 2 });
  expect(cell && placeOf(cell)).toEqual({ i: 1, j: 2 });
  expect(placeOf(body.querySelector('th') ?? body)).toBeNull();
});
