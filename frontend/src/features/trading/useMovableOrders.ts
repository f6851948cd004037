// Orders whose prices are moved on the chart: shown where they would be, sent when that is wanted, back where they were when refused.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { asApiError, type ApiError } from '../../api/errors';
import { keys } from '../../api/keys';
import { useCancelOrder, useReplaceOrder } from '../../api/queries';
import type { Order, Page } from '../../api/types';
import { useSettings } from '../../settings';
import { applyOrder } from '../../stream/accountSync';
import { grouped } from '../../ui/format';
import { toastFault, toastGood } from '../../ui/toast';
import type { Field, Moves } from './overlays';

export interface Move {
  /** As it was when it was taken hold of. */
  order: Order;
  field: Field;
  price: string;
  isSent: boolean;
}

export interface RefusedMove extends Move {
  fault: ApiError;
}

export interface MovableOrders extends Moves {
  /** As they stand, or as they would after the move that is on its way or waits for a yes. */
  orders: readonly Order[];
  pending: Move | null;
  refused: RefusedMove | null;
  forget: () => void;
}

/** An answer that is not older than what the stream has said meanwhile. */
function newer(page: Page<Order> | undefined, order: Order): Page<Order> | undefined {
  const known = page?.items.find((each) => each.id === order.id);
  return page && known && known.updated_at <= order.updated_at ? applyOrder(page, order) : page;
}

export function useMovableOrders(account: string, orders: readonly Order[]): MovableOrders {
  const { hasReview } = useSettings();
  const client = useQueryClient();
  const [pending, setPending] = useState<Move | null>(null);
  const [refused, setRefused] = useState<RefusedMove | null>(null);
  const { writeAsync } = useReplaceOrder(account);
  const { write: cancelOrder } = useCancelOrder(account, {
    success: (order) => toastGood('Order canceled.', order.symbol),
    fault: (fault) => toastFault('The order was not canceled.', fault),
  });
  const send = useCallback(
    (move: Move) => {
      setPending({ ...move, isSent: true });
      writeAsync({ id: move.order.id, change: { [move.field]: move.price } })
        .then((order) => {
          client.setQueryData<Page<Order>>(keys.openOrders(account), (page) => newer(page, order));
          toastGood('Order moved', `to ${grouped(move.price)}.`);
        })
        .catch((fault: unknown) => setRefused({ ...move, fault: asApiError(fault) }))
        .finally(() => setPending(null));
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the mutation's functions are made anew at each render and do the same
    [account, client],
  );
  const onMove = useCallback<Moves['onMove']>(
    (shown, field, price, by) => {
      const order = orders.find((each) => each.id === shown.id);
      if (!order || pending?.isSent) return; // it is gone, or another move is on its way
      setRefused(null);
      const move = { order, field, price, isSent: false };
      if (order[field] === price) setPending(null);
      else if (!hasReview && by === 'drag') send(move);
      else setPending(move);
    },
    [orders, pending, hasReview, send],
  );
  const onSettle = useCallback(
    (isWanted: boolean) => {
      if (!pending || pending.isSent) return;
      if (isWanted) send(pending);
      else setPending(null);
    },
    [pending, send],
  );
  // eslint-disable-next-line react-hooks/exhaustive-deps -- as above
  const onCancel = useCallback((id: string) => cancelOrder(id), [account]);
  const shown = useMemo(() => orders.map((order) => (order.id === pending?.order.id ? { ...order, [pending.field]: pending.price } : order)), [orders, pending]);
  const isThere = pending !== null && orders.some((order) => order.id === pending.order.id);
  return { orders: shown, pending: isThere ? pending : null, refused, onMove, onSettle, onCancel, forget: () => setRefused(null) };
}
