// The bracket that is being drawn, on the chart: its lines, and the handles they are moved by.
import type { Dispatch } from 'react';
import type { LineHandle, PriceLine } from '../../ui/chart/CandleChart';
import { isDecimal } from '../../ui/decimal';
import { type Bracket, type BracketAction, type LineName, LINES, linesIn } from './bracketState';

const TONES: Record<LineName, PriceLine['tone']> = { entry: 'accent', takeProfit: 'up', stop: 'down' };

interface Drawn {
  lines: PriceLine[];
  /** Its prices are kept in sight while it is drawn. */
  reach: number[];
}

const NOTHING: Drawn = { lines: [], reach: [] };

function standing(bracket: Bracket): LineName[] {
  return linesIn(bracket).filter((name) => isDecimal(bracket[name]));
}

export function drawnOf(bracket: Bracket | null): Drawn {
  if (!bracket) return NOTHING;
  const names = standing(bracket);
  return {
    lines: names.map((name) => ({ id: `bracket ${name}`, price: bracket[name], title: LINES[name], tone: TONES[name], isDashed: true })),
    reach: names.map((name) => Number(bracket[name])),
  };
}

export function handlesOfBracket(bracket: Bracket | null, dispatch: Dispatch<BracketAction>): LineHandle[] {
  if (!bracket) return [];
  return standing(bracket).map((name) => ({
    id: `bracket ${name}`,
    price: bracket[name],
    label: LINES[name],
    tone: TONES[name],
    isMovable: true,
    onMove: (price) => dispatch({ do: 'change', change: { [name]: price } }),
  }));
}
