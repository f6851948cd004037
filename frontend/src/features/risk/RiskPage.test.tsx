// The page of risk: what the gateway answers, and from then on what the stream tells.
import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Risk } from '../../api/types';
import type { FakeSocket } from '../../test/fakeSocket';
import { ACCOUNT, makeRisk } from '../../test/make';
import { show } from '../../test/render';
import { answers, success } from '../../test/server';
import RiskPage from './RiskPage';

const HALTED = { state: 'HALTED', reason: 'Looks wrong.', by: 'limit:max_daily_loss', since: '2026-01-01T00:00:00.000Z' } as const;
const HELD: Risk['exposure'] = {
  gross: '30000',
  net: '30000',
  long: '30000',
  short: '0',
  leverage: '0.3',
  positions: [{ symbol: 'BTC-USDT', side: 'long', quantity: '0.5', quote: 'USDT', value: '30000', worth: '30000', share_percent: '30' }],
  by_quote: [{ asset: 'USDT', gross: '30000', net: '30000' }],
  reason: null,
};
const use = (change: Partial<Risk['limits'][number]>) => ({ name: 'max_leverage', symbol: null, limit: '0.2', used: '0.3', share_percent: '150', unit: 'times equity', own: true, reason: null, ...change });

function open(risk: Risk) {
  let asked = 0;
  answers('get', '/api/v1/accounts/', () => success({ items: [ACCOUNT], next_cursor: null }));
  answers('get', '/api/v1/accounts/default/', () => success(ACCOUNT));
  answers('get', '/api/v1/risk/', () => {
    asked += 1;
    return success(risk);
  });
  const { socket } = show(<RiskPage />, '/risk');
  return { socket, timesAsked: () => asked };
}

function tell(socket: FakeSocket, risk: Risk) {
  const { tail_risk: _, ...data } = risk;
  act(() => {
    socket.open();
    socket.receive({ type: 'ack', channels: [{ name: 'risk', stream: 's', seq: 1 }] });
    socket.receive({ type: 'snapshot', channel: 'risk', seq: 1, time: '2026-01-01T00:00:00.000Z', data });
  });
}

it('shows the use of each limit, and marks what is over', async () => {
  open(makeRisk({ limits: [use({}), use({ name: 'max_order_notional', used: null, share_percent: null, limit: '5000', unit: 'quote asset', own: false })] }));
  const table = within(await screen.findByRole('region', { name: 'Use of limits' }));
  expect(within(table.getByRole('row', { name: /Leverage/ })).getByText(/150\.0%\s*over/)).toBeInTheDocument();
  expect(table.getByRole('row', { name: /Value of an order/ })).toHaveTextContent('Each order5,000The installation');
  expect(screen.getByText('✕ 1 over')).toBeInTheDocument();
});

it('says why something is not known', async () => {
  const reason = 'There is no price of BTC-USDT yet.';
  open(
    makeRisk({
      equity: null,
      exposure: { ...HELD, gross: null, net: null, long: null, short: null, leverage: null, positions: [], by_quote: [], reason },
      limits: [use({ used: null, share_percent: null, reason })],
      tail_risk: { ...makeRisk().tail_risk, sample: 12, reason: 'There are 12 moves, and 100 are needed.' },
    }),
  );
  expect(await screen.findByRole('row', { name: /Leverage/ })).toHaveTextContent(`Not known: ${reason}`);
  expect(within(screen.getByRole('region', { name: 'Exposure' })).getByText(`Not known: ${reason}`)).toBeInTheDocument();
  expect(screen.getByText('There are 12 moves, and 100 are needed.')).toBeInTheDocument();
  expect(screen.queryByText('Nothing is held.')).toBeNull();
});

it('shows what may be lost with the sample it is made of', async () => {
  open(
    makeRisk({
      exposure: HELD,
      tail_risk: { method: 'historical simulation', horizon: '1h', sample: 300, since: '2026-01-01T00:00:00.000Z', until: '2026-01-13T00:00:00.000Z', reason: null, levels: [{ confidence_percent: 95, value_at_risk: '500.126', expected_shortfall: '800' }] },
    }),
  );
  const row = await screen.findByRole('row', { name: /^95%/ });
  expect(row).toHaveTextContent('500.13 USDT0.50% of the equity800.00 USDT0.80% of the equity');
  expect(screen.getByText(/put through the 300 moves that their 1h candles made/)).toBeInTheDocument();
});

it('follows the stream: a halt is there at once, with who and why', async () => {
  const { socket } = open(makeRisk());
  await waitFor(() => expect(screen.getByTestId('risk-state')).toHaveTextContent('ACTIVE'));
  expect(screen.getByRole('button', { name: 'Resume…' })).toBeDisabled();
  tell(socket, makeRisk({ state: 'HALTED', account_state: HALTED }));
  expect(screen.getByTestId('risk-state')).toHaveTextContent('HALTED');
  expect(screen.getByText('No order is taken. Canceling is always possible.')).toBeInTheDocument();
  expect(screen.getByText(/“Looks wrong.”/)).toHaveTextContent('limit:max_daily_loss');
  expect(screen.getByRole('button', { name: 'Resume…' })).toBeEnabled();
});

it('asks anew what may be lost when something else is held', async () => {
  const { socket, timesAsked } = open(makeRisk());
  await screen.findByTestId('risk-state');
  expect(timesAsked()).toBe(1);
  tell(socket, makeRisk({ exposure: HELD }));
  expect(screen.getByRole('link', { name: 'BTC-USDT' })).toHaveAttribute('href', '/trading/BTC-USDT');
  await waitFor(() => expect(timesAsked()).toBe(2));
});

it('leaves aside what is told of another account', async () => {
  const { socket } = open(makeRisk());
  await screen.findByTestId('risk-state');
  tell(socket, makeRisk({ account: 'other', state: 'HALTED', account_state: HALTED }));
  expect(screen.getByTestId('risk-state')).toHaveTextContent('ACTIVE');
});
