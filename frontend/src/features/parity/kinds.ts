// The kinds of differences between a backtest and a session, in the order one looks for their causes.
import type { Divergence } from '../../api/types';

export type Kind = Divergence['kind'];

export const KINDS: Record<Kind, { label: string; about: string }> = {
  data: { label: 'Data', about: 'The sandbox filled at a time or a price that the backtest’s bars do not have: the prices were others' },
  signal: { label: 'Signal', about: 'One side decided to act, the other did not' },
  timing: { label: 'Timing', about: 'The same side acted on both, up to three bars apart' },
  risk: { label: 'Risk', about: 'One side refused what the other did: cash, a limit, a halt' },
  fill: { label: 'Fill', about: 'The same bar and side, another price or quantity: fill rules, depth, latency' },
  fee: { label: 'Fee', about: 'Only the fee differs' },
};
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

export function kindOf(text: string | null): Kind | null {
  return KIND_NAMES.find((kind) => kind === text) ?? null;
}
