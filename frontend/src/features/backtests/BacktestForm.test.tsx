// The form of a backtest: what is missing is said at once, what is refused stands at its field, and a run leads to its result.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router';
import { beforeEach, expect, it } from 'vitest';
import { makeDataset } from '../../test/make';
import { show } from '../../test/render';
import { LANGUAGE, makeJob } from '../../test/research';
import { answers, refusal, success } from '../../test/server';
import { makeVersion } from '../../test/strategies';
import { EMPTY_DRAFT, SAMPLE_RULES } from '../../ui/strategy/draft';
import { draftOfVersion } from '../../ui/strategy/versions';
import { BacktestForm } from './BacktestForm';

const PARSED = { canonical: '', hash: 'h', kind: 'condition', fields: [], groups: [], parameters: ['fast', 'slow'], is_cross_sectional: false, look_back_bars: 30, warm_up_bars: 30 };
let bodies: Record<string, unknown>[];

beforeEach(() => {
  bodies = [];
  answers('get', '/api/v1/factors/operators/', () => success(LANGUAGE));
  answers('get', '/api/v1/factors/', () => success({ items: [{ name: 'reversal', expression: '-returns(close, p.bars)', parameters: { bars: 5 } }], next_cursor: null }));
  answers('get', '/api/v1/backtests/python-strategies/', () => success([]));
  answers('get', '/api/v1/factors/sets/', () => success([{ name: 'alpha158', description: '', source: '', count: 1, factors: [{ name: 'alpha158.ROC20', expression: 'delay(close, 20) / close' }] }]));
  answers('post', '/api/v1/expressions/validate/', () => success(PARSED));
  answers('get', '/api/v1/symbols/', () => success({ items: [], next_cursor: null }));
  answers('get', '/api/v1/datasets/', () => success({ items: [makeDataset({ id: 'dataset-1', symbol: 'WAVE-USDT', interval: '15m' })], next_cursor: null }));
  answers('post', '/api/v1/backtests/', async (request) => {
    bodies.push((await request.json()) as Record<string, unknown>);
    return success(makeJob({ status: 'running', progress: 0.4, message: 'Trading' }), 202);
  });
});

function Place() {
  return <output data-testid="place">{useLocation().pathname}</output>;
}

function showForm(initial = EMPTY_DRAFT) {
  show(
    <>
      <BacktestForm account="default" initial={initial} />
      <Place />
    </>,
  );
}

it('says what is missing before it asks', async () => {
  const user = userEvent.setup();
  showForm();
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  expect(screen.getByRole('combobox', { name: 'Add bars of' })).toBeInvalid();
  expect(screen.getByRole('combobox', { name: 'Add bars of' })).toHaveFocus();
  expect(screen.getByText('✕ Say when to enter.')).toBeInTheDocument();
  expect(bodies).toEqual([]);
});

it('leads to the import where there are no bars at all', async () => {
  answers('get', '/api/v1/datasets/', () => success({ items: [], next_cursor: null }));
  showForm();
  expect(await screen.findByRole('link', { name: 'import a price file, or the sample' })).toHaveAttribute('href', '/data');
});

it('runs what was typed, shows how far it is, and leads to the result', async () => {
  let polled = 0;
  answers('get', '/api/v1/jobs/job-1/', () => {
    polled += 1;
    return success(polled < 2 ? makeJob({ status: 'running', progress: 0.4, message: 'Trading' }) : makeJob({ result: { backtest_id: 'backtest-9' } }));
  });
  const user = userEvent.setup();
  showForm();
  await screen.findByRole('option', { name: /WAVE-USDT 15m/ });
  await user.selectOptions(screen.getByRole('combobox', { name: 'Add bars of' }), screen.getByRole('option', { name: /WAVE-USDT 15m/ }));
  await user.click(screen.getByRole('button', { name: 'Begin with a crossing of averages' }));
  await user.clear(screen.getByRole('textbox', { name: 'p.fast' }));
  await user.type(screen.getByRole('textbox', { name: 'p.fast' }), '12');
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  expect(await screen.findByRole('button', { name: 'Cancel the backtest' })).toBeInTheDocument();
  await waitFor(() => expect(screen.getByTestId('place')).toHaveTextContent('/backtests/backtest-9'));
  expect(bodies[0]).toMatchObject({ datasets: ['dataset-1'], interval: '1h', strategy: { parameters: { fast: 12, slow: 30 } } });
});

it('begins with a factor, one of the account or a built-in one, as rules with levels', async () => {
  const user = userEvent.setup();
  showForm();
  const begin = screen.getByRole('combobox', { name: 'Begin with a factor' });
  expect(await within(begin).findByRole('option', { name: 'alpha158.ROC20' })).toBeInTheDocument();
  await user.selectOptions(begin, 'reversal');
  expect(screen.getByRole('textbox', { name: /^Buy when/ })).toHaveValue('cross_above(-returns(close, p.bars), p.buy)');
  expect(screen.getByRole('textbox', { name: /^Sell when/ })).toHaveValue('cross_below(-returns(close, p.bars), p.sell)');
  expect(screen.getByRole('textbox', { name: 'p.bars' })).toHaveValue('5');
  expect(screen.getByRole('textbox', { name: 'p.buy' })).toHaveValue('0');
});

it('runs a strategy in Python with the parameters that it declares', async () => {
  const parameters = [
    { name: 'fast', kind: 'int', default: 20, least: 2, most: 500 },
    { name: 'is_patient', kind: 'bool', default: false, least: null, most: null },
  ];
  const strategies = [
    { name: 'sma_cross', summary: 'Long while a fast average is above a slow one.', form: 'signals', parameters, sha256: 'a', error: null },
    { name: 'broken', summary: '', form: null, parameters: [], sha256: null, error: 'Line 3: it has no class of Strategy.' },
  ];
  answers('get', '/api/v1/backtests/python-strategies/', () => success(strategies));
  answers('get', '/api/v1/jobs/job-1/', () => success(makeJob({ status: 'running' })));
  const user = userEvent.setup();
  showForm({ ...EMPTY_DRAFT, sources: [{ kind: 'dataset', id: 'dataset-1', symbol: 'WAVE-USDT' }] });
  const choice = await screen.findByRole('combobox', { name: 'What decides' });
  expect(within(choice).getByRole('option', { name: 'broken' })).toBeDisabled();
  await user.selectOptions(choice, 'sma_cross');
  expect(screen.getByText('Long while a fast average is above a slow one.')).toBeInTheDocument();
  const fast = screen.getByRole('textbox', { name: 'fast' });
  expect(fast).toHaveAccessibleDescription('A whole number from 2 to 500');
  await user.clear(fast);
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  expect(fast).toBeInvalid();
  await user.type(fast, '12');
  await user.click(screen.getByRole('switch', { name: 'is_patient' }));
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  await waitFor(() => expect(bodies).toHaveLength(1));
  expect(bodies[0]?.strategy).toMatchObject({ python: { name: 'sma_cross', parameters: { fast: 12, is_patient: true } } });
  expect(bodies[0]?.strategy).not.toHaveProperty('long_entry');
});

it('runs the program of a strategy, changed', async () => {
  answers('get', '/api/v1/jobs/job-1/', () => success(makeJob({ status: 'running' })));
  const user = userEvent.setup();
  showForm(draftOfVersion('Grid', makeVersion({ strategy: null, program: { kind: 'grid', percent: '4', lines: 20, notional: '500' }, max_open_positions: 2 })));
  expect(screen.queryByRole('textbox', { name: /^Buy when/ })).not.toBeInTheDocument();
  expect(screen.queryByRole('combobox', { name: 'Within a bar' })).not.toBeInTheDocument();
  const lines = screen.getByRole('textbox', { name: 'Lines' });
  await user.clear(lines);
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  expect(lines).toBeInvalid();
  await user.type(lines, '30');
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  await waitFor(() => expect(bodies).toHaveLength(1));
  expect(bodies[0]).toMatchObject({ symbols: ['BTC-USDT'], program: { kind: 'grid', lines: 30 }, fills: { path: 'nearer' } });
  expect(bodies[0]).not.toHaveProperty('strategy');
});

it('shows a refusal at the field it is about, until that is changed', async () => {
  answers('post', '/api/v1/backtests/', () => refusal(400, 'VALIDATION_FAILED', 'strategy.stop.percent: Must be below 100.', { 'strategy.stop.percent': ['Must be below 100.'] }));
  const user = userEvent.setup();
  const stop = { kind: 'percent' as const, size: '100', bars: '14' };
  showForm({ ...EMPTY_DRAFT, ...SAMPLE_RULES, sources: [{ kind: 'dataset', id: 'dataset-1', symbol: 'WAVE-USDT' }], distances: { ...EMPTY_DRAFT.distances, stop } });
  await user.click(screen.getByRole('button', { name: 'Run the backtest' }));
  const field = screen.getByRole('textbox', { name: 'Stop, percent' });
  await waitFor(() => expect(field).toBeInvalid());
  await user.type(field, '{Backspace}');
  await waitFor(() => expect(field).toBeValid());
});
