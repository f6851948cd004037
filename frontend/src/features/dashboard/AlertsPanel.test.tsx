// The newest alerts and their count follow the stream: they come, and go once somebody has acknowledged them.
import { act, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { AlertEvent } from '../../api/types';
import { makeAlertEvent } from '../../test/make';
import { show } from '../../test/render';
import { answers, success } from '../../test/server';
import { AccountEvents } from '../../ui/AccountEvents';
import { AlertCount } from '../../ui/AlertCount';
import { Announcer } from '../../ui/announce';
import AlertsPanel from './AlertsPanel';

const many = Array.from({ length: 7 }, (_, index) => makeAlertEvent({ id: `event-${index}`, text: `Told ${index}`, time: `2026-01-01T00:00:0${7 - index}.000Z` }));

function open(events: AlertEvent[]) {
  answers('get', '/api/v1/alerts/events/', (request) => {
    expect(new URL(request.url).searchParams.get('acknowledged')).toBe('false');
    return success({ items: events, next_cursor: null });
  });
  const { socket } = show(
    <>
      <AccountEvents account="default" />
      <Announcer />
      <AlertCount account="default" />
      <AlertsPanel account="default" />
    </>,
  );
  const tell = (seq: number, type: 'snapshot' | 'update', data: unknown) => act(() => socket.receive({ type, channel: 'alerts', seq, time: '2026-01-01T00:00:00.000Z', data }));
  return { socket, tell };
}

it('shows the five newest and counts all', async () => {
  open(many);
  const list = within(await screen.findByRole('list', { name: 'Newest alerts' }));
  expect(list.getAllByRole('listitem')).toHaveLength(5);
  expect(list.getAllByRole('listitem')[0]).toHaveTextContent(`${many[0]?.rule_name ?? ''} Told 0`);
  expect(list.queryByText('Told 5')).toBeNull();
  expect(screen.getByTestId('alert-count')).toHaveTextContent('7 not acknowledged');
});

it('takes in what the stream tells, says it, and leaves out what was acknowledged', async () => {
  const { socket, tell } = open([]);
  expect(await screen.findByText('None.')).toBeInTheDocument();
  expect(screen.queryByTestId('alert-count')).toBeNull();
  act(() => {
    socket.open();
    socket.receive({ type: 'ack', channels: [{ name: 'alerts', stream: 's', seq: 1 }] });
  });
  tell(1, 'snapshot', []);
  tell(2, 'update', makeAlertEvent({ severity: 'critical', text: 'Drawdown of 12 %' }));
  expect(await screen.findByTestId('alert-count')).toHaveTextContent('1 not acknowledged');
  expect(screen.getByText('Critical alert: Drawdown of 12 %')).toBeInTheDocument();
  tell(3, 'update', makeAlertEvent({ acknowledged_at: '2026-01-01T00:09:00.000Z', acknowledged_by: 'me' }));
  expect(await screen.findByText('None.')).toBeInTheDocument();
  expect(screen.queryByTestId('alert-count')).toBeNull();
});
