// What the gateway's short words of runs and signals mean.
import { ratio } from '../../ui/numbers';
import { SIDE_WORDS } from '../../ui/strategy/words';

/** Values of parameters in a line; empty where there are none. */
export function parametersText(parameters: unknown): string {
  return Object.entries((parameters ?? {}) as Record<string, unknown>)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}

const SAID: Record<string, string> = { long_entry: 'Buy', long_exit: 'Sell', short_entry: 'Sell short', short_exit: 'Buy back' };

/** The conditions that were true; a program says nothing. */
export function saidText(said: readonly string[]): string {
  return said.map((each) => SAID[each] ?? each).join(', ') || '—';
}

export function saidTitle(said: readonly string[]): string {
  return said.map((each) => (SIDE_WORDS as Record<string, string>)[each] ?? each).join(', ');
}

/** What conditions compare, with the values that they had. */
export function valuesOf(values: unknown): [string, string][] {
  return Object.entries((values ?? {}) as Record<string, number | null>).map(([name, value]) => [name, value === null ? 'not known yet' : figure(value)]);
}

/** To as many digits as are worth reading. */
function figure(value: number): string {
  const size = Math.abs(value);
  return ratio(value, size >= 1_000 ? 1 : size >= 1 ? 3 : 6);
}

/** Why something was done or was not, where the gateway has no sentence for it. */
const REASONS: Record<string, string> = {
  signal: 'The rules said so.',
  reversal: 'The other side was entered.',
  no_cash: 'There was not enough money for it.',
  position_limit: 'As many positions as allowed were open.',
  below_lot: 'It was less than a lot.',
  below_minimum: 'It was below the least that can be ordered.',
  above_maximum: 'It was above the most that can be ordered.',
  unknown_distance: 'Its stop or target was not known yet.',
  beyond_price: 'Its stop would have been at or below zero.',
  conflict: 'Entry and exit, or both sides, were asked for at once.',
  not_closed: 'The position before it was not closed in full.',
  too_large: 'It was too large to count.',
  order_limit: 'As many orders as runs may place at one moment were placed.',
  no_market: 'There was no price.',
  unprotected: 'Its stop or target was refused, so the position was closed.',
  waiting: 'It waited for an order before it.',
};

export function whyText({ reason, text }: { reason: string; text: string }): string {
  return text || (REASONS[reason] ?? reason.replace(/_/g, ' '));
}
