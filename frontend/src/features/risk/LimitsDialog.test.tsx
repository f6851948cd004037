// The limits of an account: shown with what holds where they are empty, sent as a whole, refused at the field.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ACCOUNT, BTC, makeLimits } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { LimitsDialog } from './LimitsDialog';

const PATH = '/api/v1/risk/limits/';

function open() {
  const limits = { account: 'default', own: makeLimits({ max_daily_loss: '1000' }), installation: makeLimits({ max_open_orders: 10_000, restricted_symbols: ['SOL-USDT'] }), in_force: makeLimits() };
  answers('get', PATH, () => success(limits));
  answers('get', '/api/v1/symbols/', () => success({ items: [BTC], next_cursor: null }));
  const onClose = vi.fn();
  show(<LimitsDialog account={ACCOUNT} onClose={onClose} />);
  return { user: userEvent.setup(), onClose, limits };
}

it('says what holds where a field is empty', async () => {
  open();
  expect(await screen.findByRole('textbox', { name: 'Open orders' })).toHaveAccessibleDescription(/Empty: the installation’s 10,000\./);
  expect(screen.getByRole('textbox', { name: 'Daily loss, USDT' })).toHaveValue('1000');
  expect(screen.getByText('The installation restricts SOL-USDT for all accounts.')).toBeInTheDocument();
});

it('sends the whole set, with the limits of a symbol', async () => {
  let body: unknown = null;
  const { user, onClose, limits } = open();
  answers('put', PATH, async (request) => {
    body = await request.json();
    return success(limits);
  });
  await user.type(await screen.findByRole('textbox', { name: 'Open orders' }), '5');
  await user.clear(screen.getByRole('textbox', { name: 'Daily loss, USDT' }));
  await screen.findByRole('option', { name: 'BTC-USDT' });
  await user.selectOptions(screen.getByRole('combobox', { name: 'Limits of one symbol' }), 'BTC-USDT');
  const group = within(screen.getByRole('group', { name: 'BTC-USDT' }));
  await user.type(group.getByRole('textbox', { name: 'Quantity of a position, BTC' }), '0.5');
  await user.click(group.getByRole('checkbox', { name: /Only reduce/ }));
  await user.click(screen.getByRole('checkbox', { name: 'and close every position' }));
  await user.click(screen.getByRole('button', { name: 'Set the limits' }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(body).toEqual({
    ...makeLimits(),
    max_open_orders: 5,
    restricted_symbols: ['BTC-USDT'],
    symbols: [{ symbol: 'BTC-USDT', max_order_quantity: null, max_position_quantity: '0.5', max_position_notional: null }],
    close_on_breach: true,
  });
});

it('shows what was refused at its field, until it is changed', async () => {
  const { user, onClose } = open();
  answers('put', PATH, () => refusal(400, 'VALIDATION_FAILED', 'max_leverage: Is too large.', { max_leverage: ['Is too large.'] }));
  const field = await screen.findByRole('textbox', { name: /^Leverage/ });
  await user.type(field, '9999999');
  await user.click(screen.getByRole('button', { name: 'Set the limits' }));
  expect(await screen.findByText('Is too large.')).toBeInTheDocument();
  expect(field).toBeInvalid();
  await user.type(field, '{Backspace}');
  expect(screen.queryByText('Is too large.')).toBeNull();
  expect(onClose).not.toHaveBeenCalled();
});

it('says below what was refused of no field', async () => {
  const { user } = open();
  answers('put', PATH, () => refusal(404, 'UNKNOWN_SYMBOL', 'There is no symbol XYZ-USDT.'));
  await user.click(await screen.findByRole('button', { name: 'Set the limits' }));
  expect(await screen.findByText('There is no symbol XYZ-USDT.')).toBeInTheDocument();
});
