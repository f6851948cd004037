// Makes the stream of an account over a socket that reconnects by itself.
import ReconnectingWebSocket from 'partysocket/ws';
import { sessionKey } from '../api/session';
import { StreamClient } from './client';

const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

export function connectStream(account: string): StreamClient {
  const address = () => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return `${scheme}://${location.host}/ws?account=${encodeURIComponent(account)}`;
  };
  // Browsers cannot set headers on a WebSocket; the key travels as a subprotocol, which the gateway never repeats.
  const protocols = () => {
    const key = sessionKey();
    return key ? ['sandbar', `sandbar.key.${key}`] : null;
  };
  const socket = new ReconnectingWebSocket(address, protocols, {
    minReconnectionDelay: SHORTEST_PAUSE_MS,
    maxReconnectionDelay: LONGEST_PAUSE_MS,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 5_000,
    maxEnqueuedMessages: 0, // what was asked for is asked for again once the socket is open
  });
  return new StreamClient(socket);
}
