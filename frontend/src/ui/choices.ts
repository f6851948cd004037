// What there is to choose from, as options of a list: labels that tell alike things apart, and what was chosen though it is not there.
import type { Account, BacktestOutline } from '../api/types';
import { shortId, timeText, type TimeZone } from './format';

export interface Option {
  value: string;
  label: string;
}

/** With what was chosen, also where it is on its way, gone, or somebody else's. */
export function withChosen(options: Option[], chosen: string): Option[] {
  return chosen === '' || options.some(({ value }) => value === chosen) ? options : [{ value: chosen, label: chosen }, ...options];
}

export function backtestOption({ id, name, symbols, interval, created_at: made }: BacktestOutline, zone: TimeZone): Option {
  const bars = symbols.length > 2 ? `${symbols[0] ?? ''} and ${symbols.length - 1} more` : symbols.join(', ');
  return { value: id, label: `${name || 'Backtest'} (${bars} ${interval}, ${timeText(made, 'full', zone)})` };
}

export function accountOption({ id, name }: Pick<Account, 'id' | 'name'>): Option {
  return { value: id, label: `${name} (${shortId(id)})` };
}
