// What only this page asks for, and what it changes.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { call } from '../../api/client';
import { keys } from '../../api/keys';
import type { AccountLimits, HaltIn, ResumeIn, Risk, RiskLimitsIn, TradingStates } from '../../api/types';
import { useWrite } from '../../api/useWrite';
import { useRiskChannel } from '../../stream/risk';
import { useStreamStatus } from '../../stream/StreamProvider';

/** Candles close no oftener than once a minute, and what may be lost is made of them. */
const LIVE_REFETCH_MS = 30_000;
const POLL_WITHOUT_STREAM_MS = 5_000;

const RISK = ['risk'] as const;
const riskKey = (account: string) => [...RISK, account] as const;
const limitsKey = (account: string) => [...RISK, account, 'limits'] as const;

/** The risk as it stands: what may be lost is asked for, all else is as the stream tells it while there is one. */
export function useRisk(account: string) {
  const heard = useRiskChannel(account);
  const isLive = useStreamStatus().state === 'live';
  const client = useQueryClient();
  const query = useQuery<Risk>({
    queryKey: riskKey(account),
    queryFn: ({ signal }) => call('get', '/api/v1/risk/', { account, signal }),
    refetchInterval: isLive ? LIVE_REFETCH_MS : POLL_WITHOUT_STREAM_MS,
  });
  const asked = query.data;
  const isNewer = heard !== null && (isLive || heard.atMs > query.dataUpdatedAt);
  const data = useMemo(() => (asked && isNewer ? { ...asked, ...heard.risk } : asked), [asked, heard, isNewer]);
  // Something else is held than that of which it was said what may be lost.
  const isOther = asked !== undefined && data !== undefined && heldOf(asked) !== heldOf(data);
  useEffect(() => {
    if (isOther) void client.invalidateQueries({ queryKey: riskKey(account), exact: true });
  }, [client, account, isOther]);
  return { ...query, data };
}

function heldOf(risk: Pick<Risk, 'exposure'>): string {
  return risk.exposure.positions.map((each) => `${each.symbol} ${each.side} ${each.quantity}`).join();
}

export function useLimits(account: string) {
  return useQuery<AccountLimits>({
    queryKey: limitsKey(account),
    queryFn: ({ signal }) => call('get', '/api/v1/risk/limits/', { account, signal }),
  });
}

export function useSetLimits(account: string) {
  const client = useQueryClient();
  return useWrite<RiskLimitsIn, AccountLimits>((body, key) => call('put', '/api/v1/risk/limits/', { body, account, key }), {
    onSuccess: () => void client.invalidateQueries({ queryKey: riskKey(account) }),
  });
}

/** What is asked for is the same but for what only a halt has. */
export type StateChange = ({ do: 'halt' } & HaltIn) | ({ do: 'resume' } & ResumeIn);

export function useChangeState(account: string) {
  const client = useQueryClient();
  return useWrite<StateChange, TradingStates>((change, key) => send(change, account, key), {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: RISK });
      void client.invalidateQueries({ queryKey: keys.accounts });
    },
  });
}

function send(change: StateChange, account: string, key: string): Promise<TradingStates> {
  const { do: what, ...body } = change;
  return what === 'halt'
    ? call('post', '/api/v1/risk/halt/', { body: body as HaltIn, account, key })
    : call('post', '/api/v1/risk/resume/', { body, account, key });
}
