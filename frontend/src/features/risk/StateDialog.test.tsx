// The question before trading is halted or resumed: it says what will happen, and asks for exactly that.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { TradingStates } from '../../api/types';
import { ACCOUNT, makeOrder, makePosition, makeRisk } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { StateDialog } from './StateDialog';
import type { Kind } from './stateWords';

const HALTED = { state: 'HALTED', reason: 'Fire.', by: 'me', since: '2026-01-01T00:00:00.000Z' } as const;
const DONE: TradingStates = { scope: 'account', account: 'default', ...HALTED, canceled_orders: 2, closing_orders: ['order-9'] };

function ask(kind: Kind, risk = makeRisk()) {
  answers('get', '/api/v1/orders/', () => success({ items: [makeOrder(), makeOrder({ id: 'order-2' })], next_cursor: null }));
  answers('get', '/api/v1/positions/', () => success({ items: [makePosition()], next_cursor: null }));
  const onClose = vi.fn();
  show(<StateDialog kind={kind} account={ACCOUNT} risk={risk} onClose={onClose} />);
  return { user: userEvent.setup(), onClose };
}

it('halts the account with what was chosen, once it was told', async () => {
  let body: unknown = null;
  answers('post', '/api/v1/risk/halt/', async (request) => {
    body = await request.json();
    expect(request.headers.get('X-Account')).toBe('default');
    expect(request.headers.get('Idempotency-Key')).toBeTruthy();
    return success(DONE);
  });
  const { user, onClose } = ask('halt');
  expect(await screen.findByText('Its 2 open orders are canceled.')).toBeInTheDocument();
  await user.click(screen.getByRole('checkbox', { name: 'Close positions at the market' }));
  expect(await screen.findByText('Its 1 position is closed by market orders.')).toBeInTheDocument();
  await user.type(screen.getByRole('textbox', { name: /Reason/ }), 'Fire.');
  await user.click(screen.getByRole('button', { name: 'Halt Default' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(body).toEqual({ scope: 'account', state: 'HALTED', reason: 'Fire.', cancel_orders: true, close_positions: true });
  expect(await screen.findByText('2 orders canceled. 1 order sent to close positions.')).toBeInTheDocument();
});

it('resumes where it was halted, and leaves the other choices out', async () => {
  let body: unknown = null;
  answers('post', '/api/v1/risk/resume/', async (request) => {
    body = await request.json();
    return success({ ...DONE, scope: 'all', account: null, state: 'ACTIVE' });
  });
  const { user, onClose } = ask('resume', makeRisk({ state: 'HALTED', global_state: HALTED }));
  expect(screen.queryByRole('checkbox')).toBeNull();
  await user.type(screen.getByRole('textbox', { name: /Reason/ }), 'Out.');
  await user.click(screen.getByRole('button', { name: 'Resume all accounts' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(body).toEqual({ scope: 'all', reason: 'Out.' });
});

it('stays open, with the words of the gateway, when it may not', async () => {
  answers('post', '/api/v1/risk/halt/', () => refusal(403, 'FORBIDDEN', 'The key lacks the scope admin.'));
  const { user, onClose } = ask('restrict');
  await user.click(screen.getByText('All accounts'));
  await user.type(screen.getByRole('textbox', { name: /Reason/ }), 'Night.');
  await user.click(screen.getByRole('button', { name: 'Restrict all accounts' }));
  expect(await screen.findByText('The key lacks the scope admin.')).toBeInTheDocument();
  expect(onClose).not.toHaveBeenCalled();
});
