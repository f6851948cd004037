// What travels over the WebSocket, as docs/streams.md says it.

export interface SnapshotFrame {
  type: 'snapshot' | 'update';
  channel: string;
  seq: number;
  time: string;
  data: unknown;
}

export type ServerFrame =
  | SnapshotFrame
  | { type: 'ack'; id?: number; channels: { name: string; stream: string; seq: number }[] }
  | { type: 'resync_required'; channel: string }
  | { type: 'error'; id?: number; code: string; message: string; channel?: string }
  | { type: 'heartbeat' }
  | { type: 'pong'; id?: number }
  | { type: 'shutdown'; message?: string };

export type ChannelRequest = string | { name: string; stream: string; after: number };

/** Channels of which only the newest value counts: their sequence may skip. All others must not have a gap. */
const NEWEST = /^(ticker:|candles:|jobs:|system$|feed$|risk$)/;

export function maySkip(channel: string): boolean {
  return NEWEST.test(channel);
}
