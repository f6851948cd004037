// What happened to an order: its state and reason, its times, and each of its fills.
import { Drawer } from '@mantine/core';
import type { Fill, Instrument, Order } from '../../api/types';
import { CopyText } from '../../ui/CopyText';
import { decimalsOf } from '../../ui/decimal';
import { Amount, SideWord, Time } from '../../ui/Figures';
import { grouped, trimmed } from '../../ui/format';
import { typeWords } from './tables/shared';

interface Props {
  order: Order;
  fills: readonly Fill[];
  instrument: Instrument | undefined;
  onClose: () => void;
}

export function ExplainDrawer({ order, fills, instrument, onClose }: Props) {
  const own = fills.filter((fill) => fill.order_id === order.id);
  const decimals = instrument && decimalsOf(instrument.tick_size);
  return (
    <Drawer opened onClose={onClose} title={`${typeWords(order.type)} order of ${order.symbol}`} closeButtonProps={{ 'aria-label': 'Close the explanation' }}>
      <dl className="pairs">
        <dt>State</dt>
        <dd>
          <strong>{typeWords(order.status)}</strong>
          {order.status_reason ? <div>{order.status_reason}</div> : null}
        </dd>
        <dt>Side</dt>
        <dd>
          <SideWord side={order.side} />
        </dd>
        <dt>Quantity</dt>
        <dd>
          {grouped(trimmed(order.filled_quantity))} of {grouped(trimmed(order.quantity))} filled
        </dd>
        <dt>Price</dt>
        <dd>
          <Amount value={order.price} decimals={decimals} />
        </dd>
        <dt>Stop price</dt>
        <dd>
          <Amount value={order.stop_price} decimals={decimals} />
        </dd>
        <dt>Average price</dt>
        <dd>
          <Amount value={order.average_price} decimals={decimals} />
        </dd>
        <dt>Fees</dt>
        <dd>{order.fees.length === 0 ? '—' : order.fees.map((fee) => `${grouped(fee.amount)} ${fee.asset}`).join(', ')}</dd>
        <dt>Fill policy</dt>
        <dd>{order.fill_policy}</dd>
        <dt>Placed</dt>
        <dd>
          <Time value={order.created_at} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Time value={order.replaced_at} />
        </dd>
        <dt>Last event</dt>
        <dd>
          <Time value={order.updated_at} />
        </dd>
        <dt>Id</dt>
        <dd>
          <CopyText text={order.id} label="order id" />
        </dd>
      </dl>
      <Fills fills={own} decimals={decimals} />
    </Drawer>
  );
}

function Fills({ fills, decimals }: { fills: readonly Fill[]; decimals: number | undefined }) {
  return (
    <>
      <h3>Fills</h3>
      {fills.length === 0 ? <p className="soft">None among the newest fills.</p> : null}
      <ul>
        {fills.map((fill) => (
          <li key={fill.id} className="num">
            {grouped(trimmed(fill.quantity))} at <Amount value={fill.price} decimals={decimals} /> as {fill.liquidity}, fee {grouped(fill.fee)} {fill.fee_asset},{' '}
            <Time value={fill.time} shape="time" />
          </li>
        ))}
      </ul>
    </>
  );
}
