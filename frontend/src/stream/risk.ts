// The risk of the account as the channel `risk` tells it: whole each time, so that the newest is enough.
import { useEffect, useState } from 'react';
import type { RiskNow } from '../api/types';
import { useStream } from './StreamProvider';

export interface HeardRisk {
  risk: RiskNow;
  /** When it came, in milliseconds of the browser's clock. */
  atMs: number;
}

/** What was said last; null until something was, and while another account is what it was about. */
export function useRiskChannel(account: string): HeardRisk | null {
  const stream = useStream();
  const [heard, setHeard] = useState<HeardRisk | null>(null);
  useEffect(() => {
    const leave = stream.subscribe('risk', ({ data }) => setHeard({ risk: data as RiskNow, atMs: Date.now() }));
    stream.tellAgain('risk'); // another page may have listened to it until now, and a market that stands still says nothing new
    return leave;
  }, [stream]);
  return heard?.risk.account === account ? heard : null;
}
