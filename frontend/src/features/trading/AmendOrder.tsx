// New values for a live order; what is left as it is stays.
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useReplaceOrder } from '../../api/queries';
import type { Instrument, Order, ReplaceOrderIn } from '../../api/types';
import { trimmed } from '../../ui/format';
import { stepBy } from '../../ui/decimal';
import { toastGood } from '../../ui/toast';
import { NumberField } from './NumberField';
import { Refusal } from './Refusal';

interface Props {
  account: string;
  order: Order;
  instrument: Instrument | undefined;
  onClose: () => void;
}

export function AmendOrder({ account, order, instrument, onClose }: Props) {
  const [quantity, setQuantity] = useState(trimmed(order.quantity));
  const [price, setPrice] = useState(order.price ?? '');
  const [stop, setStop] = useState(order.stop_price ?? '');
  const replace = useReplaceOrder(account);
  const change: ReplaceOrderIn = {
    ...(quantity !== trimmed(order.quantity) ? { quantity } : {}),
    ...(order.price !== null && price !== order.price ? { price } : {}),
    ...(order.stop_price !== null && stop !== order.stop_price ? { stop_price: stop } : {}),
  };
  const isSame = Object.keys(change).length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    replace
      .writeAsync({ id: order.id, change })
      .then(() => {
        toastGood('Order changed.', order.symbol);
        onClose();
      })
      .catch(() => undefined); // shown below
  };
  const refused = replace.error?.fields ?? {};
  const tick = instrument?.tick_size ?? '0.01';
  return (
    <Modal opened onClose={onClose} title={`Change the ${order.side} order of ${order.symbol}`}>
      <form onSubmit={submit} className="stack">
        <NumberField label="Whole quantity, filled included" unit={instrument?.base ?? ''} value={quantity} problem={refused.quantity} onChange={setQuantity} />
        {order.price === null ? null : (
          <NumberField label="Price" unit={instrument?.quote ?? ''} value={price} problem={refused.price} onChange={setPrice} onStep={(count) => setPrice(stepBy(price, tick, count))} />
        )}
        {order.stop_price === null ? null : (
          <NumberField label="Stop price" unit={instrument?.quote ?? ''} value={stop} problem={refused.stop_price} onChange={setStop} onStep={(count) => setStop(stepBy(stop, tick, count))} />
        )}
        {replace.error ? <Refusal fault={replace.error} words="the change" /> : null}
        <Button type="submit" loading={replace.isPending} disabled={isSame}>
          Change the order
        </Button>
      </form>
    </Modal>
  );
}
