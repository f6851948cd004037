// Bars that were chosen in a form, as they are asked for.
import { momentOf } from '../moments';
import type { TimeZone } from '../format';
import type { Range } from './RangeFields';

export interface BarsAsked {
  symbols?: string[];
  datasets?: string[];
  interval: string;
  from: string | null;
  to: string | null;
}

export const NO_BARS: Range = { sources: [], interval: '1d', from: '', to: '' };

export function barsAsked(range: Range, zone: TimeZone): BarsAsked {
  const ids = (kind: 'symbol' | 'dataset') => range.sources.filter((each) => each.kind === kind).map((each) => each.id);
  const [symbols, datasets] = [ids('symbol'), ids('dataset')];
  return {
    ...(symbols.length > 0 ? { symbols } : {}),
    ...(datasets.length > 0 ? { datasets } : {}),
    interval: range.interval,
    from: momentOf(range.from, zone),
    to: momentOf(range.to, zone),
  };
}
