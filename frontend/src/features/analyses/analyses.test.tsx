// Analyses on the page: asked for with the options of their kind, and read as a picture with its numbers.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes, useLocation } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Analysis, Correlation } from '../../api/types';
import { makeDataset } from '../../test/make';
import { show } from '../../test/render';
import { makeJob } from '../../test/research';
import { answers, refusal, success } from '../../test/server';
import AnalysesPage from './AnalysesPage';
import { optionsOf, problemsOf, wordOf } from './kinds';
import { pointsOf } from './Numbers';
import { titleOf } from './titles';

vi.mock('../../ui/chart/lazy', () => import('../../test/plainCharts'));

const CORRELATION: Correlation = {
  options: { pair: null, window: 50 },
  symbols: ['A-USDT', 'B-USDT', 'C-USDT'],
  common_bars: 500,
  own_bars: [500, 510, 520],
  pearson: [
    [1, 0.1, 0.9],
    [0.1, 1, -0.5],
    [0.9, -0.5, 1],
  ],
  spearman: [
    [1, 0.2, 0.8],
    [0.2, 1, -0.4],
    [0.8, -0.4, 1],
  ],
  order: [0, 2, 1],
  rolling: { pair: ['A-USDT', 'B-USDT'], window: 50, time: ['2025-01-01T00:00:00.000Z', '2025-01-02T00:00:00.000Z'], values: [null, 0.25] },
};
const ANALYSIS: Analysis = {
  id: 'analysis-1',
  kind: 'correlation',
  name: '',
  symbols: CORRELATION.symbols,
  interval: '1d',
  bars: 1_530,
  data_hash: 'h',
  created_at: '2026-01-01T00:00:00.000Z',
  engine: 1,
  conventions: ['Returns are differences of logarithms.'],
  correlation: CORRELATION,
  volatility: null,
  seasonality: null,
  drawdowns: null,
  cointegration: null,
  regime: null,
  data: [{ symbol: 'A-USDT', interval: '1d', rows: 500, missing_bars: 3, content_hash: 'abcdef0123456789', source: 'dataset:a', from: '2025-01-01T00:00:00.000Z', to: '2026-05-15T00:00:00.000Z' }],
};

beforeEach(() => {
  answers('get', '/api/v1/symbols/', () => success({ items: [], next_cursor: null }));
  answers('get', '/api/v1/datasets/', () => success({ items: [makeDataset({ id: 'dataset-1', symbol: 'A-USDT', interval: '1d' })], next_cursor: null }));
  answers('get', '/api/v1/analytics/', () => success({ items: [ANALYSIS], next_cursor: null }));
});

function Place() {
  return <output data-testid="place">{useLocation().pathname}</output>;
}

function showPage(path = '/analyses') {
  show(
    <>
      <Routes>
        <Route path="/analyses/:id?" element={<AnalysesPage />} />
      </Routes>
      <Place />
    </>,
    path,
  );
}

it('asks for a kind with its own options, and leads to the answer', async () => {
  let body: unknown;
  answers('post', '/api/v1/analytics/', async (request) => {
    body = await request.json();
    return success(makeJob({ status: 'running' }), 202);
  });
  answers('get', '/api/v1/jobs/job-1/', () => success(makeJob({ kind: 'analysis.run', result: { analysis_id: 'analysis-1' } })));
  answers('get', '/api/v1/analytics/analysis-1/', () => success(ANALYSIS));
  const user = userEvent.setup();
  showPage();
  const form = await screen.findByRole('form', { name: 'Analysis' });
  await user.selectOptions(within(form).getByRole('combobox', { name: 'Question' }), 'drawdowns');
  await user.click(within(form).getByRole('button', { name: 'Analyse' }));
  expect(within(form).getByText('Choose one symbol or data set.')).toBeInTheDocument();
  const bars = within(form).getByRole('combobox', { name: 'Add bars of' });
  await user.selectOptions(bars, await within(bars).findByRole('option', { name: /A-USDT 1d/ }));
  await user.clear(within(form).getByRole('textbox', { name: 'Falls listed' }));
  await user.type(within(form).getByRole('textbox', { name: 'Falls listed' }), '3');
  await user.click(within(form).getByRole('button', { name: 'Analyse' }));
  await waitFor(() => expect(screen.getByTestId('place')).toHaveTextContent('/analyses/analysis-1'));
  expect(body).toMatchObject({ kind: 'drawdowns', datasets: ['dataset-1'], interval: '1d', drawdowns: { episodes: 3 } });
});

it('puts symbols that are alike beside each other, and shows ranks when that is chosen', async () => {
  answers('get', '/api/v1/analytics/analysis-1/', () => success(ANALYSIS));
  const user = userEvent.setup();
  showPage('/analyses/analysis-1');
  expect(await screen.findByRole('heading', { level: 1, name: 'Correlation of A-USDT and 2 more' })).toBeInTheDocument();
  const table = screen.getByRole('region', { name: 'Correlations' });
  expect(within(table).getAllByRole('columnheader').map((each) => each.textContent)).toEqual(['A-USDT', 'C-USDT', 'B-USDT']);
  expect(within(table).getByRole('row', { name: 'C-USDT 0.90 1.00 −0.50' })).toBeInTheDocument();
  await user.click(screen.getByText('Of ranks'));
  expect(within(table).getByRole('row', { name: 'C-USDT 0.80 1.00 −0.40' })).toBeInTheDocument();
  expect(screen.getByRole('img', { name: 'Correlation of A-USDT and B-USDT, now 0.25.' })).toBeInTheDocument();
  expect(screen.getByText('Returns are differences of logarithms.')).toBeInTheDocument();
  expect(screen.getByText(/500 bars of 1d.*3 missing/)).toBeInTheDocument();
});

it('says so when the account has no such analysis', async () => {
  answers('get', '/api/v1/analytics/other/', () => refusal(404, 'NOT_FOUND', 'There is no analysis other.'));
  showPage('/analyses/other');
  expect(await screen.findByText('This account has no analysis other.')).toBeInTheDocument();
});

it('reads options as they are typed, and leaves what is empty to the gateway', () => {
  const volatility = wordOf('volatility');
  expect(optionsOf(volatility, {})).toEqual({ window: 20, estimator: 'close_to_close', lags: 50 });
  expect(optionsOf(volatility, { cone_windows: '10, 30' })).toMatchObject({ cone_windows: [10, 30] });
  expect(optionsOf(wordOf('regime'), { states: '3' })).toEqual({ states: 3, trend_window: 50, trend_threshold: 0.3 });
  expect(problemsOf(volatility, { window: 'x', cone_windows: '10, y' }, 1)).toEqual({ 'volatility.window': 'Type a number.', 'volatility.cone_windows': 'Whole numbers with commas.' });
  expect(problemsOf(wordOf('correlation'), {}, 1)).toEqual({ symbols: 'Choose 2 to 50 symbols or data sets.' });
});

it('leaves undefined values out of lines, and names analyses by what they are of', () => {
  expect(pointsOf(['1970-01-01T00:00:01.000Z', '1970-01-01T00:00:02.000Z'], [null, 0.5], 100)).toEqual([[2_000, 50]]);
  expect(titleOf({ name: '', kind: 'cointegration', symbols: ['A', 'B'] })).toBe('Cointegration of A and B');
  expect(titleOf({ name: 'Mine', kind: 'regime', symbols: ['A'] })).toBe('Mine');
});
