// What an order would do at this moment, asked for while it is being typed.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import type { OrderIn, OrderPreview } from '../../api/types';

const TYPING_PAUSE_MS = 250;
const REFRESH_MS = 4_000;

export function usePreview(account: string, order: OrderIn | null) {
  const [settled] = useDebouncedValue(order === null ? null : JSON.stringify(order), TYPING_PAUSE_MS);
  return useQuery<OrderPreview>({
    queryKey: ['preview', account, settled],
    enabled: settled !== null && order !== null,
    queryFn: ({ signal }) =>
      call('post', '/api/v1/orders/preview/', { body: JSON.parse(settled ?? '{}') as OrderIn, account, signal }),
    refetchInterval: REFRESH_MS,
    staleTime: 0,
    gcTime: 10_000,
    retry: false,
    placeholderData: (before) => before,
  });
}
