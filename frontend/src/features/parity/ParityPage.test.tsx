// Parity: what is compared is in the address, differences are counted by kind and shown with both sides.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Deed, Parity } from '../../api/types';
import { ACCOUNT } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import ParityPage from './ParityPage';

const deed = (change: Partial<Deed> = {}): Deed => ({ time: '2026-01-01T00:01:00.000Z', side: 'buy', quantity: '0.10000', price: '60000', fee: '3', order_id: null, refused: null, ...change });
const FOUND: Parity = {
  backtest_orders: 12,
  sandbox_orders: 11,
  alike: 9,
  counts: { signal: 1, timing: 0, fill: 1, fee: 0, risk: 1, data: 0 },
  divergences: [
    { kind: 'fill', text: 'The price differs by 5.', symbol: 'BTC-USDT', time: '2026-01-01T00:01:00.000Z', backtest: deed(), sandbox: deed({ price: '60005' }) },
    { kind: 'risk', text: 'The session refused it.', symbol: 'BTC-USDT', time: '2026-01-01T00:02:00.000Z', backtest: deed(), sandbox: deed({ price: null, fee: null, refused: 'TRADING_HALTED' }) },
    { kind: 'signal', text: 'Only the backtest acted.', symbol: 'BTC-USDT', time: '2026-01-01T00:03:00.000Z', backtest: deed({ side: 'sell' }), sandbox: null },
  ],
};

function open(path: string) {
  const asked: URLSearchParams[] = [];
  answers('get', '/api/v1/accounts/', () => success({ items: [ACCOUNT, { ...ACCOUNT, id: 'desk', name: 'Desk' }], next_cursor: null }));
  answers('get', '/api/v1/accounts/default/', () => success(ACCOUNT));
  answers('get', '/api/v1/backtests/', () =>
    success({ items: [{ id: 'test-1', name: 'Breakout', symbols: ['BTC-USDT'], interval: '1h', created_at: '2026-01-01T00:00:00.000Z' }], next_cursor: null }),
  );
  answers('get', '/api/v1/backtests/test-1/parity/', (request) => {
    asked.push(new URL(request.url).searchParams);
    return success(FOUND);
  });
  show(<ParityPage />, path);
  return { asked, user: userEvent.setup() };
}

const rows = () => within(screen.getByRole('region', { name: 'Differences, with both sides' })).getAllByRole('row').slice(1);

it('asks which two are to be compared, then compares them', async () => {
  const { user, asked } = open('/parity');
  expect(await screen.findByText('Choose a backtest and a session.')).toBeInTheDocument();
  await screen.findByRole('option', { name: /Breakout/ });
  await user.selectOptions(screen.getByRole('combobox', { name: 'Backtest' }), 'test-1');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Session' }), 'session desk');
  expect(await screen.findByText('Orders of the backtest')).toBeInTheDocument();
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({ session: 'desk', limit: '5000' });
});

it('compares a run or a rehearsal of a strategy, which the address brings', async () => {
  const { user, asked } = open('/parity?backtest=test-1&run=run-1&epoch=2');
  expect(await screen.findByText('Orders of the backtest')).toBeInTheDocument();
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({ run: 'run-1', limit: '5000' });
  expect(screen.queryByRole('textbox', { name: 'Epoch' })).not.toBeInTheDocument();
  const session = screen.getByRole('combobox', { name: 'Session' });
  expect(session).toHaveDisplayValue('Run of a strategy run-1');
  await user.selectOptions(session, 'session desk');
  await waitFor(() => expect(Object.fromEntries(asked[1] ?? [])).toEqual({ session: 'desk', limit: '5000' }));
});

it('shows counts by kind and both sides of each difference', async () => {
  const { asked } = open('/parity?backtest=test-1&session=desk&epoch=2');
  expect(await screen.findByRole('button', { name: 'All 3' })).toHaveAttribute('aria-pressed', 'true');
  expect(screen.getByRole('button', { name: 'Timing 0' })).toBeInTheDocument();
  expect(asked[0]?.get('epoch')).toBe('2');
  const [fill, risk, signal] = rows();
  expect(fill).toHaveTextContent('0.1 at 60,000');
  expect(fill).toHaveTextContent('0.1 at 60,005');
  expect(risk).toHaveTextContent('refused: TRADING_HALTED');
  expect(signal).toHaveTextContent('Nothing');
});

it('shows one kind alone, and keeps that in the address', async () => {
  const { user } = open('/parity?backtest=test-1&session=desk&kind=risk');
  expect(await screen.findByRole('button', { name: 'Risk 1' })).toHaveAttribute('aria-pressed', 'true');
  expect(rows()).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Fee 0' }));
  expect(screen.getByText('None of this kind.')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Fee 0' }));
  expect(rows()).toHaveLength(3);
});

it('says in the words of the gateway why there is nothing to compare', async () => {
  open('/parity?backtest=gone&session=desk');
  answers('get', '/api/v1/backtests/gone/parity/', () => refusal(404, 'NOT_FOUND', 'There is no backtest gone.'));
  expect(await screen.findByText('There is no backtest gone.')).toBeInTheDocument();
});
