// Orders moved on the chart by keys: shown where they would be, sent once, and back with the reason when refused.
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { useOpenOrders } from '../../api/queries';
import { changeSettings, DEFAULTS } from '../../settings';
import { BTC, makeOrder } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import type { CandleView } from '../../ui/chart/CandleView';
import { LineHandles } from '../../ui/chart/LineHandles';
import { MoveBar } from './MoveBar';
import { handlesOf } from './overlays';
import { useMovableOrders } from './useMovableOrders';

const ORDER = makeOrder({ price: '60000.00' });
/** A chart on which every price is in sight. */
const VIEW = { current: { yOf: () => 100, scaleWidth: () => 60, moveLine: () => undefined } as unknown as CandleView };
const onDraw = { current: () => undefined };

let sent: Record<string, unknown>[];

beforeEach(() => {
  changeSettings(DEFAULTS);
  sent = [];
  answers('get', '/api/v1/orders/', () => success({ items: [ORDER], next_cursor: null }));
});

function takeMoves(answer: (price: string) => Response | Promise<Response>): void {
  answers('patch', '/api/v1/orders/order-1/', async (request) => {
    const body = (await request.json()) as { price: string };
    sent.push(body);
    return answer(body.price);
  });
}

const moved = (price: string) => success({ ...ORDER, price, updated_at: '2026-01-01T00:00:01.000Z' });

function Chart() {
  const orders = useOpenOrders('default').data?.items ?? [];
  const moves = useMovableOrders('default', orders);
  return (
    <>
      <MoveBar moves={moves} instrument={BTC} />
      <LineHandles view={VIEW} handles={handlesOf(moves.orders, moves)} tickSize="0.01" onDraw={onDraw} />
    </>
  );
}

const priceShown = () => screen.getByRole('slider').getAttribute('aria-valuetext');

it('keys move it on the chart alone until Enter, which sends it once', async () => {
  const user = userEvent.setup();
  takeMoves(moved);
  show(<Chart />);
  (await screen.findByRole('slider')).focus();
  await user.keyboard('{ArrowUp}{Shift>}{ArrowUp}{/Shift}');
  expect(priceShown()).toBe('60,000.11');
  const bar = screen.getByRole('group', { name: 'Move the order' });
  expect(bar).toHaveTextContent('Move buy limit from 60,000.00 to 60,000.11 USDT?');
  expect(sent).toEqual([]);
  await user.keyboard('{Enter}');
  await waitFor(() => expect(sent).toEqual([{ price: '60000.11' }]));
  await waitFor(() => expect(bar).not.toBeInTheDocument());
  expect(priceShown()).toBe('60,000.11');
});

it('Escape leaves it where it was, and so does moving it back', async () => {
  const user = userEvent.setup();
  show(<Chart />);
  (await screen.findByRole('slider')).focus();
  await user.keyboard('{ArrowDown}{Escape}');
  expect(priceShown()).toBe('60,000.00');
  await user.keyboard('{ArrowDown}{ArrowUp}');
  expect(screen.queryByRole('group', { name: 'Move the order' })).not.toBeInTheDocument();
  expect(sent).toEqual([]);
});

it('stands at the new price while the gateway is asked, and goes back with the reason when it is refused', async () => {
  const user = userEvent.setup();
  let refuse: (answer: Response) => void = () => undefined;
  takeMoves(() => new Promise<Response>((resolve) => (refuse = resolve)));
  show(<Chart />);
  (await screen.findByRole('slider')).focus();
  await user.keyboard('{ArrowUp}{Enter}');
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(priceShown()).toBe('60,000.01');
  await user.keyboard('{ArrowUp}');
  expect(priceShown()).toBe('60,000.01');
  refuse(refusal(422, 'INSUFFICIENT_BALANCE', 'The order needs 600.01 USDT; 600 USDT is available.', { order_id: 'order-1' }));
  const note = await screen.findByRole('alert', { name: 'The order stays where it was' });
  expect(note).toHaveTextContent('The buy limit stays at 60,000.00: The order needs 600.01 USDT; 600 USDT is available.');
  expect(priceShown()).toBe('60,000.00');
  await user.click(screen.getByRole('button', { name: 'Understood' }));
  expect(note).not.toBeInTheDocument();
});

it('says what a field was refused for', async () => {
  const user = userEvent.setup();
  takeMoves(() => refusal(400, 'VALIDATION_FAILED', 'The request is invalid.', { price: ['Must be below 60000.'] }));
  show(<Chart />);
  (await screen.findByRole('slider')).focus();
  await user.keyboard('{ArrowUp}{Enter}');
  expect(await screen.findByRole('alert', { name: 'The order stays where it was' })).toHaveTextContent('stays at 60,000.00: Must be below 60000.');
});
