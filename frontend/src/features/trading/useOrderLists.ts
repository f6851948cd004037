// Orders that are placed together or not at all.
import { call } from '../../api/client';
import type { OrderList, OrderListIn } from '../../api/types';
import { useWrite } from '../../api/useWrite';

export function usePlaceList(account: string, on: { success: (list: OrderList) => void }) {
  return useWrite<OrderListIn, OrderList>((body, key) => call('post', '/api/v1/order-lists/', { body, account, key }), { onSuccess: on.success });
}
