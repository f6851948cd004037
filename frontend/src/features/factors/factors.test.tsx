// Factors on the page: named and changed with their parameters, judged, and read as a tear sheet.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Factor } from '../../api/types';
import { makeDataset } from '../../test/make';
import { show } from '../../test/render';
import { LANGUAGE, makeJob } from '../../test/research';
import { answers, refusal, success } from '../../test/server';
import FactorsPage from './FactorsPage';
import { horizonsOf, type TearSheet } from './tearSheet';

vi.mock('../../ui/chart/lazy', () => import('../../test/plainCharts'));

const FACTOR: Factor = {
  id: 'factor-1',
  name: 'reversal',
  description: '',
  expression: '-returns(close, p.bars)',
  parameters: { bars: 5 },
  canonical: '',
  hash: 'h',
  is_cross_sectional: false,
  warm_up_bars: 5,
  created_at: '2026-01-01T00:00:00.000Z',
  changed_at: '2026-01-01T00:00:00.000Z',
  fields: ['close'],
};
const PARSED = { canonical: '', hash: 'h', kind: 'series', fields: [], groups: [], parameters: ['bars'], is_cross_sectional: false, look_back_bars: 5, warm_up_bars: 5 };
const mean = (value: number) => ({ count: 100, mean: value, std: 0.1, t: 2.5 });

function makeSheet(): TearSheet {
  const horizon = (bars: number, ic: number) => ({
    bars,
    ic: { rank_ic: mean(ic), icir: 0.2, share_positive: 0.55 },
    ic_by_month: [
      { month: '2025-01', bars: 20, mean: 0.05 },
      { month: '2025-02', bars: 20, mean: null },
    ],
    quantiles: [1, 2, 3].map((quantile) => ({ quantile, returns: mean(quantile / 1_000), excess: 0, turnover: 0.3 })),
    spread: mean(0.002),
    monotonicity: 1,
    rank_autocorrelation: 0.8,
  });
  return {
    symbols: 12,
    bars: 500,
    from: '2025-01-01T00:00:00.000Z',
    to: '2026-05-15T00:00:00.000Z',
    data_hash: 'h',
    entry: 'next_open',
    factor: { name: 'reversal', expression: '-returns(close, p.bars)', parameters: { bars: 5 }, warm_up_bars: 5, coverage: 0.99 },
    truncation: { passed: true, cuts: 4, compared: 1_000 },
    horizons: [horizon(1, 0.0312), horizon(5, 0.0101)],
    coverage: { share: 0.99, least_symbols: 10, most_symbols: 12, by_month: [{ month: '2025-01', bars: 31, mean: 0.9 }] },
    curve: [
      { time: '2025-01-01T00:00:00.000Z', quantiles: [1, 1, 1], spread: 1 },
      { time: '2025-01-02T00:00:00.000Z', quantiles: [0.9, 1, 1.2], spread: 1.3 },
    ],
  };
}

beforeEach(() => {
  answers('get', '/api/v1/factors/operators/', () => success(LANGUAGE));
  answers('get', '/api/v1/factors/', () => success({ items: [FACTOR], next_cursor: null }));
  answers('get', '/api/v1/factors/sets/', () => success([{ name: 'alpha158', description: 'Figures of the bar.', source: 'Qlib', count: 1, factors: [{ name: 'alpha158.ROC20', expression: 'delay(close, 20) / close' }] }]));
  answers('post', '/api/v1/expressions/validate/', () => success(PARSED));
  answers('get', '/api/v1/symbols/', () => success({ items: [], next_cursor: null }));
  const days = ['A', 'B', 'C'].map((name) => makeDataset({ id: `dataset-${name}`, symbol: `${name}-USDT`, interval: '1d' }));
  answers('get', '/api/v1/datasets/', () => success({ items: days, next_cursor: null }));
});

function Place() {
  return <output data-testid="place">{useLocation().search}</output>;
}

function showPage(path = '/factors') {
  show(
    <>
      <FactorsPage />
      <Place />
    </>,
    path,
  );
}

it('names an expression with the values of its parameters', async () => {
  let body: unknown;
  answers('post', '/api/v1/factors/', async (request) => {
    body = await request.json();
    return success({ ...FACTOR, name: 'momentum' }, 201);
  });
  const user = userEvent.setup();
  showPage();
  const form = await screen.findByRole('form', { name: 'Factor' });
  await user.type(within(form).getByRole('textbox', { name: 'Name' }), 'momentum');
  await user.type(within(form).getByRole('textbox', { name: /^Expression/ }), 'returns(close, p.bars)');
  await user.click(within(form).getByRole('button', { name: 'Save the factor' }));
  expect(within(form).getByText('Type a number.')).toBeInTheDocument();
  await user.type(within(form).getByRole('textbox', { name: 'p.bars' }), '20');
  await user.click(within(form).getByRole('button', { name: 'Save the factor' }));
  await waitFor(() => expect(screen.getByTestId('place')).toHaveTextContent('judge=momentum'));
  expect(body).toEqual({ name: 'momentum', expression: 'returns(close, p.bars)', parameters: { bars: 20 }, description: '' });
});

it('shows a refusal at the name it is about', async () => {
  answers('post', '/api/v1/factors/', () => refusal(409, 'NAME_TAKEN', 'There is a factor of that name.', { name: ['There is a factor of that name.'] }));
  const user = userEvent.setup();
  showPage();
  const form = await screen.findByRole('form', { name: 'Factor' });
  await user.type(within(form).getByRole('textbox', { name: 'Name' }), 'reversal');
  await user.type(within(form).getByRole('textbox', { name: /^Expression/ }), 'close');
  await user.click(within(form).getByRole('button', { name: 'Save the factor' }));
  await waitFor(() => expect(within(form).getByRole('textbox', { name: 'Name' })).toBeInvalid());
});

it('judges a factor of the set over all data sets, with three symbols at least', async () => {
  let body: unknown;
  answers('post', '/api/v1/factors/evaluate/', async (request) => {
    body = await request.json();
    return success(makeJob({ id: 'sheet-1', kind: 'factor.evaluate', status: 'running' }), 202);
  });
  answers('get', '/api/v1/jobs/sheet-1/', () => success(makeJob({ id: 'sheet-1', kind: 'factor.evaluate', result: makeSheet() })));
  const user = userEvent.setup();
  showPage('/factors?judge=alpha158.ROC20');
  const form = await screen.findByRole('form', { name: 'Judge a factor' });
  await within(form).findByRole('option', { name: 'alpha158.ROC20' });
  await user.click(within(form).getByRole('button', { name: 'Make the tear sheet' }));
  expect(within(form).getByText(/Choose 3 symbols or data sets at least/)).toBeInTheDocument();
  await user.click(within(form).getByRole('button', { name: 'Add all 3 data sets of 1d' }));
  await user.click(within(form).getByRole('button', { name: 'Make the tear sheet' }));
  await waitFor(() => expect(screen.getByTestId('place')).toHaveTextContent('sheet=sheet-1'));
  expect(body).toMatchObject({ factor: 'alpha158.ROC20', datasets: ['dataset-A', 'dataset-B', 'dataset-C'], horizons: [1, 2, 3, 5, 10, 20], quantiles: 5 });
});

it('reads a tear sheet at its address, at the horizon that is chosen', async () => {
  answers('get', '/api/v1/jobs/sheet-1/', () => success(makeJob({ id: 'sheet-1', kind: 'factor.evaluate', result: makeSheet() })));
  const user = userEvent.setup();
  showPage('/factors?sheet=sheet-1');
  const head = await screen.findByRole('region', { name: 'Figures of the factor' });
  expect(head).toHaveTextContent('Rank IC over 1 bar+0.0312t 2.50, 100 bars');
  expect(screen.getByRole('img', { name: 'Rank IC by horizon: 1 bars +0.0312, 5 bars +0.0101.' })).toBeInTheDocument();
  expect(screen.getByRole('img', { name: /Mean return by quantile: 1 \+0\.100%, 2 \+0\.200%, 3 \+0\.300%/ })).toBeInTheDocument();
  expect(screen.getByRole('img', { name: /became 1\.20 in the highest quantile, 0\.90 in the lowest, 1\.30 in the spread/ })).toBeInTheDocument();
  await user.selectOptions(screen.getByRole('combobox', { name: 'Returns over bars' }), '5');
  expect(head).toHaveTextContent('Rank IC over 5 bars+0.0101');
});

it('finds operators by what they mean', async () => {
  const user = userEvent.setup();
  showPage();
  await user.click(await screen.findByRole('tab', { name: 'Operators' }));
  await user.type(await screen.findByRole('textbox', { name: 'Find an operator' }), 'exponential');
  const table = screen.getByRole('region', { name: 'Operators' });
  expect(within(table).getAllByRole('row')).toHaveLength(2);
  expect(within(table).getByRole('row', { name: /ema\(x, n\)/ })).toBeInTheDocument();
});

it('says so when a sheet is no longer kept', async () => {
  answers('get', '/api/v1/jobs/old/', () => refusal(404, 'NOT_FOUND', 'There is no job old.'));
  showPage('/factors?sheet=old');
  expect(await screen.findByText('This tear sheet is gone.')).toBeInTheDocument();
});

it('reads horizons as whole numbers, each once, the shortest first', () => {
  expect(horizonsOf('10, 1 5,1')).toEqual([1, 5, 10]);
  expect([horizonsOf(''), horizonsOf('1, x'), horizonsOf('0')]).toEqual([null, null, null]);
});
