// Jobs on the page: under way with cancel, ended with the way to what came of them.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { show } from '../../test/render';
import { makeJob } from '../../test/research';
import { answers, success } from '../../test/server';
import JobsPage from './JobsPage';
import { kindName, placeOf } from './kinds';

let asked: URLSearchParams[];

beforeEach(() => {
  asked = [];
});

const RUNNING = makeJob({ id: 'sweep', kind: 'backtest.sweep', subject: 'Crossing averages', status: 'running', progress: 0.42, message: '42 of 100 combinations', finished_at: null });

it('shows how far a job is, and cancels it', async () => {
  let state = RUNNING;
  answers('get', '/api/v1/jobs/', (request) => {
    asked.push(new URL(request.url).searchParams);
    return success({ items: [state, makeJob({ result: { backtest_id: 'backtest-3' } })], next_cursor: null });
  });
  answers('delete', '/api/v1/jobs/sweep/', () => {
    state = { ...RUNNING, status: 'canceled' };
    return success(state);
  });
  const user = userEvent.setup();
  show(<JobsPage />);
  const row = await screen.findByRole('row', { name: /^Sweep/ });
  expect(row).toHaveTextContent('Running');
  expect(row).toHaveTextContent('Crossing averages');
  expect(row).toHaveTextContent('42%');
  expect(screen.getByText('42 of 100 combinations')).toHaveAttribute('title', '42 of 100 combinations'); // it may be cut
  expect(screen.getByRole('link', { name: 'See the result' })).toHaveAttribute('href', '/backtests/backtest-3');
  await user.click(within(row).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.getByRole('row', { name: /^Sweep/ })).toHaveTextContent('Canceled'));
});

it('asks for a kind and a state when they are chosen', async () => {
  answers('get', '/api/v1/jobs/', (request) => {
    asked.push(new URL(request.url).searchParams);
    return success({ items: [], next_cursor: null });
  });
  const user = userEvent.setup();
  show(<JobsPage />);
  await screen.findByText('No jobs.');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Sweep');
  await user.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'failed');
  await waitFor(() => expect(Object.fromEntries(asked.at(-1) ?? [])).toMatchObject({ kind: 'backtest.sweep', status: 'failed' }));
});

it('knows the page of every result that has one, and says what it does not know as it is', () => {
  expect(placeOf(makeJob({ kind: 'backtest.sweep', result: { sweep_id: 's' } }))).toEqual({ pathname: '/sweeps/s' });
  expect(placeOf(makeJob({ kind: 'analysis.run', result: { analysis_id: 'a' } }))).toEqual({ pathname: '/analyses/a' });
  expect(placeOf(makeJob({ kind: 'backtest.walk_forward', result: { walk_forward_id: 'w' } }))).toEqual({ pathname: '/sweeps/w', search: { kind: 'walk_forward' } });
  expect(placeOf(makeJob({ id: 'e', kind: 'factor.evaluate', result: {} }))).toEqual({ pathname: '/factors', search: { sheet: 'e' } });
  expect(placeOf(makeJob({ kind: 'report.make', result: { report_id: 'r' } }))).toEqual({ pathname: '/reports/r' });
  expect(placeOf(makeJob({ status: 'failed', result: { backtest_id: 'b' } }))).toBeNull();
  expect(placeOf(makeJob({ kind: 'dataset.import', result: { id: 'd' } }))).toEqual({ pathname: '/data', search: { dataset: 'd' } });
  expect(placeOf(makeJob({ kind: 'dataset.import', result: {} }))).toBeNull();
  expect(kindName('report.make_up')).toBe('report make up');
});
