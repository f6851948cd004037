// Accounts: epochs with what came of each, money in and out, a fresh start, forks of now and of the past.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Epoch } from '../../api/types';
import { ACCOUNT, BALANCES } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import AccountsPage from './AccountsPage';

const EPOCHS: Epoch[] = [
  { epoch: 2, opened_at: '2026-01-02T00:00:00.000Z', closed_at: null, start_equity: '100000', end_equity: '100500', net_deposits: '0', profit: '500', not_counted: [], orders: 3, fills: 2 },
  { epoch: 1, opened_at: '2026-01-01T00:00:00.000Z', closed_at: '2026-01-02T00:00:00.000Z', start_equity: null, end_equity: '90000', net_deposits: '1000', profit: null, not_counted: ['XYZ'], orders: 40, fills: 38 },
];

function open() {
  answers('get', '/api/v1/accounts/', () => success({ items: [ACCOUNT, { ...ACCOUNT, id: 'desk', name: 'Desk' }], next_cursor: null }));
  answers('get', '/api/v1/accounts/:id/', () => success(ACCOUNT));
  answers('get', '/api/v1/accounts/:id/epochs/', () => success({ items: EPOCHS, next_cursor: null }));
  answers('get', '/api/v1/balances/', () => success({ items: BALANCES, next_cursor: null }));
  show(<AccountsPage />, '/accounts');
  return userEvent.setup();
}

it('lists the epochs with what came of each, and what is not known as such', async () => {
  open();
  await screen.findByText('It goes on');
  const rows = screen.getAllByRole('row').map((row) => row.textContent);
  expect(rows.find((text) => text.startsWith('2'))).toMatch(/It goes on.*\+500\.00/);
  expect(rows.find((text) => text.startsWith('1'))).toMatch(/—.*90,000\.00.*1,000\.00.*—/);
});

it('puts money in, under one key, and says what is available', async () => {
  let body: unknown = null;
  answers('post', '/api/v1/accounts/default/deposit/', async (request) => {
    body = await request.json();
    expect(request.headers.get('Idempotency-Key')).toBeTruthy();
    return success({ ...ACCOUNT, equity: '102500' });
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Put in…' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(await dialog.findByText('Available: 100,000 USDT')).toBeInTheDocument();
  await user.type(dialog.getByRole('textbox', { name: /^Amount/ }), '2500');
  await user.click(dialog.getByRole('button', { name: 'Put in' }));
  expect(await screen.findByText('Default is worth 102,500 USDT.')).toBeInTheDocument();
  expect(body).toEqual({ asset: 'USDT', amount: '2500' });
});

it('leaves the dialog open when more is asked for than there is', async () => {
  answers('post', '/api/v1/accounts/default/withdraw/', () => refusal(422, 'INSUFFICIENT_BALANCE', 'Only 100,000 USDT are available.'));
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Take out…' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.type(dialog.getByRole('textbox', { name: /^Amount/ }), '900000');
  await user.click(dialog.getByRole('button', { name: 'Take out' }));
  expect(await dialog.findByText('Only 100,000 USDT are available.')).toBeInTheDocument();
});

it('forks the account as it was after an entry that was chosen', async () => {
  let body: unknown = null;
  answers('get', '/api/v1/audit/', () =>
    success({
      items: [
        { source: 'journal', seq: 42, action: 'place_order', time: '2026-01-01T10:00:00.000Z' },
        { source: 'audit', seq: 7, action: 'datasets.create', time: '2026-01-01T09:00:00.000Z' },
      ],
      next_cursor: null,
    }),
  );
  answers('post', '/api/v1/accounts/default/fork/', async (request) => {
    body = await request.json();
    return success({ ...ACCOUNT, id: 'copy', name: 'Copy', epoch: 1 }, 201);
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Fork…' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByText('As it was'));
  expect(dialog.getByRole('button', { name: 'Fork it' })).toBeDisabled();
  await dialog.findByRole('option', { name: /^42: place order/ });
  expect(dialog.queryByRole('option', { name: /datasets/ })).toBeNull();
  await user.selectOptions(dialog.getByRole('combobox', { name: 'One of the newest about it' }), '42');
  expect(dialog.getByRole('textbox', { name: /^After entry/ })).toHaveValue('42');
  await user.click(dialog.getByRole('checkbox', { name: /open orders/ }));
  await user.click(dialog.getByRole('button', { name: 'Fork it' }));
  expect(await screen.findByText('Copy begins with epoch 1.')).toBeInTheDocument();
  expect(body).toEqual({ name: null, with_orders: true, from_sequence: 42 });
});

it('says of a sequence that is none what it must be, and of one that is refused what the gateway says', async () => {
  answers('get', '/api/v1/audit/', () => refusal(403, 'FORBIDDEN', 'The key lacks the scope admin.'));
  answers('post', '/api/v1/accounts/default/fork/', () => refusal(400, 'VALIDATION_FAILED', 'No.', { from_sequence: ['The journal has the entries 1 to 9.'] }));
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Fork…' }));
  const dialog = within(await screen.findByRole('dialog'));
  await user.click(dialog.getByText('As it was'));
  const field = dialog.getByRole('textbox', { name: /^After entry/ });
  await user.type(field, '1x');
  expect(dialog.getByText('Must be a whole number from 1 on.')).toBeInTheDocument();
  await user.clear(field);
  await user.type(field, '10');
  await user.click(dialog.getByRole('button', { name: 'Fork it' }));
  expect(await dialog.findByText('The journal has the entries 1 to 9.')).toBeInTheDocument();
});

it('resets the account once it was asked', async () => {
  let isReset = false;
  answers('post', '/api/v1/accounts/default/reset/', () => {
    isReset = true;
    return success({ ...ACCOUNT, epoch: 2 });
  });
  const user = open();
  await user.click(await screen.findByRole('button', { name: 'Reset…' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(dialog.getByText(/What happened until now stays readable as\s+epoch 1/)).toBeInTheDocument();
  expect(isReset).toBe(false);
  await user.click(dialog.getByRole('button', { name: 'Reset the account' }));
  expect(await screen.findByText('Default is in epoch 2.')).toBeInTheDocument();
  await waitFor(() => expect(isReset).toBe(true));
});
