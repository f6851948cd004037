// The bracket that is being drawn, shared by the chart and the ticket; null while none is.
import { type Dispatch, useCallback, useReducer } from 'react';
import type { Instrument, Side } from '../../api/types';
import { newestTicker } from '../../stream/markets';
import { type Bracket, type BracketAction, reduceBracket } from './bracketState';

export interface BracketDrawing {
  bracket: Bracket | null;
  dispatch: Dispatch<BracketAction>;
  /** Begin one around the price of now, or leave the one there is. */
  toggle: () => void;
}

export function useBracket({ symbol, tick_size: tick }: Instrument, side: Side): BracketDrawing {
  const [bracket, dispatch] = useReducer(reduceBracket, null);
  const isDrawing = bracket !== null;
  const toggle = useCallback(() => {
    const ticker = newestTicker(symbol);
    if (isDrawing) dispatch({ do: 'end' });
    else dispatch({ do: 'begin', side, price: ticker?.last ?? '0', range: Number(ticker?.high_24h ?? 0) - Number(ticker?.low_24h ?? 0), tick });
  }, [isDrawing, symbol, side, tick]);
  return { bracket, dispatch, toggle };
}
