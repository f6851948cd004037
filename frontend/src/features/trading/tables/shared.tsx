// Columns and small parts that the tables of the account share.
import type { Instrument } from '../../../api/types';
import { decimalsOf } from '../../../ui/decimal';
import classes from './tables.module.css';

export interface TableContext {
  account: string;
  instruments: ReadonlyMap<string, Instrument>;
  onChoose: (symbol: string) => void;
}

/** The symbol as the way to its chart. */
export function SymbolButton({ symbol, onChoose }: { symbol: string; onChoose: (symbol: string) => void }) {
  return (
    <button type="button" className={classes.symbol} onClick={() => onChoose(symbol)}>
      {symbol}
    </button>
  );
}

export function priceDecimals(instruments: ReadonlyMap<string, Instrument>, symbol: string): number | undefined {
  const instrument = instruments.get(symbol);
  return instrument && decimalsOf(instrument.tick_size);
}

export function typeWords(type: string): string {
  const text = type.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
