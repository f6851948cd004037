// What went wrong with a request, in words a person can act on, with the trace id under which the gateway's log has it.

export const UNREACHABLE = 'UNREACHABLE';

const RETRYABLE_STATUS = new Set([0, 502, 503, 504]);

export class ApiError extends Error {
  constructor(
    /** The HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly traceId: string | null = null,
    readonly details: Record<string, unknown> = {},
    /** Seconds after which the gateway asks to come back. */
    readonly retryAfterS: number | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Whether the same request, under the same key, may succeed a moment later. */
  get isRetryable(): boolean {
    return RETRYABLE_STATUS.has(this.status) || this.code === 'IDEMPOTENCY_IN_PROGRESS';
  }

  /** The first message of each field that was refused. */
  get fields(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.details)) {
      if (Array.isArray(value) && typeof value[0] === 'string') found[name] = value[0];
    }
    return found;
  }
}

/** Any thrown thing as an ApiError, so that whoever shows it has one shape to show. */
export function asApiError(fault: unknown): ApiError {
  if (fault instanceof ApiError) return fault;
  return new ApiError(0, 'UNEXPECTED', fault instanceof Error ? fault.message : String(fault));
}
