// Which strategies of a list are shown, and in which order.
import type { Strategy } from '../../api/types';

export const STATES = ['running', 'waiting', 'idle'] as const;
export type ListState = (typeof STATES)[number];

/** Whether it trades, waits to, or does neither. */
export function stateOf({ runs }: Pick<Strategy, 'runs'>): ListState {
  if (runs.length === 0) return 'idle';
  return runs.every((run) => run.state === 'starting' || run.waiting_for !== null) ? 'waiting' : 'running';
}

export interface ListFilters {
  state: string;
  find: string;
}

/** Those that run first; the newest first otherwise, as they came. */
export function listed(strategies: readonly Strategy[], { state, find }: ListFilters): Strategy[] {
  const sought = find.trim().toLowerCase();
  const isSought = ({ name, version }: Strategy) => sought === '' || `${name} ${version.symbols.join(' ')}`.toLowerCase().includes(sought);
  const wanted = strategies.filter((each) => (state === '' || stateOf(each) === state) && isSought(each));
  return [...wanted].sort((a, b) => STATES.indexOf(stateOf(a)) - STATES.indexOf(stateOf(b)));
}
