// What the gateway's short words of backtests mean.

export function titleOf({ name, symbols }: { name: string; symbols: readonly string[] }): string {
  if (name) return name;
  return symbols.length > 1 ? `${symbols[0] ?? ''} and ${symbols.length - 1} more` : (symbols[0] ?? 'Backtest');
}

interface Sought {
  name: string;
  symbols: readonly string[];
  interval: string;
}

/** Whether a backtest has all the words that are sought, in its name, its symbols or the length of its bars. */
export function isFound(sought: string): (backtest: Sought) => boolean {
  const words = sought.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ name, symbols, interval }) => {
    const text = [name, ...symbols, interval].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** Why an order was given. */
export const REASONS: Record<string, string> = {
  signal: 'The rules said so',
  stop: 'The stop was reached',
  target: 'The target was reached',
  trailing: 'The trailing stop was reached',
  reversal: 'The other side was entered',
  end_of_data: 'The data ended',
  delisted: 'The symbol has no more bars',
  liquidation: 'Equity was at the maintenance margin',
};

/** What became of it. */
export const STATUSES: Record<string, string> = {
  filled: 'Filled',
  partly_filled: 'Filled in part',
  no_cash: 'Not enough money for it',
  position_limit: 'As many positions as allowed were open',
  below_lot: 'Less than a lot',
  below_minimum: 'Below the least that can be ordered',
  above_maximum: 'Above the most that can be ordered',
  unknown_distance: 'Its stop or target was not known yet',
  beyond_price: 'Its stop would have been at or below zero',
  no_volume: 'The bar had no volume',
  no_next_bar: 'There was no bar after the signal',
  conflict: 'Entry and exit, or both sides, were asked for at once',
  not_closed: 'The position before it was not closed in full',
  too_large: 'Too large to count',
};

/** Which way through a bar a bound took. */
export const PATH_WORDS: Record<string, string> = {
  pessimistic: 'What hurts came first',
  optimistic: 'What helps came first',
};
