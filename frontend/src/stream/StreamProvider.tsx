// Gives pages the stream of the chosen account; another account, or another key, gets another connection.
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { onSessionChange, sessionKey } from '../api/session';
import type { StreamClient, StreamStatus } from './client';
import { connectStream } from './connection';

const StreamContext = createContext<StreamClient | null>(null);

interface Props {
  account: string;
  connect?: (account: string) => StreamClient;
  children: ReactNode;
}

export function StreamProvider({ account, connect = connectStream, children }: Props) {
  const [stream, setStream] = useState<StreamClient | null>(null);
  useEffect(() => {
    const opened = connect(account);
    setStream(opened);
    return () => opened.close();
  }, [account, connect]);
  useEffect(() => {
    let key = sessionKey();
    return onSessionChange(() => {
      if (sessionKey() === key) return;
      key = sessionKey();
      stream?.reconnect();
    });
  }, [stream]);
  if (!stream) return null;
  return <StreamContext.Provider value={stream}>{children}</StreamContext.Provider>;
}

export function useStream(): StreamClient {
  const stream = useContext(StreamContext);
  if (!stream) throw new Error('useStream needs a StreamProvider above it');
  return stream;
}

export function useStreamStatus(): StreamStatus {
  const stream = useStream();
  return useSyncExternalStore(
    (listener) => stream.onStatus(listener),
    () => stream.status,
  );
}
