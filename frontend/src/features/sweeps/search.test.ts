// A search from its form to the gateway, and its result as a grid.
import { describe, expect, it } from 'vitest';
import { makeCombination, makeSweep, NINE } from '../../test/research';
import { bodyOf, type Draft, EMPTY_DRAFT, SAMPLE_RULES } from '../../ui/strategy/draft';
import { sweepOf, sweepSpecOf } from '../../ui/strategy/results';
import { combinationsOf, countOf, EMPTY_SEARCH, searchBody, type SearchDraft, searchProblems, sweptOf } from './axes';
import { axesOf, bestCell, cellDraft, gridOf, levelsOf, meanAround } from './grid';

const DRAFT: Draft = { ...EMPTY_DRAFT, ...SAMPLE_RULES, sources: [{ kind: 'symbol', id: 'A-USDT', symbol: 'A-USDT' }], distances: { ...EMPTY_DRAFT.distances, stop: { kind: 'percent', size: '2', bars: '14' } } };
const RANGE = { mode: 'range' as const, from: '', to: '', step: '', values: '' };

describe('the axes', () => {
  it('are proposed around the value of a parameter; distances keep theirs', () => {
    expect(sweptOf(EMPTY_SEARCH, DRAFT)).toEqual(['fast', 'slow']);
    expect(searchBody(EMPTY_SEARCH, DRAFT).parameters).toEqual({ fast: { from: 5, to: 15, step: 5 }, slow: { from: 15, to: 45, step: 15 } });
    expect(combinationsOf(EMPTY_SEARCH, DRAFT)).toBe(9);
  });

  it('are counted as the gateway counts them', () => {
    expect(countOf({ ...RANGE, from: '0.1', to: '0.3', step: '0.1' })).toBe(3);
    expect(countOf({ ...RANGE, from: '5', to: '4', step: '1' })).toBeNull();
    expect(countOf({ ...RANGE, mode: 'values', values: '5, 10; 10 20' })).toBe(3);
    expect(countOf({ ...RANGE, mode: 'values', values: '5, x' })).toBeNull();
  });

  it('name what is missing, and a pair only where both vary', () => {
    const search: SearchDraft = { ...EMPTY_SEARCH, low: 'fast', high: 'slow', axes: { fast: { ...RANGE, mode: 'values', values: '5 8' }, stop: { ...RANGE, from: '1', to: '3', step: '1' } } };
    expect(searchProblems(search, DRAFT)).toEqual({});
    expect(searchBody(search, DRAFT)).toMatchObject({ rising: [['fast', 'slow']], parameters: { fast: { values: [5, 8] }, stop: { from: 1, to: 3, step: 1 } } });
    expect(searchBody({ ...search, axes: { ...search.axes, slow: { ...RANGE, mode: 'fixed' } } }, DRAFT)).not.toHaveProperty('rising');
    expect(searchProblems({ ...search, axes: { fast: RANGE } }, DRAFT)).toHaveProperty(['parameters.fast']);
    expect(searchProblems({ ...EMPTY_SEARCH, kind: 'walk_forward', trainBars: '' }, DRAFT)).toHaveProperty(['train_bars']);
    expect(searchProblems(EMPTY_SEARCH, EMPTY_DRAFT)).toHaveProperty(['parameters']);
  });
});

describe('the grid', () => {
  const axes = axesOf(NINE);
  const view = { x: 'fast', y: 'slow', held: {}, metric: 'sharpe' as const, isSmooth: false };

  it('has a cell for each combination, and none where nothing was tried', () => {
    const grid = gridOf(NINE.filter((each) => each.number !== 4), axes, view);
    expect(grid.across).toEqual([5, 10, 15]);
    expect(grid.down).toEqual([20, 40, 60]);
    expect(grid.cells.map((row) => row.map((cell) => cell?.value ?? null))).toEqual([
      [0, 3, 6],
      [1, null, 7],
      [2, 5, 8],
    ]);
    expect(bestCell(grid)).toEqual({ i: 2, j: 2 });
  });

  it('takes the mean with those beside it, which moves the best off a lonely peak', () => {
    const peak = NINE.map((each) => (each.number === 0 ? makeCombination(0, each.parameters, { sharpe: 100 }) : makeCombination(each.number, each.parameters, { sharpe: each.number === 8 ? null : 50 })));
    expect(bestCell(gridOf(peak, axes, view))).toEqual({ i: 0, j: 0 });
    const smooth = gridOf(peak, axes, { ...view, isSmooth: true });
    expect(smooth.cells[0]?.[0]?.value).toBe(62.5); // (100 + 3 times 50) / 4
    expect(smooth.cells[1]?.[1]?.value).toBe(56.25); // without the one that has no figure
    expect(smooth.cells[2]?.[2]?.value).toBeNull();
    expect(meanAround([[NINE[0] ?? null]], 0, 0, 'sharpe')).toBe(0);
  });

  it('holds the other axes, and draws a single one as a row', () => {
    const tall = [1, 2].flatMap((stop) => NINE.map((each) => makeCombination(each.number + 9 * stop, { ...each.parameters, stop }, { sharpe: stop })));
    const grid = gridOf(tall, axesOf(tall), { ...view, held: { stop: 2 } });
    expect(grid.cells.flat().every((cell) => cell?.value === 2)).toBe(true);
    const single = NINE.slice(0, 3).map((each, index) => makeCombination(index, { slow: each.parameters.slow ?? 0 }, { sharpe: index }));
    expect(gridOf(single, axesOf(single), { ...view, x: 'slow', y: null }).cells.map((row) => row.map((cell) => cell?.value))).toEqual([[0, 1, 2]]);
  });

  it('colours from zero both ways where there are both signs', () => {
    const grid = gridOf(NINE.map((each) => makeCombination(each.number, each.parameters, { sharpe: each.number - 4 })), axes, view);
    expect([-4, 0, 4, 1, null].map(levelsOf(grid))).toEqual([-5, 0, 5, 2, null]);
  });
});

it('asks for the very backtest of a cell: its parameters, its distances, the bars of the sweep', () => {
  const search = makeSweep();
  const body = bodyOf(cellDraft('Grid', sweepSpecOf(search), sweepOf(search).data, { fast: 5, slow: 20, stop: 0.5 }), 'utc');
  expect(body).toMatchObject({
    name: 'Grid: fast 5, slow 20, stop 0.5',
    datasets: ['dataset-1'],
    from: '2025-01-01T00:00:00.000Z',
    to: '2025-01-01T03:00:00.000Z',
    strategy: { parameters: { fast: 5, slow: 20 }, stop: { kind: 'percent', percent: '0.5' } },
  });
});
