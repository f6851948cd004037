// The ticket on the page: previewed, reviewed, sent once, and honest about what it does not know.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { HttpResponse } from 'msw';
import { useReducer } from 'react';
import { beforeEach, expect, it } from 'vitest';
import { changeSettings, DEFAULTS } from '../../settings';
import { ACCOUNT, BALANCES, BTC, makeFill, makeOrder, makePreview } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { Ticket } from './Ticket';
import { EMPTY_TICKET, reduceTicket } from './ticketState';

let keysSent: string[];

beforeEach(() => {
  changeSettings(DEFAULTS);
  keysSent = [];
  answers('post', '/api/v1/orders/preview/', () => success(makePreview()));
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

const SHOWN = 'Shown at a time, empty: all of it';

it('has the fields of the chosen type, and no others', async () => {
  const user = userEvent.setup();
  show(<Desk />);
  const type = await screen.findByRole('combobox', { name: 'Type' });
  const prices = () => [...document.querySelectorAll<HTMLInputElement>('form input[inputmode="decimal"]')].map((each) => each.labels?.[0]?.textContent);
  expect(prices()).toEqual(['Quantity']);
  await user.selectOptions(type, 'trailing_stop_limit');
  expect(prices()).toEqual(['Trails by', 'Limit, from the stop', 'Quantity', SHOWN]);
  await user.selectOptions(type, 'take_profit_limit');
  expect(prices()).toEqual(['Take-profit price', 'Price', 'Quantity', SHOWN]);
  await user.selectOptions(type, 'limit');
  expect(prices()).toEqual(['Price', 'Quantity', SHOWN]);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Time in force' }), 'gtd');
  expect(screen.getByLabelText<HTMLInputElement>(/^Expires, by the market’s clock/).value).toMatch(/^\d{4}-/);
});

it('sends every choice of a trailing stop under its own name', async () => {
  changeSettings({ hasReview: false });
  const user = userEvent.setup();
  let body: unknown;
  answers('post', '/api/v1/orders/', async (request) => {
    body = await request.json();
    return filled();
  });
  show(<Desk />);
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Type' }), 'trailing_stop');
  await user.click(screen.getByRole('radio', { name: 'Sell' }));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Trail measured in' }), 'amount');
  await user.type(screen.getByRole('textbox', { name: 'Trails by' }), '150');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Time in force' }), 'day');
  await user.click(screen.getByRole('checkbox', { name: /Reduce only/ }));
  await user.type(screen.getByRole('textbox', { name: 'Quantity' }), '0.01{Enter}');
  await waitFor(() =>
    expect(body).toEqual({
      symbol: 'BTC-USDT',
      side: 'sell',
      type: 'trailing_stop',
      time_in_force: 'day',
      post_only: false,
      quantity: '0.01',
      trail_amount: '150',
      reduce_only: true,
    }),
  );
});

it('says already while it is typed what the gateway would not take', async () => {
  const user = userEvent.setup();
  answers('post', '/api/v1/orders/preview/', () => refusal(400, 'VALIDATION_FAILED', 'The request is invalid.', { display_quantity: ['Must not be more than the quantity.'] }));
  show(<Desk />);
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Type' }), 'limit');
  await user.type(screen.getByRole('textbox', { name: 'Price' }), '60000');
  await user.type(screen.getByRole('textbox', { name: 'Quantity' }), '0.01');
  await user.type(screen.getByRole('textbox', { name: /^Shown at a time/ }), '1');
  await waitFor(() => expect(screen.getByRole('textbox', { name: /^Shown at a time/ })).toBeInvalid());
});

it('names a refused choice that has no field', async () => {
  changeSettings({ hasReview: false });
  const user = userEvent.setup();
  takeOrders(() => refusal(400, 'VALIDATION_FAILED', 'The request is invalid.', { reduce_only: ['There is no position to reduce.'] }));
  show(<Desk />);
  await user.click(await screen.findByRole('checkbox', { name: /Reduce only/ }));
  await user.type(screen.getByRole('textbox', { name: 'Quantity' }), '0.01{Enter}');
  expect(await screen.findByText('reduce only: There is no position to reduce.')).toBeInTheDocument();
});
