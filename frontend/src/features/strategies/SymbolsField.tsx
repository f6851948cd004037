// Which symbols a strategy trades, as a list that grows by choosing.
import { NativeSelect } from '@mantine/core';
import { useInstruments } from '../../api/queries';
import { Icon } from '../../ui/icons';
import shared from '../../ui/strategy/strategy.module.css';
import { MOST_SYMBOLS } from './strategyDraft';

interface Props {
  symbols: readonly string[];
  error?: string | undefined;
  onChange: (symbols: string[]) => void;
}

export function SymbolsField({ symbols, error, onChange }: Props) {
  const { data } = useInstruments();
  const free = (data?.items ?? []).filter(({ symbol }) => !symbols.includes(symbol));
  const add = (symbol: string) => {
    if (symbol) onChange([...symbols, symbol]);
  };
  return (
    <div className={shared.sources}>
      <NativeSelect
        size="xs"
        label="Add a symbol"
        value=""
        error={error}
        disabled={symbols.length >= MOST_SYMBOLS}
        onChange={(event) => add(event.currentTarget.value)}
        data={[{ value: '', label: symbols.length === 0 ? 'Choose a symbol' : 'Another one' }, ...free.map(({ symbol }) => symbol)]}
      />
      {symbols.length > 0 ? (
        <ul className={shared.chips} aria-label="Symbols">
          {symbols.map((symbol) => (
            <li key={symbol} className={shared.chip}>
              {symbol}
              <button type="button" aria-label={`Leave out ${symbol}`} className={shared.drop} onClick={() => onChange(symbols.filter((each) => each !== symbol))}>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
