// Symbols in words.

/** Symbols in a place that has no room for many. */
export function symbolsText(symbols: readonly string[]): string {
  return symbols.length > 2 ? `${symbols[0] ?? ''} and ${symbols.length - 1} more` : symbols.join(', ');
}
