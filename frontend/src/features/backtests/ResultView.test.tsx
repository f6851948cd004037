// A result on the page: from a trade to its bar, what is not sure, and runs beside each other.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useLocation } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import { show } from '../../test/render';
import { makeBacktest, makeJob, makeResult, makeTrade } from '../../test/research';
import { answers, refusal, success } from '../../test/server';
import CompareView from './CompareView';
import ResultView from './ResultView';

vi.mock('../../ui/chart/lazy', () => import('../../test/plainCharts'));

const EQUITY = { start_equity: 10_000, bars: 3, points: [{ time: '2025-01-01T00:00:00.000Z', equity: 10_000, drawdown: 0 }, { time: '2025-01-01T02:00:00.000Z', equity: 11_234.5, drawdown: -0.08 }] };
const ORDER = { symbol: 'WAVE-USDT', side: 'buy', time: '2025-01-01T00:00:00.000Z', signal_time: '2025-01-01T00:00:00.000Z', quantity: '10', filled_quantity: '0', price: null, reason: 'signal', status: 'no_cash', is_entry: true, liquidity: 'taker', is_ambiguous: false };
let asked: URL[];

beforeEach(() => {
  asked = [];
  answers('get', '/api/v1/backtests/backtest-1/', () => success(makeBacktest()));
  answers('get', '/api/v1/backtests/:id/equity/', () => success(EQUITY));
  answers('get', '/api/v1/backtests/:id/trades/', () => success({ items: [makeTrade(), makeTrade({ profit: -40, entry_time: '2025-01-05T00:00:00.000Z', exit_time: '2025-01-05T03:00:00.000Z' })], next_cursor: null }));
  const drawn = {
    count: 2,
    every: 1,
    symbols: [0, 0],
    sides: ['long', 'long'],
    entry_times: ['2025-01-01T00:00:00.000Z', '2025-01-05T00:00:00.000Z'],
    exit_times: ['2025-01-01T02:00:00.000Z', '2025-01-05T03:00:00.000Z'],
    entry_prices: [100, 100],
    exit_prices: [110, 110],
    profits: [99, -40],
  };
  answers('get', '/api/v1/backtests/:id/trade-lines/', () => success(drawn));
  answers('get', '/api/v1/backtests/:id/orders/', () => success({ items: [ORDER], next_cursor: null }));
  answers('get', '/api/v1/symbols/', () => success({ items: [], next_cursor: null }));
  answers('get', '/api/v1/markets/WAVE-USDT/candles/', (request) => {
    asked.push(new URL(request.url));
    const bar = { time: '2025-01-05T00:00:00.000Z', open: '100', high: '101', low: '99', close: '100', volume: '1' };
    return success({ items: [bar], next_cursor: null, source: 'dataset:dataset-1', stale: false, age_ms: null });
  });
});

function Place() {
  return <output data-testid="place">{useLocation().search}</output>;
}

function showResult(path = '/backtests/backtest-1') {
  show(
    <>
      <ResultView id="backtest-1" />
      <Place />
    </>,
    path,
  );
}

it('leads from a trade to its bar, and keeps the trade in the address', async () => {
  const user = userEvent.setup();
  showResult();
  await user.click(await screen.findByRole('button', { name: 'Trade 2, show it on the chart' }));
  const chart = await screen.findByRole('img', { name: /around trade 2/ });
  await waitFor(() => expect(chart).toHaveAttribute('data-from', '2025-01-03T23:00:00.000Z'));
  expect(chart).toHaveAttribute('data-to', '2025-01-06T04:00:00.000Z');
  expect(screen.getByTestId('chosen-trade')).toHaveTextContent('−40.00');
  expect(screen.getByTestId('place')).toHaveTextContent('trade=2');
  const last = asked.at(-1)?.searchParams;
  expect(last?.get('dataset')).toBe('dataset-1');
  expect(Date.parse(last?.get('from') ?? '')).toBeLessThan(Date.parse('2025-01-05T00:00:00.000Z'));
  expect(screen.getByRole('button', { name: 'Next trade' })).toBeDisabled();
  await user.click(screen.getByRole('button', { name: 'Previous trade' }));
  expect(screen.getByTestId('chosen-trade')).toHaveTextContent('Trade 1');
  expect(screen.getByTestId('place')).toHaveTextContent('trade=1');
});

it('leads to a trade from its line on the chart, and back to the whole run', async () => {
  const user = userEvent.setup();
  showResult();
  await user.click(await screen.findByRole('button', { name: 'Line of trade 1' }));
  expect(screen.getByTestId('chosen-trade')).toHaveTextContent('Trade 1');
  await user.click(screen.getByRole('button', { name: 'Whole run' }));
  await waitFor(() => expect(screen.getByRole('img', { name: /around trade 1/ })).toHaveAttribute('data-from', '2025-01-01T00:00:00.000Z'));
  await user.click(screen.getByRole('button', { name: 'Nearer' }));
  await waitFor(() => expect(screen.getByRole('img', { name: /around trade 1/ })).toHaveAttribute('data-from', '2025-01-01T00:45:00.000Z'));
});

it('shows the trade of the address when it is opened', async () => {
  showResult('/backtests/backtest-1?trade=1');
  expect(await screen.findByRole('img', { name: /around trade 1/ })).toBeInTheDocument();
});

it('says how often was tried, and what the other path would have come to', async () => {
  const bounds = [
    { path: 'pessimistic', final_equity: 9_500, trades: 2, profit: -500 },
    { path: 'optimistic', final_equity: 12_000, trades: 2, profit: 2_000 },
  ];
  answers('get', '/api/v1/backtests/backtest-1/', () => success(makeBacktest({ result: makeResult({ ambiguous_bars: 1, bounds, refusals: { no_cash: 3 } }) })));
  showResult();
  const belief = await screen.findByRole('region', { name: 'How far to believe it' });
  expect(belief).toHaveTextContent('3 runs were tried on these bars by this account.');
  expect(belief).toHaveTextContent('71.0%');
  expect(within(belief).getByRole('img', { name: 'The run ended at 11,234.50, between 9,500.00 and 12,000.00.' })).toBeInTheDocument();
  expect(within(belief).getByRole('row', { name: 'Not enough money for it 3' })).toBeInTheDocument();
});

it('explains the figures when asked, and says why an order was refused', async () => {
  const user = userEvent.setup();
  showResult();
  await user.click(await screen.findByRole('button', { name: 'Explain them' }));
  expect(screen.getByText('What the winners made over what the losers lost.')).toBeVisible();
  await user.click(screen.getByRole('tab', { name: /Orders/ }));
  expect(await screen.findByText(/Not enough money for it/)).toBeInTheDocument();
});

it('gives it another name', async () => {
  let body: unknown;
  answers('patch', '/api/v1/backtests/backtest-1/', async (request) => {
    body = await request.json();
    return success(makeBacktest({ name: 'Slow crossing' }));
  });
  const user = userEvent.setup();
  showResult();
  const name = await screen.findByRole('textbox', { name: 'Name' });
  expect(screen.getByRole('button', { name: 'Save' })).toBeDisabled();
  await user.clear(name);
  await user.type(name, 'Slow crossing');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Backtest: Slow crossing' })).toBeInTheDocument();
  expect(body).toEqual({ name: 'Slow crossing', notes: '' });
});

it('draws the trades anew', async () => {
  let body: unknown;
  answers('post', '/api/v1/backtests/monte-carlo/', async (request) => {
    body = await request.json();
    return success(makeJob({ id: 'draw', status: 'running' }), 202);
  });
  const spread = { quantiles: [-0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4], mean: 0.1 };
  const resampled = { draws: 500, total_return: spread, max_drawdown: spread, sharpe: null, probability_of_loss: 0.24, probability_of_ruin: 0 };
  answers('get', '/api/v1/jobs/draw/', () => success(makeJob({ id: 'draw', result: { what: 'trades', resampled } })));
  const user = userEvent.setup();
  showResult();
  const curves = await screen.findByRole('textbox', { name: 'Curves' });
  await user.clear(curves);
  await user.type(curves, '500');
  await user.click(screen.getByRole('button', { name: 'Draw' }));
  const drawn = await screen.findByRole('region', { name: 'Drawn anew' });
  expect(drawn).toHaveTextContent('Of 500 curves 24.0% end below the start');
  expect(within(drawn).getByRole('row', { name: /^Return −20\.0%/ })).toBeInTheDocument();
  expect(body).toMatchObject({ backtest: 'backtest-1', what: 'trades', draws: 500 });
});

it('says so when the account has no such backtest', async () => {
  answers('get', '/api/v1/backtests/backtest-1/', () => refusal(404, 'NOT_FOUND', 'There is no backtest backtest-1.'));
  showResult();
  expect(await screen.findByText('This account has no backtest backtest-1.')).toBeInTheDocument();
});

it('puts runs side by side, with what was asked differently', async () => {
  const spec = makeBacktest().spec as { strategy: object };
  answers('get', '/api/v1/backtests/backtest-2/', () =>
    success(makeBacktest({ id: 'backtest-2', name: 'Slower', data_hash: 'other', spec: { ...spec, strategy: { ...spec.strategy, parameters: { fast: 20, slow: 30 } } } })),
  );
  show(<CompareView ids={['backtest-1', 'backtest-2']} />);
  const differences = await screen.findByRole('region', { name: 'Differences' });
  expect(within(differences).getByRole('row', { name: 'strategy parameters fast 10 20' })).toBeInTheDocument();
  expect(screen.getByText(/They ran over different bars/)).toBeInTheDocument();
  expect(await screen.findByRole('img', { name: /A \+12\.35%, B \+12\.35%/ })).toBeInTheDocument();
  expect(screen.getByRole('row', { name: 'Sharpe ratio 1.50 1.50' })).toBeInTheDocument();
});
