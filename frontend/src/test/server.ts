// The gateway of the tests: answers in the envelope, as each test says.
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

export const server = setupServer();

const ENVELOPE = { message: null, timestamp: '2026-01-01T00:00:00.000Z', trace_id: 'trace-1', execution_time_ms: 1 };

export function success(data: unknown, status = 200) {
  return HttpResponse.json({ status: 'success', data, ...ENVELOPE }, { status });
}

export function refusal(status: number, code: string, message: string, details: object = {}, headers: Record<string, string> = {}) {
  return HttpResponse.json({ status: 'error', data: null, ...ENVELOPE, message, error: { code, details } }, { status, headers });
}

/** Answer a request of the API; the address may have a pattern in it. */
export function answers(method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, answer: (request: Request) => Response | Promise<Response>) {
  server.use(http[method](`http://localhost:3000${path}`, ({ request }) => answer(request)));
}
