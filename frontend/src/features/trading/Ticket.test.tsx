// The ticket on the page: previewed, reviewed, sent once, and honest about what it does not know.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse } from 'msw';
import { useReducer } from 'react';
import { beforeEach, expect, it } from 'vitest';
import { changeSettings, DEFAULTS } from '../../settings';
import { ACCOUNT, BALANCES, BTC, makeFill, makeOrder } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { Ticket } from './Ticket';
import { EMPTY_TICKET, reduceTicket } from './ticketState';

const PREVIEW = {
  accepted: true,
  code: null,
  reason: null,
  quantity: '0.01000',
  fills: [{ price: '60000.00', quantity: '0.01000', fee: '0.3', fee_asset: 'USDT' }],
  filled_quantity: '0.01000',
  resting_quantity: '0.00000',
  expired_quantity: '0.00000',
  average_price: '60000.00',
  reference_price: '60000.00',
  slippage: '0.00',
  fees: [{ asset: 'USDT', amount: '0.3' }],
  held: null,
  balances_after: [{ asset: 'USDT', total: '99399.7' }],
};

let keysSent: string[];

beforeEach(() => {
  changeSettings(DEFAULTS);
  keysSent = [];
  answers('post', '/api/v1/orders/preview/', () => success(PREVIEW));
});

function takeOrders(answer: (count: number) => Response): void {
  answers('post', '/api/v1/orders/', (request) => {
    keysSent.push(request.headers.get('Idempotency-Key') ?? '');
    return answer(keysSent.length);
  });
}

const filled = () => success({ ...makeOrder({ type: 'market', status: 'filled', average_price: '60000.00' }), fills: [makeFill()] }, 201);

function Desk() {
  const [ticket, dispatch] = useReducer(reduceTicket, EMPTY_TICKET);
  return <Ticket account={ACCOUNT} balances={BALANCES} instrument={BTC} ticket={ticket} dispatch={dispatch} />;
}

async function typeAndReview(user: ReturnType<typeof userEvent.setup>, quantity = '0.01'): Promise<HTMLElement> {
  await user.type(await screen.findByRole('textbox', { name: 'Quantity' }), `${quantity}{Enter}`);
  return screen.findByRole('dialog', { name: 'Review the order' });
}

it('shows fees, fills and the balance after, while it is being typed', async () => {
  show(<Desk />);
  await userEvent.setup().type(await screen.findByRole('textbox', { name: 'Quantity' }), '0.01');
  expect(await screen.findByText('0.3000 USDT')).toBeInTheDocument();
  expect(screen.getByText('USDT after')).toBeInTheDocument();
  expect(screen.getByText('99,399.70')).toBeInTheDocument();
});

it('goes from the key B to a sent order without a mouse, once', async () => {
  const user = userEvent.setup();
  takeOrders(filled);
  show(<Desk />);
  await screen.findByRole('textbox', { name: 'Quantity' });
  await user.keyboard('b');
  expect(screen.getByRole('textbox', { name: 'Quantity' })).toHaveFocus();
  const dialog = await typeAndReview(user);
  await user.click(within(dialog).getByRole('button', { name: 'Buy 0.01 BTC at market' }));
  await waitFor(() => expect(screen.getByRole('textbox', { name: 'Quantity' })).toHaveValue(''));
  expect(keysSent).toHaveLength(1);
});

it('asks again under the same key when no answer came', async () => {
  const user = userEvent.setup();
  takeOrders((count) => (count === 1 ? HttpResponse.error() : filled()));
  show(<Desk />);
  const dialog = await typeAndReview(user);
  await user.click(within(dialog).getByRole('button', { name: /^Buy/ }));
  await waitFor(() => expect(keysSent).toHaveLength(2));
  expect(keysSent[0]).toBe(keysSent[1]);
});

it('takes another key for the next order, though it is the same', async () => {
  const user = userEvent.setup();
  takeOrders(filled);
  show(<Desk />);
  for (const round of [1, 2]) {
    const dialog = await typeAndReview(user);
    await user.click(within(dialog).getByRole('button', { name: /^Buy/ }));
    await waitFor(() => expect(keysSent).toHaveLength(round));
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Quantity' })).toHaveValue(''));
  }
  expect(new Set(keysSent).size).toBe(2);
});

it('explains a refusal with its numbers and keeps what was typed', async () => {
  const user = userEvent.setup();
  takeOrders(() => refusal(422, 'INSUFFICIENT_BALANCE', 'The order needs 600 USDT; 10 USDT is available.', { asset: 'USDT', needed: '600', available: '10', order_id: 'order-9' }));
  show(<Desk />);
  const dialog = await typeAndReview(user);
  await user.click(within(dialog).getByRole('button', { name: /^Buy/ }));
  const note = await screen.findByText('The order needs 600 USDT; 10 USDT is available.');
  expect(note).toBeInTheDocument();
  expect(screen.getByText('trace-1')).toBeInTheDocument();
  expect(screen.getByLabelText('Numbers of the refusal')).toHaveTextContent('needed600');
  expect(screen.queryByText('order-9')).not.toBeInTheDocument();
  expect(screen.getByRole('textbox', { name: 'Quantity' })).toHaveValue('0.01');
});

it('puts a refused field’s message at the field', async () => {
  const user = userEvent.setup();
  takeOrders(() => refusal(400, 'VALIDATION_FAILED', 'The request is invalid.', { quantity: ['Too small for this market.'] }));
  show(<Desk />);
  const dialog = await typeAndReview(user);
  await user.click(within(dialog).getByRole('button', { name: /^Buy/ }));
  expect(await screen.findByText('Too small for this market.')).toBeInTheDocument();
  expect(screen.getByRole('textbox', { name: 'Quantity' })).toBeInvalid();
});

it('sends at once where reviews are switched off', async () => {
  changeSettings({ hasReview: false });
  const user = userEvent.setup();
  takeOrders(filled);
  show(<Desk />);
  await user.type(await screen.findByRole('textbox', { name: 'Quantity' }), '0.01{Enter}');
  await waitFor(() => expect(keysSent).toHaveLength(1));
  expect(screen.queryByRole('dialog', { name: 'Review the order' })).not.toBeInTheDocument();
});

it('lets single keys be switched off', async () => {
  changeSettings({ hasSingleKeys: false });
  show(<Desk />);
  await screen.findByRole('textbox', { name: 'Quantity' });
  await userEvent.setup().keyboard('b');
  expect(screen.getByRole('textbox', { name: 'Quantity' })).not.toHaveFocus();
});
