// Why an order did what it did: its course in words and numbers, its fills taken apart, or what was missing.
import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { ExplainedFill, Explanation } from '../../api/types';
import { BTC, makeOrder } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import ExplainDrawer from './ExplainDrawer';

const FILLED = makeOrder({ type: 'market', status: 'filled', filled_quantity: '0.01000', remaining_quantity: '0.00000', price: null, average_price: '60001.50' });

const POLICY = { name: 'realistic', digest: 'a1', numbers: { healing_ms: '0' } };

function explained(change: Partial<Explanation>): Explanation {
  return { order: FILLED, policy: POLICY, timeline: [], fills: [], not_filled: null, ...change };
}

function open(order = FILLED): void {
  show(<ExplainDrawer account="default" order={order} instrument={BTC} onClose={() => undefined} />);
}

it('tells its course in order, with the numbers it was decided by', async () => {
  const timeline: Explanation['timeline'] = [
    { time: '2026-01-01T00:00:00.000Z', event: 'accepted', text: 'Accepted: the balance is enough.', numbers: { needed: '600.02', available: '100000', order_id: 'order-1' } },
    { time: '2026-01-01T00:00:00.250Z', event: 'filled', text: 'Filled 0.01 at 60001.50.', numbers: {} },
  ];
  answers('get', '/api/v1/orders/order-1/explain/', () => success(explained({ timeline })));
  open();
  const course = await screen.findByRole('region', { name: 'What happened' });
  expect(within(course).getAllByRole('listitem').map((item) => item.querySelector('div')?.textContent)).toEqual(['Accepted: the balance is enough.', 'Filled 0.01 at 60001.50.']);
  const numbers = screen.getByLabelText('Numbers of: Accepted: the balance is enough.');
  expect(numbers).toHaveTextContent('needed600.02');
  expect(numbers).toHaveTextContent('available100,000');
  expect(numbers).not.toHaveTextContent('order-1');
});

it('takes each fill apart into reference, spread and slippage', async () => {
  const fills: ExplainedFill[] = [
    { time: '2026-01-01T00:00:00.250Z', quantity: '0.00500', price: '60001.50', reference_price: '60000.00', spread_cost: '1.00', slippage: '0.50', fee: '0.30000750', fee_asset: 'USDT', liquidity: 'taker', latency_ms: 250, queue_ahead: null },
  ];
  answers('get', '/api/v1/orders/order-1/explain/', () => success(explained({ fills })));
  open();
  const row = within(await screen.findByRole('table')).getAllByRole('row')[1];
  expect(within(row as HTMLElement).getAllByRole('cell').map((cell) => cell.textContent.trim())).toEqual([
    '00:00:00',
    '0.005',
    '60,001.5',
    '60,000',
    '+1',
    '+0.5',
    '0.3000075 USDT',
    '250 ms',
    '—',
  ]);
});

it('says of what did not fill how near it came and what was missing', async () => {
  const missed = makeOrder({ status: 'expired', status_reason: 'Expired at midnight.' });
  const not_filled = { reason: 'The price never came down to 60000.', nearest_price: '60000.01', missing: '0.01' };
  answers('get', '/api/v1/orders/order-1/explain/', () => success(explained({ order: missed, not_filled })));
  open(missed);
  const missing = await screen.findByRole('region', { name: 'What was missing' });
  expect(missing).toHaveTextContent('The price never came down to 60000.');
  expect(missing).toHaveTextContent('Nearest price60,000.01 USDT');
  expect(missing).toHaveTextContent('Missing0.01 USDT');
  expect(screen.getByLabelText('Numbers of the policy realistic')).toHaveTextContent('healing ms0');
  expect(screen.queryByRole('table')).not.toBeInTheDocument();
});

it('still shows the order where no explanation is to be had', async () => {
  answers('get', '/api/v1/orders/order-1/explain/', () => refusal(404, 'NOT_FOUND', 'There is no such order.'));
  open();
  expect(await screen.findByText('There is no such order.')).toBeInTheDocument();
  expect(screen.getByText('0.01 of 0.01')).toBeInTheDocument();
});
