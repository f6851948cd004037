// A live feed in words: what was dropped of it.
import type { Feed } from '../../api/types';

const REASONS: Record<string, string> = {
  zero: 'zero',
  negative: 'negative',
  nan: 'no number',
  out_of_order: 'out of order',
  ahead: 'from the future',
  crossed: 'crossed',
  jump: 'too far away',
  garbage: 'unreadable',
};

/** How many ticks could not be true, and why; null when none. */
export function droppedWords(dropped: Feed['dropped_ticks']): string | null {
  const found = Object.entries(dropped).filter(([, count]) => count > 0);
  if (found.length === 0) return null;
  const total = found.reduce((sum, [, count]) => sum + count, 0);
  return `${total} ${total === 1 ? 'tick' : 'ticks'} dropped: ${found.map(([reason, count]) => `${count} ${REASONS[reason] ?? reason}`).join(', ')}`;
}
