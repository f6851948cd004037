// The book: prices from the stream, one's own size in it, and a click that takes a price.
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { crc32 } from '../../stream/book';
import { BTC, makeOrder } from '../../test/make';
import { show, type Shown } from '../../test/render';
import { OrderBook, ownSizes } from './OrderBook';


async function give({ socket }: Shown): Promise<void> {
  await act(async () => {
    socket.open();
    await Promise.resolve();
    const data = {
      symbol: 'BTC-USDT',
      bids: [['60000.00', '0.50000'], ['59999.00', '1.00000']],
      asks: [['60001.00', '0.25000']],
      checksum: crc32('60000.00:0.50000|59999.00:1.00000|60001.00:0.25000'),
      time: null,
      source: 'simulated',
      stale: false,
    };
    socket.receive({ type: 'snapshot', channel: 'orderbook:BTC-USDT', seq: 1, time: '', data });
    await new Promise((resolve) => setTimeout(resolve, 120));
  });
}

it('takes the price of a level, on the side that waits there', async () => {
  const pick = vi.fn();
  const shown = show(<OrderBook instrument={BTC} orders={[]} onPick={pick} isStale={false} />);
  await give(shown);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Bid 60,000.00: take this price' }));
  await user.click(screen.getByRole('button', { name: 'Ask 60,001.00: take this price' }));
  expect(pick.mock.calls).toEqual([
    ['60000.00', 'buy'],
    ['60001.00', 'sell'],
  ]);
});

it('shows one’s own size beside the level it waits in', async () => {
  const orders = [makeOrder({ id: '1' }), makeOrder({ id: '2', remaining_quantity: '0.02000' })];
  const shown = show(<OrderBook instrument={BTC} orders={orders} onPick={vi.fn()} isStale={false} />);
  await give(shown);
  expect(screen.getByTitle('Your own: 0.03000')).toBeInTheDocument();
  expect(screen.getAllByTitle(/Your own/)).toHaveLength(1);
});

it('goes from level to level by the arrow keys', async () => {
  const shown = show(<OrderBook instrument={BTC} orders={[]} onPick={vi.fn()} isStale={false} />);
  await give(shown);
  const best = screen.getByRole('button', { name: /Bid 60,000.00/ });
  best.focus();
  await userEvent.setup().keyboard('{ArrowDown}');
  expect(screen.getByRole('button', { name: /Bid 59,999.00/ })).toHaveFocus();
});

it('counts what waits in the book, not what waits for its trigger', () => {
  const sizes = ownSizes([makeOrder({ status: 'pending', type: 'stop_limit' }), makeOrder({ symbol: 'ETH-USDT' })], 'BTC-USDT');
  expect(sizes.size).toBe(0);
});
