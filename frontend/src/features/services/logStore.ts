// The newest lines of the gateway's log, as the stream brings them; bounded, and told once per frame.
import { useCallback, useEffect, useRef, useState } from 'react';
import { useStream } from '../../stream/StreamProvider';

export interface LogLine {
  time: string;
  level: string;
  logger: string;
  message: string;
  trace_id: string;
  caller: string;
  exception: string | null;
  /** What else the line has: method, path, status and ms of a request. */
  extra: Record<string, unknown>;
}

export interface KeptLine extends LogLine {
  number: number;
}

interface LogData {
  lines: LogLine[];
  skipped?: number;
}

const MAX_LINES = 2_000;
const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

/** The line in words: a request as what was asked and how it was answered, and whatever else was put beside a message. */
export function messageOf({ message, extra }: Pick<LogLine, 'message' | 'extra'>): string {
  const { method, path, status, ms, ...rest } = extra;
  if (typeof path === 'string') return `${String(method)} ${path} ${String(status)}, ${String(ms)} ms`;
  const others = Object.entries(rest).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [message, ...others].join(' ');
}

/** Whether a line is at least as grave as the level; a level nobody knows is shown. */
export function isAtLeast(line: LogLine, level: string): boolean {
  const at = LEVELS.indexOf(line.level.toUpperCase().replace(/^WARN$/, 'WARNING'));
  return at < 0 || at >= LEVELS.indexOf(level);
}

/** Newest first. While it is paused, lines are kept aside and shown when it goes on. */
export function useLogTail(isPaused: boolean) {
  const stream = useStream();
  const [lines, setLines] = useState<readonly KeptLine[]>([]);
  const [skipped, setSkipped] = useState(0);
  const waiting = useRef<KeptLine[]>([]);
  const next = useRef(0);
  const paused = useRef(isPaused);
  const flush = useCallback(() => {
    const fresh = waiting.current;
    waiting.current = [];
    if (fresh.length > 0) setLines((known) => [...fresh.reverse(), ...known].slice(0, MAX_LINES));
  }, []);
  useEffect(() => {
    paused.current = isPaused;
    if (!isPaused) flush();
  }, [isPaused, flush]);
  useEffect(
    () =>
      stream.subscribe('logs', ({ kind, data }) => {
        const { lines: came, skipped: lost = 0 } = data as LogData;
        if (kind === 'snapshot') {
          waiting.current = [];
          setLines([]);
        }
        waiting.current.push(...came.map((line) => ({ ...line, number: next.current++ })));
        waiting.current = waiting.current.slice(-MAX_LINES);
        if (lost > 0) setSkipped((now) => now + lost);
        if (!paused.current) flush();
      }),
    [stream, flush],
  );
  return { lines, skipped };
}
