// What an analysis is called.
import type { AnalysisOutline } from '../../api/types';
import { wordOf } from './kinds';

export function titleOf({ name, kind, symbols }: Pick<AnalysisOutline, 'name' | 'kind' | 'symbols'>): string {
  if (name) return name;
  const of = symbols.length > 2 ? `${symbols[0] ?? ''} and ${symbols.length - 1} more` : symbols.join(' and ');
  return `${wordOf(kind).label} of ${of}`;
}
