// The strategies that run, on the dashboard: with what they made, as the stream has them.
import { act, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { show } from '../../test/render';
import { answers, success } from '../../test/server';
import { makeRun, makeStrategy, PERFORMANCE } from '../../test/strategies';
import StrategiesPanel from './StrategiesPanel';

const TIME = '2026-01-01T00:00:00.000Z';

it('shows a run with its profit, and forgets it when the stream says that it ended', async () => {
  answers('get', '/api/v1/strategies/', () => success({ items: [makeStrategy({ runs: [makeRun()] })], next_cursor: null }));
  answers('get', '/api/v1/strategies/strategy-1/performance/', () => success(PERFORMANCE));
  const { socket } = show(<StrategiesPanel account="default" />);
  const list = await screen.findByRole('list', { name: 'Runs of strategies' });
  const row = within(list).getByRole('listitem');
  expect(row).toHaveTextContent('Running');
  expect(await within(row).findByText(/250\.50/)).toBeInTheDocument();
  expect(within(row).getByRole('link', { name: 'Crossing' })).toHaveAttribute('href', '/strategies/strategy-1?run=run-1');
  answers('get', '/api/v1/strategies/', () => success({ items: [makeStrategy()], next_cursor: null }));
  act(() => {
    socket.open();
    socket.receive({ type: 'ack', channels: [{ name: 'strategies', stream: 's', seq: 1 }] });
    socket.receive({ type: 'snapshot', channel: 'strategies', seq: 1, time: TIME, data: [makeRun()] });
    socket.receive({ type: 'update', channel: 'strategies', seq: 2, time: TIME, data: { event: 'run', run: makeRun({ state: 'stopped' }) } });
  });
  expect(await screen.findByText('None.')).toBeInTheDocument();
});
