// The bracket beside its chart: typed or drawn, reviewed, sent as one list under one key, and honest when refused.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useReducer } from 'react';
import { beforeEach, expect, it } from 'vitest';
import { changeSettings, DEFAULTS } from '../../settings';
import { ACCOUNT, BTC, makeOrder, makePreview } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import BracketTicket from './BracketTicket';
import { reduceBracket } from './bracketState';

let sent: { body: Record<string, unknown>; key: string }[];
let previewed: Record<string, unknown>[];

beforeEach(() => {
  changeSettings(DEFAULTS);
  sent = [];
  previewed = [];
  answers('post', '/api/v1/orders/preview/', async (request) => {
    previewed.push((await request.json()) as Record<string, unknown>);
    return success(makePreview());
  });
});

function takeLists(answer: () => Response): void {
  answers('post', '/api/v1/order-lists/', async (request) => {
    sent.push({ body: (await request.json()) as Record<string, unknown>, key: request.headers.get('Idempotency-Key') ?? '' });
    return answer();
  });
}

const placed = () => success({ id: 'list-1', type: 'bracket', symbol: 'BTC-USDT', status: 'executing', orders: [makeOrder()] }, 201);

function Desk() {
  const [bracket, dispatch] = useReducer(reduceBracket, null, () => reduceBracket(null, { do: 'begin', side: 'buy', price: '60000', range: 3_000, tick: '0.01' }));
  return bracket ? <BracketTicket account={ACCOUNT} instrument={BTC} bracket={bracket} dispatch={dispatch} /> : <p>No bracket.</p>;
}

const field = (name: string) => screen.getByRole('textbox', { name });

it('is reviewed with what its entry would do, and sent as three orders in one', async () => {
  const user = userEvent.setup();
  takeLists(placed);
  show(<Desk />);
  await user.type(field('Quantity'), '0.01');
  expect(screen.getByLabelText('Prospect of the bracket')).toHaveTextContent('Profit at the one end6.00 USDT');
  await waitFor(() => expect(previewed.at(-1)).toMatchObject({ type: 'limit', price: '60000.00', quantity: '0.01' }));
  await user.type(field('Quantity'), '{Enter}');
  const dialog = await screen.findByRole('dialog', { name: 'Review the order' });
  await user.click(within(dialog).getByRole('button', { name: 'Buy 0.01 BTC at 60000.00, out at 60600.00 or 59700.00' }));
  expect(await screen.findByText('No bracket.')).toBeInTheDocument();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.key).not.toBe('');
  expect(sent[0]?.body).toMatchObject({ type: 'bracket', take_profit: { price: '60600.00' }, stop_loss: { stop_price: '59700.00' } });
});

it('moves its prices by keys, and turns to the other side', async () => {
  const user = userEvent.setup();
  show(<Desk />);
  await user.type(field('Take profit'), '{ArrowUp}');
  expect(field('Take profit')).toHaveValue('60600.01');
  await user.click(screen.getByRole('radio', { name: 'Sell' }));
  expect(field('Take profit')).toHaveValue('59700.00');
  expect(field('Stop')).toHaveValue('60600.01');
});

it('has a stop that trails, and an entry at the market', async () => {
  changeSettings({ hasReview: false });
  const user = userEvent.setup();
  takeLists(placed);
  show(<Desk />);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Enters' }), 'market');
  await user.selectOptions(screen.getByRole('combobox', { name: 'The stop' }), 'trail');
  expect(screen.queryByRole('textbox', { name: 'Entry' })).not.toBeInTheDocument();
  await user.type(field('Stop trails by'), '2');
  await user.type(field('Quantity'), '0.01{Enter}');
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({ entry: { type: 'market' }, stop_loss: { type: 'trailing_stop', trail_percent: '2' } });
});

it('sends nothing while a way out is on the wrong side', async () => {
  const user = userEvent.setup();
  show(<Desk />);
  await user.clear(field('Stop'));
  await user.type(field('Stop'), '60100');
  await user.type(field('Quantity'), '0.01{Enter}');
  expect(await screen.findByText('Must be below the entry.')).toBeInTheDocument();
  expect(sent).toEqual([]);
});

it('says at the leg’s own field why it was refused, until that is another', async () => {
  changeSettings({ hasReview: false });
  const user = userEvent.setup();
  takeLists(() => refusal(400, 'VALIDATION_FAILED', 'The request is invalid.', { stop_loss: { stop_price: ['Too near.'] } }));
  show(<Desk />);
  await user.type(field('Quantity'), '0.01{Enter}');
  expect(await screen.findByText('Too near.')).toBeInTheDocument();
  expect(field('Stop')).toBeInvalid();
  await user.type(field('Stop'), '{ArrowDown}');
  expect(screen.queryByText('Too near.')).not.toBeInTheDocument();
});

it('says what is ahead in the queue and how long the entry is on its way', async () => {
  const user = userEvent.setup();
  const fills = [{ price: '60001.00', quantity: '0.01', fee: '0.3', fee_asset: 'USDT', reference_price: '59999.50', spread_cost: '1.50', slippage: '0' }];
  answers('post', '/api/v1/orders/preview/', () => success(makePreview({ fills, queue_ahead: '1.20000', latency_ms: 120 })));
  show(<Desk />);
  await user.type(field('Quantity'), '0.01');
  const ahead = await screen.findByText('Ahead in the queue');
  expect(ahead.parentElement).toHaveTextContent('1.2 BTC');
  expect(screen.getByText('On its way for').parentElement).toHaveTextContent('120 ms');
  expect(screen.getByText('Spread').parentElement).toHaveTextContent('0.02 USDT');
});
