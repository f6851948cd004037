// A socket of the tests': they say what arrives, and see what was sent.
import type { Socket } from '../stream/client';

type Listener = (event: never) => void;

export class FakeSocket implements Socket {
  readyState = 0;
  reconnects = 0;
  readonly sent: { op: string; id?: number; channels: unknown[] }[] = [];
  private readonly listeners = new Map<string, Listener[]>();

  send(text: string): void {
    this.sent.push(JSON.parse(text) as FakeSocket['sent'][number]);
  }

  close(): void {
    this.readyState = 3;
  }

  reconnect(): void {
    this.reconnects += 1;
    this.readyState = 0;
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  open(): void {
    this.readyState = 1;
    this.tell('open', {});
  }

  cut(code = 1006, reason: unknown = ''): void {
    this.readyState = 3;
    this.tell('close', { code, reason });
  }

  receive(frame: object): void {
    this.tell('message', { data: JSON.stringify(frame) });
  }

  /** The names or resume requests of the subscriptions that were sent, in order. */
  get subscriptions(): unknown[] {
    return this.sent.filter((message) => message.op === 'subscribe').flatMap((message) => message.channels);
  }

  private tell(type: string, event: object): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event as never);
  }
}
