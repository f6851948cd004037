// What only the dashboard asks for: what the account was worth over time.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { Account, PortfolioHistory } from '../../api/types';
import { type EquityPoint, pointsOf } from './equity';

export const RANGES = { '1D': '1d', '1W': '1w', '1M': '1m', All: 'all' } as const;
export type Range = keyof typeof RANGES;

/** The gateway looks at every account once a minute of the market; fills and money that moves have it asked at once. */
const REFETCH_MS = 15_000;

interface Curve {
  points: EquityPoint[] | null;
  history: PortfolioHistory | undefined;
  fault: unknown;
  retry: () => void;
}

export function useEquity(account: Account, range: Range): Curve {
  const period = RANGES[range];
  const query = useQuery<PortfolioHistory>({
    queryKey: keys.portfolioHistory(account.id, period),
    queryFn: ({ signal }) => call('get', '/api/v1/portfolio/history/', { query: { period }, account: account.id, signal }),
    refetchInterval: REFETCH_MS,
  });
  const points = useMemo(() => (query.data ? pointsOf(query.data) : null), [query.data]);
  return { points, history: query.data, fault: query.error, retry: () => void query.refetch() };
}
