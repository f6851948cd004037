// The page of strategies: the list with filters, a new one, and one with its runs, signals, versions, start and stop.
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Route, Routes } from 'react-router';
import { beforeEach, expect, it } from 'vitest';
import type { Strategy, StrategyRun, StrategySignal } from '../../api/types';
import { ACCOUNT, BTC } from '../../test/make';
import { LANGUAGE } from '../../test/research';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { makeRun, makeSignal, makeStrategy, makeVersion, PERFORMANCE, TEMPLATES } from '../../test/strategies';
import StrategiesPage from './StrategiesPage';

const ONE = '/api/v1/strategies/strategy-1/';
const page = (items: unknown[]) => success({ items, next_cursor: null });
const TIME = '2026-01-01T00:00:00.000Z';

beforeEach(() => {
  answers('get', '/api/v1/accounts/', () => page([ACCOUNT]));
  answers('get', '/api/v1/accounts/default/', () => success(ACCOUNT));
  answers('get', '/api/v1/symbols/', () => page([BTC, { ...BTC, symbol: 'ETH-USDT', base: 'ETH' }]));
  answers('get', '/api/v1/strategies/', () => page([]));
  answers('get', '/api/v1/strategies/templates/', () => page(TEMPLATES));
  answers('get', '/api/v1/factors/', () => page([{ id: 'f', name: 'momentum', expression: 'returns(close, p.n)', parameters: { n: 12 } }]));
  answers('get', '/api/v1/factors/sets/', () => success([]));
  answers('get', '/api/v1/factors/operators/', () => success(LANGUAGE));
  answers('post', '/api/v1/expressions/validate/', () => success({ canonical: '', hash: 'h', kind: 'condition', fields: [], groups: [], parameters: [], is_cross_sectional: false, look_back_bars: 1, warm_up_bars: 1 }));
});

function open(path = '/strategies') {
  const { socket } = show(
    <Routes>
      <Route path="/strategies/:id?" element={<StrategiesPage />} />
    </Routes>,
    path,
  );
  return { socket, user: userEvent.setup() };
}

interface OfOne {
  strategy?: Partial<Strategy>;
  runs?: StrategyRun[];
  signals?: () => StrategySignal[];
}

function openOne({ strategy = {}, runs = [], signals = () => [] }: OfOne = {}, search = '') {
  const asked: URLSearchParams[] = [];
  answers('get', ONE, () => success(makeStrategy({ runs: runs.filter((run) => run.state === 'running'), ...strategy })));
  answers('get', `${ONE}runs/`, () => page(runs));
  answers('get', `${ONE}versions/`, () => page([makeVersion({ version: 2, note: 'faster', strategy: { ...(makeVersion().strategy as object), parameters: { fast: 10, slow: 50 } } }), makeVersion()]));
  answers('get', `${ONE}performance/`, () => success(PERFORMANCE));
  answers('get', `${ONE}signals/`, (request) => {
    asked.push(new URL(request.url).searchParams);
    return page(signals());
  });
  return { ...open(`/strategies/strategy-1${search}`), asked };
}

it('finds one that runs on the last page of the list', async () => {
  answers('get', '/api/v1/strategies/', (request) => {
    const isLast = new URL(request.url).searchParams.get('cursor') === 'next';
    return success(isLast ? { items: [makeStrategy({ id: 'old', name: 'Old', runs: [makeRun()] })], next_cursor: null } : { items: [makeStrategy({ id: 'new', name: 'New' })], next_cursor: 'next' });
  });
  open();
  expect(await screen.findByRole('link', { name: 'Old' })).toBeInTheDocument();
  expect(screen.getAllByRole('rowheader').map((each) => each.textContent)).toEqual(['Old', 'New']);
});

it('lists those that run first, and what the filters of the address leave', async () => {
  answers('get', '/api/v1/strategies/', () => page([makeStrategy({ id: 'a', name: 'Idle' }), makeStrategy({ id: 'b', name: 'Busy', runs: [makeRun()] }), makeStrategy({ id: 'c', name: 'Cold', runs: [makeRun({ waiting_for: 'a market' })] })]));
  const { user } = open();
  const table = await screen.findByRole('region', { name: 'Strategies of the account' });
  const names = () => within(table).getAllByRole('rowheader').map((each) => each.textContent);
  expect(names()).toEqual(['Busy', 'Cold', 'Idle']);
  await user.selectOptions(screen.getByRole('combobox', { name: 'State' }), 'waiting');
  expect(within(screen.getByRole('region', { name: 'Strategies of the account' })).getAllByRole('rowheader').map((each) => each.textContent)).toEqual(['Cold']);
  await user.type(screen.getByRole('textbox', { name: 'Find' }), 'zzz');
  expect(screen.getByText('Nothing matches.')).toBeInTheDocument();
});

it('keeps a strategy from a template, with what was refused at its field', async () => {
  const bodies: unknown[] = [];
  answers('post', '/api/v1/strategies/', async (request) => {
    bodies.push(await request.json());
    return bodies.length === 1 ? refusal(422, 'INVALID', 'Too fast.', { 'bounds.fast.least': ['Too fast.'] }) : success(makeStrategy(), 201);
  });
  const { user } = open();
  await screen.findByRole('option', { name: 'Crossing of simple averages' });
  await user.selectOptions(screen.getByRole('combobox', { name: 'Begin with' }), 'sma-cross');
  expect(screen.getByRole('textbox', { name: /^Name/ })).toHaveValue('Crossing of simple averages');
  expect(screen.getByRole('textbox', { name: 'p.fast' })).toHaveValue('20');
  await user.click(screen.getByRole('button', { name: 'Keep the strategy' }));
  expect(screen.getByRole('alert')).toHaveTextContent('Choose a symbol.');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Add a symbol' }), 'ETH-USDT');
  await user.click(screen.getByRole('button', { name: 'Keep the strategy' }));
  expect(await screen.findByRole('textbox', { name: 'p.fast from' })).toHaveAccessibleDescription('Too fast.');
  answers('get', ONE, () => success(makeStrategy()));
  answers('get', `${ONE}runs/`, () => page([]));
  answers('get', `${ONE}versions/`, () => page([makeVersion()]));
  await user.click(screen.getByRole('button', { name: 'Keep the strategy' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'Strategy: Crossing' })).toBeInTheDocument();
  expect(await screen.findByText('It was never started.')).toBeInTheDocument();
  expect(bodies[1]).toMatchObject({ name: 'Crossing of simple averages', template: 'sma-cross', symbols: ['ETH-USDT'], interval: '1h', bounds: { fast: { least: 2, most: 500 } } });
});

it('asks a program for its own fields', async () => {
  const { user } = open();
  await user.click(await screen.findByRole('radio', { name: 'A program' }));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Program' }), 'iceberg');
  expect(screen.getByRole('textbox', { name: 'Shown at a time' })).toBeInTheDocument();
  expect(screen.queryByRole('textbox', { name: 'Buy when' })).not.toBeInTheDocument();
});

it('begins with a factor of the address, and puts another into a rule', async () => {
  const { user } = open('/strategies?factor=momentum');
  const buy = await screen.findByRole('textbox', { name: /^Buy when/ });
  expect(buy).toHaveValue('(returns(close, p.n)) > 0');
  expect(screen.getByRole('textbox', { name: 'Sell when' })).toHaveValue('(returns(close, p.n)) < 0');
  expect(screen.getByRole('textbox', { name: 'p.n' })).toHaveValue('12');
  await user.selectOptions(screen.getByRole('combobox', { name: 'A factor in a rule' }), 'momentum');
  await user.click(screen.getByRole('button', { name: 'Put it in' }));
  expect(buy).toHaveValue('((returns(close, p.n)) > 0) and (returns(close, p.n)) > 0');
});

it('shows a run with its money, what it waits for and what it did not see, and signals with why not', async () => {
  const gaps = [{ symbol: 'BTC-USDT', from_time: TIME, to_time: TIME, reason: 'restart' }];
  const { asked, user } = openOne({
    runs: [makeRun({ waiting_for: '3 more bars of BTC-USDT for its warm-up', gaps }), makeRun({ id: 'run-0', state: 'failed', reason: 'It raised.' })],
    signals: () => [makeSignal(), makeSignal({ id: 's2', outcome: 'refused', reason: 'no_cash', text: '' })],
  });
  const details = within(await screen.findByRole('region', { name: 'The chosen run' }));
  expect(details.getByRole('link', { name: 'Beside a backtest' })).toHaveAttribute('href', '/parity?run=run-1');
  expect(details.getByText(/Waits for 3 more bars/)).toBeInTheDocument();
  expect(details.getByRole('listitem')).toHaveTextContent('restart');
  expect(await screen.findByRole('region', { name: 'Figures of the run' })).toHaveTextContent('+250.50');
  const rows = within(await screen.findByRole('region', { name: 'Signals of the run' })).getAllByRole('row');
  expect(rows.some((row) => row.textContent.includes('There was not enough money for it.'))).toBe(true);
  expect(rows.some((row) => row.textContent.includes('not known yet'))).toBe(true);
  await user.selectOptions(screen.getByRole('combobox', { name: 'What came of it' }), 'refused');
  await waitFor(() => expect(Object.fromEntries(asked.at(-1) ?? [])).toEqual({ run: 'run-1', outcome: 'refused', limit: '100' }));
  await user.click(within(screen.getByRole('region', { name: 'Runs of the strategy' })).getAllByRole('button', { pressed: false })[0] as HTMLElement);
  expect(await screen.findByText('Failed: It raised.')).toBeInTheDocument();
});

it('asks for signals anew when the stream tells one', async () => {
  let signals: StrategySignal[] = [];
  const { socket } = openOne({ runs: [makeRun()], signals: () => signals });
  expect(await screen.findByText('It has said nothing yet.')).toBeInTheDocument();
  signals = [makeSignal()];
  act(() => {
    socket.open();
    socket.receive({ type: 'ack', channels: [{ name: 'strategies', stream: 's', seq: 1 }] });
    socket.receive({ type: 'snapshot', channel: 'strategies', seq: 1, time: TIME, data: [makeRun()] });
    socket.receive({ type: 'update', channel: 'strategies', seq: 2, time: TIME, data: { event: 'signal', strategy_id: 'strategy-1', signal: signals[0] } });
  });
  expect(await screen.findByText('bought 0.1')).toBeInTheDocument();
});

it('starts a version with a value within its bounds', async () => {
  const bodies: unknown[] = [];
  answers('post', `${ONE}start/`, async (request) => {
    bodies.push(await request.json());
    return success(makeRun({ id: 'run-7' }), 201);
  });
  const { user } = openOne({ strategy: { version: makeVersion({ version: 2 }) } });
  await user.click(await screen.findByRole('button', { name: 'Start…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Start Crossing' }));
  const fast = await dialog.findByRole('textbox', { name: 'p.fast' });
  expect(dialog.getByRole('textbox', { name: 'p.slow' })).toBeDisabled();
  await user.clear(fast);
  await user.type(fast, '51');
  await user.click(dialog.getByRole('button', { name: /^Start version 2/ }));
  expect(fast).toBeInvalid();
  await user.clear(fast);
  await user.type(fast, '30');
  await user.click(dialog.getByRole('button', { name: /^Start version 2/ }));
  await waitFor(() => expect(bodies).toEqual([expect.objectContaining({ version: 2, parameters: { fast: 30 }, own_account: true, cash: '100000' })]));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
});

it('stops a run after saying what becomes of what it holds', async () => {
  const bodies: unknown[] = [];
  answers('post', `${ONE}stop/`, async (request) => {
    bodies.push(await request.json());
    return page([makeRun({ state: 'stopped' })]);
  });
  const { user } = openOne({ runs: [makeRun()] });
  await user.click(await screen.findByRole('button', { name: 'Stop this run…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Stop the run of Crossing?' }));
  await user.click(dialog.getByRole('radio', { name: 'Close its positions' }));
  await user.click(dialog.getByRole('button', { name: 'Stop, and close its positions' }));
  await waitFor(() => expect(bodies).toEqual([{ mode: 'close', run: 'run-1' }]));
});

it('holds two versions against each other', async () => {
  openOne({ strategy: { version: makeVersion({ version: 2 }) } });
  const row = within(await screen.findByRole('region', { name: 'Differences of the versions' })).getByRole('row', { name: /^p\.fast/ });
  expect(within(row).getByText('20')).toBeInTheDocument();
  expect(row.querySelector('del')).toHaveTextContent('20');
  expect(row.querySelector('ins')).toHaveTextContent('10');
});

it('saves a change as the next version', async () => {
  const bodies: unknown[] = [];
  answers('patch', ONE, async (request) => {
    bodies.push(await request.json());
    return success(makeStrategy({ version: makeVersion({ version: 3 }) }));
  });
  const { user } = openOne({ strategy: { version: makeVersion({ version: 2 }) } }, '?do=change');
  const fast = await screen.findByRole('textbox', { name: 'p.fast' });
  await user.clear(fast);
  await user.type(fast, '8');
  await user.type(screen.getByRole('textbox', { name: 'What is changed, and why' }), 'quicker');
  await user.click(screen.getByRole('button', { name: 'Save as version 3' }));
  await waitFor(() => expect(bodies).toEqual([expect.objectContaining({ note: 'quicker', name: 'Crossing' })]));
  expect((bodies[0] as { strategy: { parameters: object } }).strategy.parameters).toEqual({ fast: 8, slow: 50 });
});

it('says so when it is gone', async () => {
  answers('get', ONE, () => refusal(404, 'NOT_FOUND', 'There is no such strategy.'));
  open('/strategies/strategy-1');
  expect(await screen.findByText('This account has no strategy strategy-1.')).toBeInTheDocument();
});
