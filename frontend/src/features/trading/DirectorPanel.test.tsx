// Directing on the page: going elsewhere asks while orders wait, steps are taken when paused, scenarios are put on and ended.
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import type { Feed } from '../../api/types';
import { makeDataset, makeFeed, makeScenario } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import DirectorPanel from './DirectorPanel';

let feed: Feed;
let sent: Record<string, unknown>[];

beforeEach(() => {
  feed = makeFeed({ source: 'replay', dataset: 'dataset-1', status: 'paused', paused: true });
  sent = [];
  answers('get', '/api/v1/feed/', () => success(feed));
  answers('get', '/api/v1/datasets/', () => success({ items: [makeDataset()], next_cursor: null }));
});

function take(method: 'post' | 'delete', path: string, answer: (body: Record<string, unknown>) => Response): void {
  answers(method, path, async (request) => {
    const text = await request.text();
    const body = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
    sent.push(body);
    return answer(body);
  });
}

it('asks before it goes elsewhere while orders wait, and goes when that is confirmed', async () => {
  take('post', '/api/v1/feed/seek/', (body) =>
    body.confirm ? success(feed) : refusal(409, 'OPEN_ORDERS', 'Orders wait in these markets: 2.', { orders: 2, symbols: ['BTC-USDT'] }),
  );
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  await user.click(await screen.findByRole('button', { name: 'Its middle' }));
  await user.click(screen.getByRole('button', { name: 'Go there' }));
  const dialog = await screen.findByRole('dialog', { name: 'Orders wait in these markets' });
  expect(dialog).toHaveTextContent('2 orders wait.');
  await user.click(within(dialog).getByRole('button', { name: 'Go there anyway' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  const time = '2025-01-01T12:00:00.000Z';
  expect(sent).toEqual([{ time, confirm: false }, { time, confirm: true }]);
});

it('stays where it is when that is not confirmed', async () => {
  take('post', '/api/v1/feed/seek/', () => refusal(409, 'OPEN_ORDERS', 'Orders wait in these markets: 1.', { orders: 1 }));
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  await user.click(await screen.findByRole('button', { name: 'Go there' }));
  await user.click(await screen.findByRole('button', { name: 'Leave it' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  expect(sent).toHaveLength(1);
});

it('shows at the field which moments there are', async () => {
  take('post', '/api/v1/feed/seek/', () => refusal(400, 'INVALID', 'Not there.', { time: ['The data end on 2 January.'] }));
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  await user.click(await screen.findByRole('button', { name: 'Go there' }));
  expect(await screen.findByText('The data end on 2 January.')).toBeInTheDocument();
});

it('takes as many steps as are asked for, of a market that is paused', async () => {
  take('post', '/api/v1/feed/step/', () => success({ steps: 25, feed }));
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  const field = await screen.findByRole('textbox', { name: 'Steps' });
  await user.clear(field);
  await user.type(field, '25{Enter}');
  await waitFor(() => expect(sent).toEqual([{ steps: 25 }]));
});

it('takes no step while the market plays', async () => {
  feed = makeFeed();
  show(<DirectorPanel symbol="BTC-USDT" />);
  expect(await screen.findByRole('button', { name: 'Take the steps' })).toBeDisabled();
  expect(screen.getByText('Pause the market to step.')).toBeInTheDocument();
});

it('puts a scenario on with the figures of its kind', async () => {
  take('post', '/api/v1/feed/scenarios/', () => success(makeScenario({ kind: 'spread', times: 4 }), 201));
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  await user.selectOptions(await screen.findByRole('combobox', { name: 'What happens' }), 'spread');
  const times = screen.getByRole('textbox', { name: 'Times as wide' });
  await user.clear(times);
  await user.type(times, '4');
  await user.click(screen.getByRole('button', { name: 'Put it on' }));
  await waitFor(() => expect(sent).toEqual([{ kind: 'spread', symbols: ['BTC-USDT'], times: 4, duration_seconds: 300, seed: 1 }]));
});

it('lists scenarios with how they stand, and ends one', async () => {
  feed = { ...feed, scenarios: [makeScenario(), makeScenario({ id: 'scenario-0', kind: 'halt', status: 'ended', percent: null })] };
  take('delete', '/api/v1/feed/scenarios/scenario-1/', () => success(makeScenario({ status: 'ended' })));
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  const list = await screen.findByRole('list', { name: 'Scenarios' });
  const [crash, halt] = within(list).getAllByRole('listitem');
  expect(crash).toHaveTextContent(/Crash.*Active.*BTC-USDT: down 20% in 10 min/);
  expect(halt).toHaveTextContent(/Halt.*Ended/);
  await user.click(within(list).getByRole('button', { name: 'End the crash of BTC-USDT' }));
  await waitFor(() => expect(sent).toHaveLength(1));
});

it('follows another exchange where the market is live', async () => {
  feed = makeFeed({ source: 'live', exchange: 'binance' });
  answers('put', '/api/v1/feed/', async (request) => {
    sent.push((await request.json()) as Record<string, unknown>);
    return refusal(422, 'UNKNOWN_EXCHANGE', 'There is no exchange krakn.', { exchange: ['There is no exchange krakn.'] });
  });
  const user = userEvent.setup();
  show(<DirectorPanel symbol="BTC-USDT" />);
  const field = await screen.findByRole('textbox', { name: 'Exchange that is followed' });
  await user.clear(field);
  await user.type(field, 'Krakn{Enter}');
  expect(await screen.findByText('There is no exchange krakn.')).toBeInTheDocument();
  expect(sent).toEqual([{ source: 'live', exchange: 'krakn' }]);
});
