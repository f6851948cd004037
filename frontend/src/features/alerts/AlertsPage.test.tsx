// The page of alerts: rules with how far they have come, events as they come, one or many acknowledged.
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../api/types';
import type { FakeSocket } from '../../test/fakeSocket';
import { ACCOUNT, makeAlertEvent, makeRule } from '../../test/make';
import { show } from '../../test/render';
import { answers, refusal, success } from '../../test/server';
import { AccountEvents } from '../../ui/AccountEvents';
import AlertsPage from './AlertsPage';

const EVENTS = '/api/v1/alerts/events/';

interface Asked {
  searches: URLSearchParams[];
  acknowledged: string[];
}

function open(rules: Alert[], events: () => AlertEvent[], path = '/alerts'): Asked & { socket: FakeSocket; user: ReturnType<typeof userEvent.setup> } {
  const asked: Asked = { searches: [], acknowledged: [] };
  answers('get', '/api/v1/accounts/', () => success({ items: [ACCOUNT], next_cursor: null }));
  answers('get', '/api/v1/accounts/default/', () => success(ACCOUNT));
  answers('get', '/api/v1/alerts/', () => success({ items: rules, next_cursor: null }));
  answers('get', EVENTS, (request) => {
    asked.searches.push(new URL(request.url).searchParams);
    return success({ items: events(), next_cursor: null });
  });
  answers('post', `${EVENTS}:id/acknowledge/`, (request) => {
    asked.acknowledged.push(request.url.split('/').at(-3) ?? '');
    return success(makeAlertEvent({ acknowledged_at: '2026-01-01T00:02:00.000Z', acknowledged_by: 'me' }));
  });
  const { socket } = show(
    <>
      <AccountEvents account="default" />
      <AlertsPage />
    </>,
    path,
  );
  return { ...asked, socket, user: userEvent.setup() };
}

it('says of each rule what it waits for, how far it has come, and why it is off', async () => {
  open(
    [
      makeRule({ history_bars: 20, fired_count: 2, fired_at: '2026-01-01T00:01:00.000Z', fired_value: '28.4', cool_down_seconds: 3_600, rearm_level: '35' }),
      makeRule({ id: 'rule-2', name: 'Broken', enabled: false, status: 'failed', fault: 'Division by nothing.' }),
    ],
    () => [],
  );
  const [first, second] = within(await screen.findByRole('list', { name: 'Rules' })).getAllByRole('listitem');
  expect(first).toHaveTextContent('rsi(close, 14) < 30 on BTC-USDT 1m');
  expect(first).toHaveTextContent('Each time; again once back over 35; silent for 1 h after.');
  expect(first).toHaveTextContent('20 of the 140 bars were seen');
  expect(first).toHaveTextContent('Fired 2 times');
  expect(second).toHaveTextContent('Switched off: Division by nothing.');
  expect(within(second as HTMLElement).getByRole('switch', { name: 'Broken watches' })).not.toBeChecked();
});

it('switches a rule off, and leaves it on when that is refused', async () => {
  const { user } = open([makeRule()], () => []);
  const toggle = await screen.findByRole('switch', { name: 'Oversold watches' });
  answers('patch', '/api/v1/alerts/rule-1/', () => refusal(404, 'UNKNOWN_ALERT', 'There is no such rule.'));
  await user.click(toggle);
  expect(await screen.findByText(/There is no such rule/)).toBeInTheDocument();
  expect(toggle).toBeChecked();
});

it('sends a test and says by which channels', async () => {
  const { user } = open([makeRule()], () => []);
  answers('post', '/api/v1/alerts/rule-1/test/', () => success(makeAlertEvent({ kind: 'test' }), 202));
  await user.click(await screen.findByRole('button', { name: 'Test Oversold' }));
  expect(await screen.findByText(/By websocket: its event tells/)).toBeInTheDocument();
});

it('opens an event with the value that fired and each delivery', async () => {
  const deliveries: AlertEvent['deliveries'] = [
    { channel: 'websocket', status: 'delivered', attempts: 1, detail: 'Told.', ended_at: null },
    { channel: 'webhook', status: 'failed', attempts: 4, detail: 'It answered 500.', ended_at: '2026-01-01T00:02:00.000Z' },
  ];
  const { user } = open([], () => [makeAlertEvent({ deliveries })]);
  expect(await screen.findByText('webhook failed')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: /^rsi\(close/ }));
  const details = within(screen.getByRole('region', { name: 'The event' }));
  expect(details.getByText('28.4')).toBeInTheDocument();
  expect(details.getByText('webhook').closest('li')).toHaveTextContent('✕ Failed4 triesIt answered 500.');
});

it('acknowledges those that are chosen, else all that are shown', async () => {
  const seen = makeAlertEvent({ id: 'event-0', acknowledged_at: '2026-01-01T00:02:00.000Z', acknowledged_by: 'me' });
  const { user, acknowledged } = open([], () => [makeAlertEvent({ id: 'event-3', text: 'Third' }), makeAlertEvent({ id: 'event-2', text: 'Second' }), seen]);
  await user.click(await screen.findByRole('checkbox', { name: 'Choose: Second' }));
  await user.click(screen.getByRole('button', { name: 'Acknowledge 1 chosen' }));
  await waitFor(() => expect(acknowledged).toEqual(['event-2']));
  await user.click(await screen.findByRole('button', { name: 'Acknowledge all 2 shown' }));
  await waitFor(() => expect(acknowledged).toEqual(['event-2', 'event-3', 'event-2']));
});

it('asks for what the filters of the address say', async () => {
  const { user, searches } = open([makeRule()], () => [], '/alerts?severity=critical&acknowledged=no&rule=rule-1');
  expect(await screen.findByText('Nothing matches.')).toBeInTheDocument();
  expect(Object.fromEntries(searches[0] ?? [])).toEqual({ rule: 'rule-1', severity: 'critical', acknowledged: 'false', limit: '100' });
  await user.click(screen.getByRole('button', { name: 'Clear' }));
  await waitFor(() => expect(Object.fromEntries(searches.at(-1) ?? [])).toEqual({ limit: '100' }));
  expect(await screen.findByText('Nothing was told.')).toBeInTheDocument();
});

it('shows an event as soon as the stream tells it', async () => {
  let events: AlertEvent[] = [];
  const { socket } = open([], () => events);
  expect(await screen.findByText('Nothing was told.')).toBeInTheDocument();
  events = [makeAlertEvent()];
  act(() => {
    socket.open();
    socket.receive({ type: 'ack', channels: [{ name: 'alerts', stream: 's', seq: 1 }] });
    socket.receive({ type: 'snapshot', channel: 'alerts', seq: 1, time: '2026-01-01T00:00:00.000Z', data: [] });
    socket.receive({ type: 'update', channel: 'alerts', seq: 2, time: '2026-01-01T00:00:00.000Z', data: events[0] });
  });
  expect(await screen.findByRole('button', { name: /^rsi\(close/ })).toBeInTheDocument();
});
