// Requests: the envelope opened, refusals with their words, patience with 429, and silence told apart from a no.
import { delay, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { answers, refusal, success } from '../test/server';
import { addressOf, call } from './client';
import { ApiError, UNREACHABLE } from './errors';
import { setKey } from './session';

const fault = async (promise: Promise<unknown>): Promise<ApiError> => {
  const thrown: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(ApiError);
  return thrown as ApiError;
};

describe('a request', () => {
  it('gives what the envelope holds, and carries account and key', async () => {
    let seen: Request | null = null;
    answers('post', '/api/v1/orders/', (request) => {
      seen = request;
      return success({ id: 'order-1' }, 201);
    });
    const body = { symbol: 'BTC-USDT', side: 'buy', type: 'market', quantity: '1', post_only: false, reduce_only: false } as const;
    expect(await call('post', '/api/v1/orders/', { body, account: 'mine', key: 'intent-1' })).toEqual({ id: 'order-1' });
    const { headers } = seen as unknown as Request;
    expect([headers.get('X-Account'), headers.get('Idempotency-Key'), headers.get('Authorization')]).toEqual(['mine', 'intent-1', null]);
  });

  it('carries the key of the session', async () => {
    setKey('secret');
    let given: string | null = null;
    answers('get', '/api/v1/feed/', (request) => {
      given = request.headers.get('Authorization');
      return success({});
    });
    await call('get', '/api/v1/feed/');
    expect(given).toBe('Bearer secret');
    expect(localStorage.length).toBe(0);
  });

  it('says a refusal in the gateway’s words, by field, with the trace id', async () => {
    answers('get', '/api/v1/feed/', () => refusal(400, 'VALIDATION_FAILED', 'The request is invalid.', { speed: ['Must not be negative.'] }));
    const error = await fault(call('get', '/api/v1/feed/'));
    expect(error).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', traceId: 'trace-1', isRetryable: false });
    expect(error.fields).toEqual({ speed: 'Must not be negative.' });
  });

  it('is sent again when it was refused for haste', async () => {
    let asked = 0;
    answers('get', '/api/v1/feed/', () => {
      asked += 1;
      return asked === 1 ? refusal(429, 'RATE_LIMITED', 'Too fast.', {}, { 'Retry-After': '0' }) : success({ speed: 1 });
    });
    expect(await call('get', '/api/v1/feed/')).toEqual({ speed: 1 });
    expect(asked).toBe(2);
  });

  it('that got no answer may be sent again', async () => {
    answers('get', '/api/v1/feed/', () => HttpResponse.error());
    expect(await fault(call('get', '/api/v1/feed/'))).toMatchObject({ status: 0, code: UNREACHABLE, isRetryable: true });
  });

  it('that takes too long says that it may still have happened', async () => {
    answers('get', '/api/v1/feed/', async () => {
      await delay('infinite');
      return success({});
    });
    expect((await fault(call('get', '/api/v1/feed/', { timeoutMs: 20 }))).message).toContain('may still have happened');
  });

  it('that is answered by something that is no envelope fails in words', async () => {
    answers('get', '/api/v1/feed/', () => new HttpResponse('<html>Bad gateway</html>', { status: 502, statusText: 'Bad Gateway' }));
    expect(await fault(call('get', '/api/v1/feed/'))).toMatchObject({ code: 'HTTP_502', isRetryable: true });
  });
});

it('builds addresses: values escaped, what is empty left out', () => {
  expect(addressOf('/api/v1/orders/{id}/', { id: 'a/b' }, { symbol: 'X', side: undefined, cursor: '' })).toBe('/api/v1/orders/a%2Fb/?symbol=X');
});
