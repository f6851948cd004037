// Which lines of the log are shown, and how.
import { expect, it } from 'vitest';
import { isAtLeast, messageOf } from './logStore';

const line = (level: string) => ({ time: '', level, logger: '', message: '', trace_id: '', caller: '', exception: null, extra: {} });

it('are those at least as grave as the level, and those of a level nobody knows', () => {
  expect(['DEBUG', 'INFO', 'WARN', 'WARNING', 'ERROR', 'TRACE'].filter((level) => isAtLeast(line(level), 'WARNING'))).toEqual(['WARN', 'WARNING', 'ERROR', 'TRACE']);
});

it('say a request as what was asked and answered, others with what was put beside them', () => {
  expect(messageOf({ message: 'request', extra: { method: 'GET', path: '/api/v1/feed', status: 200, ms: 0.4, client: '127.0.0.1' } })).toBe('GET /api/v1/feed 200, 0.4 ms');
  expect(messageOf({ message: 'Order filled.', extra: { order_id: '1' } })).toBe('Order filled. order_id=1');
});
