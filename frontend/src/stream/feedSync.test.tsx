// The feed's state: as the stream says it, without asking again and again; another market gets other candles.
import { QueryClient } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import { act } from 'react';
import { expect, it } from 'vitest';
import { isElsewhere, takeFeed } from '../api/feed';
import { keys } from '../api/keys';
import { useFeed } from '../api/queries';
import { makeFeed } from '../test/make';
import { show } from '../test/render';
import { answers, success } from '../test/server';
import { useFeedSync } from './feedSync';

function Place() {
  useFeedSync();
  const feed = useFeed();
  return <p>{feed.data ? `${feed.data.status} at ${feed.data.speed}` : 'nothing'}</p>;
}

it('is asked for once, and then told', async () => {
  let asked = 0;
  answers('get', '/api/v1/feed/', () => {
    asked += 1;
    return success(makeFeed());
  });
  const { socket } = show(<Place />);
  expect(await screen.findByText('running at 1')).toBeInTheDocument();
  act(() => socket.open());
  await waitFor(() => expect(socket.subscriptions).toContain('feed'));
  act(() => {
    socket.receive({ type: 'snapshot', channel: 'feed', seq: 1, data: makeFeed({ speed: 60 }) });
    socket.receive({ type: 'update', channel: 'feed', seq: 9, data: makeFeed({ speed: 60, status: 'paused', paused: true }) });
  });
  expect(await screen.findByText('paused at 60')).toBeInTheDocument();
  expect(asked).toBe(1);
});

it('is another market with another source, or at a time before', () => {
  const feed = makeFeed();
  const at = (time: string) => makeFeed({ position: { ...feed.position, time } });
  expect(isElsewhere(feed, makeFeed({ speed: 60, paused: true }))).toBe(false);
  expect(isElsewhere(feed, makeFeed({ dataset: 'other' }))).toBe(true);
  expect(isElsewhere(feed, makeFeed({ source: 'live', exchange: 'kraken' }))).toBe(true);
  expect(isElsewhere(at('2026-01-02T00:00:00Z'), at('2026-01-02T00:01:00Z'))).toBe(false);
  expect(isElsewhere(at('2026-01-02T00:00:00Z'), at('2026-01-01T00:00:00Z'))).toBe(true);
});

it('has the candles of the market before forgotten', () => {
  const client = new QueryClient();
  const key = keys.candles('BTC-USDT', '1m', null);
  client.setQueryData(key, 'candles');
  takeFeed(client, makeFeed());
  takeFeed(client, makeFeed({ speed: 10 }));
  expect(client.getQueryData(key)).toBe('candles');
  takeFeed(client, makeFeed({ dataset: 'other', source: 'replay' }));
  expect(client.getQueryData(key)).toBeUndefined();
  expect(client.getQueryData(keys.feed)).toMatchObject({ source: 'replay' });
});
