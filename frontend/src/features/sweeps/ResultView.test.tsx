// A sweep on the page: walked through with the arrow keys, smoothed, and a cell opened.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router';
import { beforeEach, expect, it } from 'vitest';
import { show } from '../../test/render';
import { FIGURES, makeCombination, makeJob, makeSweep, NINE } from '../../test/research';
import { answers, success } from '../../test/server';
import ResultView from './ResultView';

beforeEach(() => {
  answers('get', '/api/v1/backtests/sweeps/sweep-1/', () => success(makeSweep()));
  answers('get', '/api/v1/backtests/sweeps/sweep-1/combinations/', (request) => {
    const isFirst = new URL(request.url).searchParams.get('cursor') === null;
    return success(isFirst ? { items: NINE.slice(0, 5), next_cursor: 'more' } : { items: NINE.slice(5), next_cursor: null });
  });
});

function useHere(): string {
  const { pathname, search } = useLocation();
  return pathname + search;
}

function Place() {
  return <output data-testid="place">{useHere()}</output>;
}

function showSweep(path = '/sweeps/sweep-1') {
  show(
    <>
      <ResultView id="sweep-1" />
      <Place />
    </>,
    path,
  );
}

it('is walked through by keyboard from the best cell on, and Enter runs the backtest of one', async () => {
  let body: { strategy?: unknown } = {};
  answers('post', '/api/v1/backtests/', async (request) => {
    body = (await request.json()) as typeof body;
    return success(makeJob({ status: 'running' }), 202);
  });
  answers('get', '/api/v1/jobs/job-1/', () => success(makeJob({ result: { backtest_id: 'backtest-7' } })));
  const user = userEvent.setup();
  showSweep();
  const best = await screen.findByRole('gridcell', { name: 'fast 15, slow 60: Sharpe ratio 8.00, the highest' });
  expect(best).toHaveAttribute('tabindex', '0');
  best.focus();
  await user.keyboard('{ArrowRight}');
  expect(best).toHaveFocus(); // there is nothing to the right of it
  await user.keyboard('{ArrowUp}{ArrowLeft}');
  expect(screen.getByRole('gridcell', { name: /^fast 10, slow 40/ })).toHaveFocus();
  await user.keyboard('{Home}');
  expect(screen.getByRole('gridcell', { name: /^fast 5, slow 40/ })).toHaveFocus();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(screen.getByTestId('place')).toHaveTextContent('/backtests/backtest-7'));
  expect(body.strategy).toMatchObject({ parameters: { fast: 5, slow: 40 } });
});

it('keeps in the address where one was, and begins there again', async () => {
  showSweep('/sweeps/sweep-1?cell=1');
  const cell = await screen.findByRole('gridcell', { name: /^fast 5, slow 40/ });
  expect(cell).toHaveAttribute('tabindex', '0');
  cell.focus();
  await userEvent.setup().keyboard('{ArrowRight}');
  expect(screen.getByTestId('place')).toHaveTextContent('/sweeps/sweep-1?cell=4');
});

it('shows the mean of each cell with its neighbours when that is switched on', async () => {
  const user = userEvent.setup();
  showSweep();
  expect(within(await screen.findByRole('grid', { name: 'Sharpe ratio by fast and slow' })).getByRole('row', { name: '20 0.00 3.00 6.00' })).toBeInTheDocument();
  await user.click(screen.getByRole('switch', { name: 'Mean with its neighbours' }));
  const smooth = screen.getByRole('grid', { name: 'mean Sharpe ratio by fast and slow' });
  expect(within(smooth).getByRole('row', { name: /^20 2\.00/ })).toBeInTheDocument();
  expect(within(smooth).getByRole('gridcell', { name: 'fast 15, slow 60: mean Sharpe ratio 6.00, the highest' })).toHaveAttribute('tabindex', '0');
});

it('says beside the best how much its neighbours have, and among how many it was chosen', async () => {
  showSweep();
  const head = await screen.findByRole('region', { name: 'The best of the sweep' });
  expect(head).toHaveTextContent('8.00fast 15, slow 60');
  expect(head).toHaveTextContent('Deflated Sharpe40%9 trials on these bars');
  expect(head).toHaveTextContent('Neighbours have75%of it, the median of 3');
});

it('shows what a walk forward chose in each window, and what came of it', async () => {
  const window = { train_from: '2025-01-01T00:00:00.000Z', train_to: '2025-02-01T00:00:00.000Z', test_from: '2025-02-01T01:00:00.000Z', test_to: '2025-02-10T00:00:00.000Z' };
  const result = {
    metric: 'sharpe',
    windows: [{ ...window, train: makeCombination(0, { fast: 5 }), test: makeCombination(0, { fast: 5 }, { total_return: -0.03 }), train_metric: 2, test_metric: -1 }, { ...window, test_from: '2025-02-10T01:00:00.000Z', train: null, test: null }],
    figures: FIGURES,
    efficiency: 0.5,
    data: [],
  };
  const spec = { sweep: {}, schedule: { train_bars: 700, test_bars: 200, gap_bars: 10, anchored: false } };
  answers('get', '/api/v1/backtests/walk-forward/sweep-1/', () => success({ ...makeSweep(), kind: 'walk_forward', name: '', result, spec }));
  showSweep('/sweeps/sweep-1?kind=walk_forward');
  const table = await screen.findByRole('region', { name: 'Each window' });
  expect(within(table).getByRole('row', { name: /fast 5 2\.00 −1\.00 −3\.00%/ })).toBeInTheDocument();
  expect(within(table).getByRole('row', { name: /Nothing: too few trades/ })).toBeInTheDocument();
  expect(screen.getByText(/Trained on 700 bars, traded the 200 after, 10 left out between/)).toBeInTheDocument();
});
