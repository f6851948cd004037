// The one way to the gateway: builds requests from the generated types, unwraps the envelope, and turns refusals into ApiErrors.
import { ApiError, UNREACHABLE } from './errors';
import { noteAnswer, noteSilence } from './reach';
import type { paths } from './schema';
import { demandKey, sessionKey } from './session';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

type Operation<P extends keyof paths, M extends Method> = paths[P][M];
export type PathOf<M extends Method> = {
  [P in keyof paths]: Operation<P, M> extends { responses: unknown } ? P : never;
}[keyof paths];

type Success<R> = R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : R extends { 202: infer A } ? A : never;
type Responses<O> = O extends { responses: infer R } ? R : never;
/** What the envelope of a successful answer holds. */
export type Answer<P extends keyof paths, M extends Method> =
  Success<Responses<Operation<P, M>>> extends { content: { 'application/json': { data: infer D } } } ? D : undefined;

type PathValues<O> = O extends { parameters: { path: infer V } } ? V : undefined;
type QueryValues<O> = O extends { parameters: { query?: infer V } } ? V : undefined;
type BodyOf<O> = O extends { requestBody?: { content: infer C } }
  ? C extends { 'application/json': infer B }
    ? B
    : undefined
  : undefined;

export interface CallOptions<P extends keyof paths, M extends Method> {
  path?: PathValues<Operation<P, M>>;
  query?: QueryValues<Operation<P, M>>;
  body?: BodyOf<Operation<P, M>>;
  account?: string;
  /** The Idempotency-Key of the person's intent; the same for every retry of it. */
  key?: string;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const FILE_TIMEOUT_MS = 2 * 60_000;
const UPLOAD_TIMEOUT_MS = 30 * 60_000;
/** How often a request that was refused for haste is sent again; the gateway did nothing with it. */
const PATIENCE = 4;

/** Call an endpoint of the OpenAPI. Throws ApiError. */
export function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  options: CallOptions<P, M> = {},
): Promise<Answer<P, M>> {
  const url = addressOf(path, options.path, options.query);
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  return request(method, url, { ...options, body }) as Promise<Answer<P, M>>;
}

export interface RawOptions {
  body?: BodyInit | null;
  account?: string | undefined;
  key?: string | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

async function request(method: string, url: string, options: RawOptions = {}): Promise<unknown> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await exchange(method, url, options);
    } catch (fault) {
      const isHasty = fault instanceof ApiError && fault.status === 429;
      if (!isHasty || attempt >= PATIENCE) throw fault;
      await pause((fault.retryAfterS ?? 1) * 1_000, options.signal);
    }
  }
}

/** Send a form with a file; the browser sets the boundary. */
export function upload(url: string, form: FormData, account: string, key: string): Promise<unknown> {
  return request('post', url, { body: form, account, key, timeoutMs: UPLOAD_TIMEOUT_MS });
}

/** Text that is no envelope: the metrics page. */
export async function fetchText(url: string, signal?: AbortSignal): Promise<string> {
  const response = await send('get', url, { signal });
  const text = await response.text();
  if (!response.ok) throw errorOf(response, parsed(text));
  return text;
}

/** A file: what is answered is no envelope, unless it is refused. */
export async function fetchFile(url: string, account: string, signal?: AbortSignal): Promise<Blob> {
  const response = await send('get', url, { account, signal, timeoutMs: FILE_TIMEOUT_MS });
  if (!response.ok) throw errorOf(response, parsed(await response.text()));
  return response.blob();
}

async function exchange(method: string, url: string, options: RawOptions): Promise<unknown> {
  const response = await send(method, url, options);
  if (response.status === 204) return undefined;
  const envelope = parsed(await bodyText(response, options.signal));
  if (!response.ok || envelope?.status !== 'success') throw errorOf(response, envelope);
  return envelope.data;
}

async function send(method: string, url: string, options: RawOptions): Promise<Response> {
  const startedMs = performance.now();
  const timeout = AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await fetch(url, {
      method: method.toUpperCase(),
      headers: headersOf(options),
      body: options.body ?? null,
      signal,
      credentials: 'same-origin',
    });
    noteAnswer(performance.now() - startedMs);
    return response;
  } catch (fault) {
    throw silence(fault, options.signal, timeout);
  }
}

async function bodyText(response: Response, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await response.text();
  } catch (fault) {
    throw silence(fault, signal, null); // the connection was cut in the middle of the answer
  }
}

/** What it means that no answer came. A request that its owner gave up is no news about the gateway. */
function silence(fault: unknown, signal: AbortSignal | undefined, timeout: AbortSignal | null): unknown {
  if (signal?.aborted) return fault;
  noteSilence();
  const message = timeout?.aborted
    ? 'The gateway did not answer in time. What you asked for may still have happened.'
    : 'The gateway cannot be reached. It may be stopped, or the connection was cut.';
  return new ApiError(0, UNREACHABLE, message);
}

function headersOf(options: RawOptions): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (typeof options.body === 'string') headers['Content-Type'] = 'application/json';
  if (options.account) headers['X-Account'] = options.account;
  if (options.key) headers['Idempotency-Key'] = options.key;
  const token = sessionKey();
  if (token) headers.Authorization = `Bearer ${token}`;
  return headers;
}

interface Envelope {
  status?: string;
  data?: unknown;
  message?: string | null;
  trace_id?: string;
  error?: { code?: string; details?: Record<string, unknown> };
}

function parsed(text: string): Envelope | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? (value) : null;
  } catch {
    return null;
  }
}

function errorOf(response: Response, envelope: Envelope | null): ApiError {
  const message = envelope?.message ?? `The gateway answered ${response.status} ${response.statusText}.`;
  if (response.status === 401) demandKey(message);
  const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
  return new ApiError(
    response.status,
    envelope?.error?.code ?? `HTTP_${response.status}`,
    message,
    envelope?.trace_id ?? response.headers.get('x-trace-id'),
    envelope?.error?.details ?? {},
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}

type Values = Record<string, string | number | boolean | null | undefined> | undefined;

/** The address of a templated path: `{id}` filled in, the query appended, what is undefined left out. */
export function addressOf(template: string, path?: Values, query?: Values): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path?.[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${filled}?${text}` : filled;
}

export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
