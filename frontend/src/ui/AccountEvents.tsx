// Follows the account's stream and the feed's wherever one is: keeps what is cached true, and says what became of orders.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { AlertEvent, Fill, Order } from '../api/types';
import { useAccountSync, usePollingWithoutStream } from '../stream/accountSync';
import { useAlertSync } from '../stream/alertSync';
import { useFeedSync } from '../stream/feedSync';
import { useStreamStatus } from '../stream/StreamProvider';
import { announce } from './announce';
import { grouped, trimmed } from './format';

/** What is said about an order, in the order's own words. */
export function orderNews(order: Order): string {
  const what = `${order.side === 'buy' ? 'Buy' : 'Sell'} ${trimmed(order.quantity)} ${order.symbol}`;
  const at = order.average_price ? ` at ${grouped(trimmed(order.average_price))}` : '';
  const why = order.status_reason ? `: ${order.status_reason}` : '';
  return `${what} ${order.status.replace('_', ' ')}${at}${why}`;
}

/** What an alert tells, its weight first. */
function sayAlert(event: AlertEvent): void {
  announce(`${event.severity === 'critical' ? 'Critical alert' : 'Alert'}: ${event.text}`);
}

export function AccountEvents({ account }: { account: string }) {
  const onOrder = useCallback((order: Order) => announce(orderNews(order)), []);
  const onFill = useCallback((_: Fill) => undefined, []);
  useAccountSync(account, onOrder, onFill);
  useAlertSync(account, sayAlert);
  useFeedSync();
  usePollingWithoutStream(account);
  useConnectionNews();
  return null;
}

/** Says when the stream is lost and found, and asks afresh for what no stream keeps true. */
function useConnectionNews(): void {
  const client = useQueryClient();
  const { state } = useStreamStatus();
  const wasLost = useRef(false);
  useEffect(() => {
    if (state === 'reconnecting') {
      wasLost.current = true;
      announce('The stream is lost; connecting again.');
    }
    if (state === 'live' && wasLost.current) {
      wasLost.current = false;
      announce('The stream is live again.');
      void client.invalidateQueries();
    }
  }, [client, state]);
}
