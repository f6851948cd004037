// What happens to a market on top of its source, in words.
import type { Ticker } from '../../api/types';

export type Happening = Ticker['scenarios'][number];

const WORDS: Record<Happening, string> = { crash: 'Crash', gap: 'Price gap', spread: 'Wide spread', thin_book: 'Thin book', halt: 'Halted' };

export function happeningWord(kind: Happening): string {
  return WORDS[kind];
}
