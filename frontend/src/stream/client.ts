// The stream without React: subscribes, watches the sequence of each channel, resumes after a cut, and says how it is doing.
//
// The socket below reconnects by itself; this layer knows what to ask for when it is open again. Whoever listens to a channel
// is given snapshots and updates without a gap, or a fresh snapshot.
import { type ChannelRequest, maySkip, type ServerFrame, type SnapshotFrame } from './frames';

/** What is needed of a reconnecting socket; `partysocket` has it, and so has the fake of the tests. */
export interface Socket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number): void;
  reconnect(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: unknown }) => void): void;
}

export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'closed';

export interface StreamStatus {
  state: StreamState;
  /** Since when it is in this state, in milliseconds of the browser's clock. */
  since: number;
  /** Why it is not live, in words. */
  reason: string;
  /** How often a gap or a cut made something start afresh. */
  resyncs: number;
}

export interface ChannelEvent {
  kind: 'snapshot' | 'update';
  data: unknown;
}
export type ChannelListener = (event: ChannelEvent) => void;

interface Channel {
  listeners: Set<ChannelListener>;
  /** The stream its numbers belong to; null before the first ack. */
  stream: string | null;
  seq: number | null;
  isWaitingForSnapshot: boolean;
}

const OPEN = 1;
/** The gateway says something every 5 s; silence for twice as long means that nobody is there. */
export const SILENCE_LIMIT_MS = 10_000;
const WATCH_INTERVAL_MS = 1_000;
const RETRY_SUBSCRIBE_MS = 1_000;
/** Channels are left a moment later, so that a page that is rebuilt does not leave and come back. */
const LEAVE_DELAY_MS = 500;

export class StreamClient {
  status: StreamStatus;
  private readonly channels = new Map<string, Channel>();
  private readonly statusListeners = new Set<() => void>();
  private readonly asked = new Map<number, string[]>();
  private toJoin = new Set<string>();
  private nextId = 1;
  private lastFrameMs: number;
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(
    private readonly socket: Socket,
    private readonly now: () => number = Date.now,
  ) {
    this.lastFrameMs = this.now();
    this.status = { state: 'connecting', since: this.now(), reason: 'Connecting.', resyncs: 0 };
    socket.addEventListener('open', () => this.onOpen());
    socket.addEventListener('message', (event) => this.onMessage(event.data));
    socket.addEventListener('close', (event) => this.onClose(event.code, event.reason));
    this.watch = setInterval(() => this.checkSilence(), WATCH_INTERVAL_MS);
  }

  /** Listen to a channel; returns how to stop. */
  subscribe(name: string, listener: ChannelListener): () => void {
    const known = this.channels.get(name);
    const channel: Channel = known ?? { listeners: new Set(), stream: null, seq: null, isWaitingForSnapshot: true };
    channel.listeners.add(listener);
    if (!known) {
      this.channels.set(name, channel);
      this.join(name);
    }
    return () => {
      channel.listeners.delete(listener);
      setTimeout(() => this.leaveIfUnheard(name), LEAVE_DELAY_MS);
    };
  }

  onStatus(listener: () => void): () => void {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  /** End it for good. */
  close(): void {
    clearInterval(this.watch);
    this.channels.clear();
    this.socket.close(1000);
    this.setState('closed', 'Closed.');
  }

  /** Connect anew at once: with another key, or because a person asked for it. */
  reconnect(): void {
    this.setState('reconnecting', 'Connecting again.');
    this.socket.reconnect();
  }

  private join(name: string): void {
    if (this.toJoin.size === 0) queueMicrotask(() => this.sendJoins());
    this.toJoin.add(name);
  }

  private sendJoins(): void {
    const names = [...this.toJoin].filter((name) => this.channels.has(name));
    this.toJoin = new Set();
    if (names.length > 0 && this.socket.readyState === OPEN) this.sendSubscribe(names);
  }

  private sendSubscribe(names: string[]): void {
    const id = this.nextId++;
    this.asked.set(id, names);
    this.send({ op: 'subscribe', id, channels: names.map((name) => this.requestFor(name)) });
  }

  /** Ask to go on where we were, where that is known; else to begin. */
  private requestFor(name: string): ChannelRequest {
    const channel = this.channels.get(name);
    if (!channel || channel.stream === null || channel.seq === null || channel.isWaitingForSnapshot) return name;
    return { name, stream: channel.stream, after: channel.seq };
  }

  private leaveIfUnheard(name: string): void {
    const channel = this.channels.get(name);
    if (!channel || channel.listeners.size > 0) return;
    this.channels.delete(name);
    if (this.socket.readyState === OPEN) this.send({ op: 'unsubscribe', id: this.nextId++, channels: [name] });
  }

  private send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  private onOpen(): void {
    this.lastFrameMs = this.now();
    this.asked.clear();
    this.toJoin.clear();
    this.setState('live', '');
    const names = [...this.channels.keys()];
    if (names.length > 0) this.sendSubscribe(names);
  }

  private onClose(code: number, reason: unknown): void {
    if (this.status.state === 'closed') return;
    this.setState('reconnecting', reasonOf(code, reason));
  }

  private onMessage(data: unknown): void {
    this.lastFrameMs = this.now();
    if (typeof data !== 'string') return;
    const frame = JSON.parse(data) as ServerFrame;
    switch (frame.type) {
      case 'snapshot':
      case 'update':
        this.onData(frame);
        break;
      case 'ack':
        this.onAck(frame);
        break;
      case 'resync_required':
        this.expectSnapshot(frame.channel);
        break;
      case 'error':
        this.onError(frame);
        break;
      case 'shutdown':
        this.setState('reconnecting', 'The gateway restarts.');
        break;
      default: // heartbeats and pongs only say that somebody is there
    }
  }

  private onAck(frame: Extract<ServerFrame, { type: 'ack' }>): void {
    if (frame.id !== undefined) this.asked.delete(frame.id);
    for (const { name, stream } of frame.channels) {
      const channel = this.channels.get(name);
      if (channel) channel.stream = stream;
    }
  }

  private onData(frame: SnapshotFrame): void {
    const channel = this.channels.get(frame.channel);
    if (!channel) return;
    if (frame.type === 'snapshot') {
      channel.seq = frame.seq;
      channel.isWaitingForSnapshot = false;
      this.deliver(channel, 'snapshot', frame.data);
      return;
    }
    if (channel.isWaitingForSnapshot || channel.seq === null || frame.seq <= channel.seq) return;
    if (frame.seq !== channel.seq + 1 && !maySkip(frame.channel)) {
      this.resync(frame.channel);
      return;
    }
    channel.seq = frame.seq;
    this.deliver(channel, 'update', frame.data);
  }

  private deliver(channel: Channel, kind: ChannelEvent['kind'], data: unknown): void {
    for (const listener of channel.listeners) listener({ kind, data });
  }

  /** Forget where we were on a channel and ask for all of it. Also for whoever finds that what it has cannot be right. */
  resync(name: string): void {
    if (!this.channels.has(name)) return;
    this.expectSnapshot(name);
    this.join(name);
  }

  /** All of a channel once more, for who began to listen to it after others did. */
  tellAgain(name: string): void {
    const channel = this.channels.get(name);
    if (!channel || channel.isWaitingForSnapshot) return;
    channel.isWaitingForSnapshot = true;
    this.join(name);
  }

  private expectSnapshot(name: string): void {
    const channel = this.channels.get(name);
    if (!channel) return;
    channel.isWaitingForSnapshot = true;
    this.setStatus({ ...this.status, resyncs: this.status.resyncs + 1 });
  }

  private onError(frame: Extract<ServerFrame, { type: 'error' }>): void {
    if (frame.code !== 'RATE_LIMITED' || frame.id === undefined) return;
    const names = this.asked.get(frame.id) ?? [];
    this.asked.delete(frame.id);
    setTimeout(() => names.forEach((name) => this.channels.has(name) && this.join(name)), RETRY_SUBSCRIBE_MS);
  }

  private checkSilence(): void {
    if (this.status.state === 'live' && this.now() - this.lastFrameMs > SILENCE_LIMIT_MS) {
      this.setState('reconnecting', 'Nothing was heard for 10 seconds.');
      this.socket.reconnect();
    }
  }

  private setState(state: StreamState, reason: string): void {
    if (this.status.state === state && this.status.reason === reason) return;
    const since = this.status.state === state ? this.status.since : this.now();
    this.setStatus({ ...this.status, state, since, reason });
  }

  private setStatus(status: StreamStatus): void {
    this.status = status;
    for (const listener of this.statusListeners) listener();
  }
}

const CLOSE_REASONS: Record<number, string> = {
  1006: 'The connection was cut.',
  1008: 'The gateway refused the connection.',
  1011: 'The gateway did not hear from this page.',
  1012: 'The gateway restarts.',
  1013: 'The gateway is busy, or this page was too slow.',
};

/** A socket that could not be opened closes with the event of its fault where the reason should be. */
function reasonOf(code: number, reason: unknown): string {
  return (typeof reason === 'string' && reason) || CLOSE_REASONS[code] || 'The connection was closed.';
}
