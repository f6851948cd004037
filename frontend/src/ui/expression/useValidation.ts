// Whether a text is an expression, asked of the gateway when the typing pauses.
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import { ApiError, asApiError } from '../../api/errors';
import { keys } from '../../api/keys';
import type { Expression, Language } from '../../api/types';

const PAUSE_MS = 250;
/** While there is no answer. */
const AGAIN_MS = 4_000;

export interface Mistake {
  message: string;
  /** Counted from 1; null where it is about no place. */
  column: number | null;
  suggestion: string | null;
}

export interface Validation {
  state: 'empty' | 'checking' | 'valid' | 'invalid' | 'unknown';
  expression: Expression | null;
  mistake: Mistake | null;
}

/** All that may be written; it does not change while the gateway runs. */
export function useLanguage() {
  return useQuery<Language>({
    queryKey: keys.language,
    queryFn: ({ signal }) => call('get', '/api/v1/factors/operators/', { signal }),
    staleTime: Infinity,
  });
}

function useParsed(text: string, values: Record<string, number> | null, isEnabled: boolean) {
  return useQuery<Expression>({
    queryKey: keys.expression(text, values),
    enabled: isEnabled && text.trim() !== '',
    queryFn: ({ signal }) =>
      call('post', '/api/v1/expressions/validate/', { body: { expression: text, ...(values ? { parameters: values } : {}) }, signal }),
    staleTime: Infinity,
    retry: false,
    refetchInterval: ({ state }) => (state.error && !isRefusal(state.error) ? AGAIN_MS : false),
    placeholderData: keepPreviousData,
  });
}

/**
 * The text by itself; and with the values of its parameters as soon as each has one, which says how much history it needs and
 * whether the values are possible.
 */
export function useValidation(text: string, values: Record<string, number>): Validation {
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const plain = useParsed(settled, null, true);
  const names = plain.data?.parameters ?? [];
  const own = Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
  const isWhole = names.length > 0 && Object.keys(own).length === names.length;
  const whole = useParsed(settled, own, isWhole && !plain.error && !plain.isPlaceholderData);
  if (text.trim() === '') return { state: 'empty', expression: null, mistake: null };
  if (settled !== text || plain.isFetching) return { state: 'checking', expression: null, mistake: null };
  const fault = plain.error ?? (isWhole ? whole.error : null);
  if (fault) return ofFault(fault);
  const expression = isWhole && whole.data && !whole.isPlaceholderData ? whole.data : (plain.data ?? null);
  return { state: expression ? 'valid' : 'checking', expression, mistake: null };
}

function ofFault(fault: unknown): Validation {
  if (!isRefusal(fault)) return { state: 'unknown', expression: null, mistake: null };
  return { state: 'invalid', expression: null, mistake: mistakeOf(asApiError(fault)) };
}

/** Whether the text was judged at all. */
function isRefusal(fault: unknown): boolean {
  const { status } = asApiError(fault);
  return status === 400 || status === 422;
}

/** What a refusal says of the place of the mistake. */
export function mistakeOf(error: ApiError): Mistake {
  const { column, suggestion } = error.details;
  return {
    message: error.fields.expression ?? error.message,
    column: typeof column === 'number' ? column : null,
    suggestion: typeof suggestion === 'string' ? suggestion : null,
  };
}
