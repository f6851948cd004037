// Rehearsals of a strategy: looked up when asked for, watched while they play, and what came of one.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router';
import { beforeEach, expect, it, vi } from 'vitest';
import type { StrategyRehearsal } from '../../api/types';
import { makeDataset } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { makeStrategy, makeVersion, PERFORMANCE } from '../../test/strategies';
import StrategyView from './StrategyView';

vi.mock('../../ui/chart/lazy', () => import('../../test/plainCharts'));

const ONE = '/api/v1/strategies/strategy-1/';
const TIME = '2026-01-01T00:00:00.000Z';
const page = (items: unknown[]) => success({ items, next_cursor: null });

const RESULT: NonNullable<StrategyRehearsal['result']> = {
  performance: PERFORMANCE,
  max_drawdown_percent: '3.5',
  from_time: TIME,
  to_time: '2026-01-02T00:00:00.000Z',
  bars: 1_440,
  signals: 9,
  ordered: 8,
  refused: 1,
  orders: 1,
  equity: [
    { time: TIME, equity: '10000' },
    { time: '2026-01-02T00:00:00.000Z', equity: '10250.5' },
  ],
};

function makeRehearsal(change: Partial<StrategyRehearsal> = {}): StrategyRehearsal {
  return {
    id: 'rehearsal-1',
    strategy_id: 'strategy-1',
    strategy: 'Crossing',
    version: 1,
    parameters: {},
    symbols: ['BTC-USDT'],
    interval: '1m',
    dataset: 'dataset-1',
    datasets: ['dataset-1'],
    start: null,
    end: null,
    cash: '100000',
    fees: null,
    fill_policy: 'realistic',
    state: 'finished',
    reason: '',
    rehearsal: null,
    run_id: 'run-1',
    started_at: TIME,
    ended_at: TIME,
    progress: 1,
    result: { ...RESULT, equity: null },
    ...change,
  };
}

beforeEach(() => {
  answers('get', ONE, () => success(makeStrategy()));
  answers('get', `${ONE}runs/`, () => page([]));
  answers('get', `${ONE}versions/`, () => page([makeVersion()]));
  answers('get', '/api/v1/datasets/', () => page([makeDataset({ symbol: 'BTC-USDT', id: 'dataset-1' })]));
});

function open(search = '') {
  show(
    <Routes>
      <Route path="/strategies/:id" element={<StrategyView id="strategy-1" />} />
    </Routes>,
    `/strategies/strategy-1${search}`,
  );
  return userEvent.setup();
}

it('asks for them only when they are to be seen, and shows what came of the newest', async () => {
  const asked: string[] = [];
  answers('get', `${ONE}rehearsals/`, () => {
    asked.push('list');
    return page([makeRehearsal()]);
  });
  answers('get', '/api/v1/strategies/rehearsals/rehearsal-1/', () => success(makeRehearsal({ result: RESULT })));
  answers('get', '/api/v1/strategies/rehearsals/rehearsal-1/orders/', () =>
    page([{ order_id: 'o', symbol: 'BTC-USDT', side: 'buy', purpose: 'entry', time: TIME, quantity: '0.10', price: '60000.00', fee: '3.00', refused: null }]),
  );
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Show them' }));
  expect(await screen.findByRole('region', { name: 'Figures of the rehearsal' })).toHaveTextContent('+250.50');
  expect(screen.getByRole('region', { name: 'Figures of the rehearsal' })).toHaveTextContent('3.50 %');
  expect(await screen.findByRole('img', { name: /Equity of the rehearsal, from 10,000.00 to 10,250.50 USDT/ })).toBeInTheDocument();
  expect(within(await screen.findByRole('region', { name: 'Orders of the rehearsal' })).getByText('entry')).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Beside a backtest' })).toHaveAttribute('href', '/parity?rehearsal=rehearsal-1');
  expect(asked).toHaveLength(1);
});

it('says how far one is, and cancels it', async () => {
  let state: StrategyRehearsal['state'] = 'running';
  answers('get', `${ONE}rehearsals/`, () => page([makeRehearsal({ state, progress: 0.42, result: null, reason: state === 'canceled' ? 'Canceled by me.' : '' })]));
  answers('get', '/api/v1/strategies/rehearsals/rehearsal-1/', () => success(makeRehearsal({ state: 'canceled', result: null })));
  answers('post', '/api/v1/strategies/rehearsals/rehearsal-1/cancel/', () => {
    state = 'canceled';
    return success(makeRehearsal({ state }));
  });
  const user = open('?rehearsal=rehearsal-1');
  expect(await screen.findByText('42 % of the data has played.')).toBeInTheDocument();
  expect(screen.queryByRole('link', { name: 'Beside a backtest' })).not.toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Cancel it' }));
  expect(await screen.findByText('Canceled by me.')).toBeInTheDocument();
});

it('begins one on a data set of its symbol, and says at the field what is wrong', async () => {
  const bodies: unknown[] = [];
  answers('get', `${ONE}rehearsals/`, () => page([makeRehearsal({ state: 'running', result: null, progress: 0 })]));
  answers('post', `${ONE}rehearse/`, async (request) => {
    bodies.push(await request.json());
    return bodies.length === 1 ? refusal(422, 'INVALID', 'Too late.', { start: ['Must be before the end.'] }) : success(makeRehearsal({ state: 'running' }), 202);
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Rehearse…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Rehearse Crossing' }));
  await waitFor(() => expect(dialog.getByRole('combobox', { name: 'Data set' })).toHaveValue('dataset-1'));
  await user.click(dialog.getByRole('button', { name: 'Rehearse version 1' }));
  expect(await dialog.findByText('Must be before the end.')).toBeInTheDocument();
  await user.click(dialog.getByRole('button', { name: 'Rehearse version 1' }));
  expect(await screen.findByText('0 % of the data has played.')).toBeInTheDocument();
  expect(bodies[1]).toEqual({ dataset: 'dataset-1', start: null, end: null, version: 1, parameters: {}, cash: '100000', fees: { maker_bps: 2, taker_bps: 5 }, fill_policy: 'realistic' });
});

it.each([
  ['begins one on them', ['BTC-USDT', 'ETH-USDT'], ['dataset-BTC-USDT', 'dataset-ETH-USDT']],
  ['names the one that there is none of', ['BTC-USDT'], null],
])('asks for a data set of each symbol of a pair, and %s', async (_, held, begun) => {
  const bodies: unknown[] = [];
  const version = makeVersion({ symbols: ['BTC-USDT', 'ETH-USDT'] });
  answers('get', ONE, () => success(makeStrategy({ version })));
  answers('get', `${ONE}versions/`, () => page([version]));
  answers('get', `${ONE}rehearsals/`, () => page([]));
  answers('get', '/api/v1/datasets/', () => page(held.map((symbol) => makeDataset({ symbol, id: `dataset-${symbol}` }))));
  answers('post', `${ONE}rehearse/`, async (request) => {
    bodies.push(await request.json());
    return success(makeRehearsal({ state: 'running' }), 202);
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Rehearse…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Rehearse Crossing' }));
  await waitFor(() => expect(dialog.getByRole('combobox', { name: 'Data set of BTC-USDT' })).toHaveValue('dataset-BTC-USDT'));
  await user.click(dialog.getByRole('button', { name: 'Rehearse version 1' }));
  if (begun) {
    await waitFor(() => expect(bodies).toMatchObject([{ datasets: begun }]));
  } else {
    expect(await dialog.findByText('There is no data set of ETH-USDT; import one on the Data page.')).toBeInTheDocument();
    expect(bodies).toHaveLength(0);
  }
});
