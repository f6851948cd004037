// The stream: what is asked for, what is passed on, and how gaps and cuts end.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../test/fakeSocket';
import { type ChannelEvent, SILENCE_LIMIT_MS, StreamClient } from './client';

let socket: FakeSocket;
let stream: StreamClient;
let heard: ChannelEvent[];
let nowMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 1_000;
  socket = new FakeSocket();
  stream = new StreamClient(socket, () => nowMs);
  heard = [];
});

afterEach(() => {
  stream.close();
  vi.useRealTimers();
});

async function listenTo(channel: string): Promise<() => void> {
  const leave = stream.subscribe(channel, (event) => heard.push(event));
  if (socket.readyState !== 1) socket.open();
  await Promise.resolve();
  return leave;
}

const snapshot = (channel: string, seq: number, data: unknown) => socket.receive({ type: 'snapshot', channel, seq, data });
const update = (channel: string, seq: number, data: unknown) => socket.receive({ type: 'update', channel, seq, data });
const ack = (name: string, stream = 's1', seq = 0) => socket.receive({ type: 'ack', id: 1, channels: [{ name, stream, seq }] });

describe('a channel', () => {
  it('gives the snapshot and then each update in order', async () => {
    await listenTo('orders');
    expect(socket.subscriptions).toEqual(['orders']);
    snapshot('orders', 7, ['first']);
    update('orders', 8, 'second');
    expect(heard).toEqual([
      { kind: 'snapshot', data: ['first'] },
      { kind: 'update', data: 'second' },
    ]);
  });

  it('is asked for once, however many listen to it', async () => {
    await listenTo('orders');
    await listenTo('orders');
    expect(socket.subscriptions).toEqual(['orders']);
  });

  it('is told once more to who comes later and asks for that', async () => {
    await listenTo('risk');
    stream.tellAgain('risk'); // it is on its way already
    await Promise.resolve();
    expect(socket.subscriptions).toEqual(['risk']);
    snapshot('risk', 7, 'whole');
    heard = [];
    await listenTo('risk');
    stream.tellAgain('risk');
    await Promise.resolve();
    expect(socket.subscriptions).toEqual(['risk', 'risk']);
    snapshot('risk', 7, 'whole');
    expect(heard).toEqual([
      { kind: 'snapshot', data: 'whole' },
      { kind: 'snapshot', data: 'whole' },
    ]);
    expect(stream.status.resyncs).toBe(0);
  });

  it('begins anew when an update is missing, and passes nothing on until then', async () => {
    await listenTo('orders');
    snapshot('orders', 7, []);
    update('orders', 9, 'after a gap');
    await Promise.resolve();
    expect(socket.subscriptions).toEqual(['orders', 'orders']);
    update('orders', 10, 'too early');
    snapshot('orders', 10, ['whole']);
    expect(heard.map((event) => event.data)).toEqual([[], ['whole']]);
  });

  it('may skip where only the newest counts', async () => {
    await listenTo('ticker:BTC-USDT');
    snapshot('ticker:BTC-USDT', 7, 'a');
    update('ticker:BTC-USDT', 12, 'b');
    expect(heard.map((event) => event.data)).toEqual(['a', 'b']);
    expect(socket.subscriptions).toHaveLength(1);
  });

  it('passes no update on twice', async () => {
    await listenTo('fills');
    snapshot('fills', 7, []);
    update('fills', 8, 'x');
    update('fills', 8, 'x');
    expect(heard).toHaveLength(2);
  });

  it('is left a moment after the last listener went, unless one comes back', async () => {
    const leave = await listenTo('orders');
    leave();
    const leaveAgain = await listenTo('orders');
    vi.advanceTimersByTime(1_000);
    expect(socket.sent.map((message) => message.op)).toEqual(['subscribe']);
    leaveAgain();
    vi.advanceTimersByTime(1_000);
    expect(socket.sent.at(-1)).toMatchObject({ op: 'unsubscribe', channels: ['orders'] });
  });

  it('is asked for again when the gateway refused for haste', async () => {
    await listenTo('orders');
    socket.receive({ type: 'error', id: 1, code: 'RATE_LIMITED', message: 'Too fast.' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(socket.subscriptions).toEqual(['orders', 'orders']);
  });
});

describe('after a cut', () => {
  it('goes on where it was', async () => {
    await listenTo('orders');
    ack('orders', 's1');
    snapshot('orders', 7, []);
    update('orders', 8, 'x');
    socket.cut();
    expect(stream.status).toMatchObject({ state: 'reconnecting', reason: 'The connection was cut.' });
    socket.open();
    expect(stream.status.state).toBe('live');
    expect(socket.subscriptions.at(-1)).toEqual({ name: 'orders', stream: 's1', after: 8 });
    update('orders', 9, 'missed');
    expect(heard.at(-1)).toEqual({ kind: 'update', data: 'missed' });
  });

  it('takes a new snapshot when it is told to', async () => {
    await listenTo('orders');
    snapshot('orders', 7, ['old']);
    socket.receive({ type: 'resync_required', channel: 'orders' });
    update('orders', 8, 'not without a snapshot');
    snapshot('orders', 2, ['new']);
    expect(heard.map((event) => event.data)).toEqual([['old'], ['new']]);
    expect(stream.status.resyncs).toBe(1);
  });

  it('connects again when nothing was heard for too long', async () => {
    await listenTo('orders');
    nowMs += SILENCE_LIMIT_MS + 1;
    vi.advanceTimersByTime(1_000);
    expect(socket.reconnects).toBe(1);
    expect(stream.status.state).toBe('reconnecting');
  });

  it('is kept alive by heartbeats', async () => {
    await listenTo('orders');
    nowMs += SILENCE_LIMIT_MS - 1;
    socket.receive({ type: 'heartbeat' });
    nowMs += SILENCE_LIMIT_MS - 1;
    vi.advanceTimersByTime(1_000);
    expect(socket.reconnects).toBe(0);
  });
});

it('says in words why it is away, though a socket that could not be opened closes with an event for a reason', () => {
  socket.cut(1006, new Event('error'));
  expect(stream.status).toMatchObject({ state: 'reconnecting', reason: 'The connection was cut.' });
  socket.open();
  socket.cut(1012, 'Back soon.');
  expect(stream.status.reason).toBe('Back soon.');
});
