// What of a live order can be changed, as it is shown in fields and as it is asked of the gateway.
import type { Order, ReplaceOrderIn } from '../../api/types';
import { type TimeZone, trimmed } from '../../ui/format';
import { fieldText, momentOf } from '../../ui/moments';

export type AmendableName = 'quantity' | 'price' | 'stop_price' | 'trail_amount' | 'trail_percent' | 'limit_offset' | 'display_quantity' | 'expires_at';

export const LABELS: Record<AmendableName, { label: string; unit: 'base' | 'quote' | 'percent' | 'moment' }> = {
  quantity: { label: 'Whole quantity, filled included', unit: 'base' },
  price: { label: 'Price', unit: 'quote' },
  stop_price: { label: 'Stop price', unit: 'quote' },
  trail_amount: { label: 'Trails by', unit: 'quote' },
  trail_percent: { label: 'Trails by', unit: 'percent' },
  limit_offset: { label: 'Limit, from the stop', unit: 'quote' },
  display_quantity: { label: 'Shown at a time', unit: 'base' },
  expires_at: { label: 'Expires', unit: 'moment' },
};

const NAMES = Object.keys(LABELS) as AmendableName[];
type Values = Partial<Record<AmendableName, string>>;

/** What the order has, but for what follows the market: the stop of a trailing one, the end of a day. */
export function amendable(order: Order): AmendableName[] {
  const derived = new Set<AmendableName>();
  if (order.type.startsWith('trailing')) derived.add('stop_price').add('price');
  if (order.time_in_force !== 'gtd') derived.add('expires_at');
  return NAMES.filter((name) => (order[name] ?? null) !== null && !derived.has(name));
}

function shown(order: Order, name: AmendableName, zone: TimeZone): string {
  const value = order[name] ?? '';
  if (name === 'expires_at') return fieldText(value, zone);
  return name === 'price' || name === 'stop_price' ? value : trimmed(value);
}

export function valuesOf(order: Order, zone: TimeZone): Values {
  return Object.fromEntries(amendable(order).map((name) => [name, shown(order, name, zone)]));
}

/** Only what is another value than the order has. */
export function changeOf(order: Order, values: Values, zone: TimeZone): ReplaceOrderIn {
  const changed = amendable(order).filter((name) => values[name] !== shown(order, name, zone));
  return Object.fromEntries(changed.map((name) => [name, name === 'expires_at' ? momentOf(values[name] ?? '', zone) : values[name]]));
}
