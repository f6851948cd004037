// Writes: each call of `write` is one intent with one Idempotency-Key, which every retry of it carries.
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { ApiError } from './errors';
import { newKey } from './intent';

const RETRIES = 6;
const LONGEST_PAUSE_MS = 4_000;

export interface Intent<In> {
  input: In;
  key: string;
}

interface WriteOptions<In, Out> {
  onSuccess?: (answer: Out, input: In) => void;
  onError?: (fault: ApiError, input: In) => void;
}

export interface Write<In, Out> extends Omit<UseMutationResult<Out, ApiError, Intent<In>>, 'mutate' | 'mutateAsync'> {
  /** Begin an intent, or go on with the one of that key. */
  write: (input: In, key?: string) => void;
  writeAsync: (input: In, key?: string) => Promise<Out>;
}

export function useWrite<In, Out>(
  send: (input: In, key: string) => Promise<Out>,
  options: WriteOptions<In, Out> = {},
): Write<In, Out> {
  const mutation = useMutation<Out, ApiError, Intent<In>>({
    mutationFn: ({ input, key }) => send(input, key),
    retry: (count, fault) => count < RETRIES && fault instanceof ApiError && fault.isRetryable,
    retryDelay: (count) => Math.min(LONGEST_PAUSE_MS, 250 * 2 ** count),
    onSuccess: (answer, intent) => options.onSuccess?.(answer, intent.input),
    onError: (fault, intent) => options.onError?.(fault, intent.input),
  });
  const { mutate, mutateAsync, ...rest } = mutation;
  return {
    ...rest,
    write: (input: In, key: string = newKey()) => mutate({ input, key }),
    writeAsync: (input: In, key: string = newKey()) => mutateAsync({ input, key }),
  };
}
