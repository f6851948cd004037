// The symbols there are, with stars for those that come first; typing finds one.
import { ActionIcon, TextInput } from '@mantine/core';
import { memo, useDeferredValue, useRef, useState } from 'react';
import type { Instrument } from '../../api/types';
import { changeSettings, useSettings } from '../../settings';
import { useTicker } from '../../stream/markets';
import { decimalsOf } from '../../ui/decimal';
import { Amount, Change } from '../../ui/Figures';
import { Icon } from '../../ui/icons';
import { Panel } from '../../ui/Panel';
import { useSingleKey } from '../../ui/useSingleKey';
import classes from './WatchList.module.css';

interface Props {
  instruments: readonly Instrument[];
  symbol: string;
  onChoose: (symbol: string) => void;
  className?: string | undefined;
}

/** More rows than this would each cost a channel of the socket. */
const MAX_ROWS = 60;

export function WatchList({ instruments, symbol, onChoose, className }: Props) {
  const [text, setText] = useState('');
  const sought = useDeferredValue(text).trim().toUpperCase();
  const field = useRef<HTMLInputElement>(null);
  const { watched } = useSettings();
  useSingleKey('/', () => field.current?.focus());
  const isWatched = (each: Instrument) => watched.includes(each.symbol);
  const found = instruments
    .filter((each) => each.symbol.includes(sought))
    .sort((a, b) => Number(isWatched(b)) - Number(isWatched(a)))
    .slice(0, MAX_ROWS);
  const star = (name: string) =>
    changeSettings({ watched: watched.includes(name) ? watched.filter((each) => each !== name) : [...watched, name] });
  const chooseFirst = () => {
    if (!found[0]) return;
    setText('');
    field.current?.blur();
    onChoose(found[0].symbol);
  };
  return (
    <Panel title="Watch list" className={className} isFlush>
      <div className={classes.search}>
        <TextInput
          ref={field}
          size="xs"
          aria-label="Find a symbol"
          placeholder="Find a symbol  /"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') chooseFirst();
            if (event.key === 'Escape') {
              setText('');
              event.currentTarget.blur();
            }
          }}
        />
      </div>
      <ul className={classes.list}>
        {found.map((each) => (
          <Row key={each.symbol} instrument={each} isChosen={each.symbol === symbol} isStarred={isWatched(each)} onChoose={onChoose} onStar={star} />
        ))}
      </ul>
      {found.length === 0 ? <p className={classes.none}>No symbol has “{sought}” in it.</p> : null}
    </Panel>
  );
}

interface RowProps {
  instrument: Instrument;
  isChosen: boolean;
  isStarred: boolean;
  onChoose: (symbol: string) => void;
  onStar: (symbol: string) => void;
}

function Row({ instrument, isChosen, isStarred, onChoose, onStar }: RowProps) {
  const { symbol } = instrument;
  return (
    <li className={classes.row} data-chosen={isChosen || undefined}>
      <ActionIcon variant="transparent" size={24} color="gray" aria-label={`${isStarred ? 'Unstar' : 'Star'} ${symbol}`} aria-pressed={isStarred} onClick={() => onStar(symbol)}>
        <Icon name="star" size={14} isFilled={isStarred} />
      </ActionIcon>
      <button type="button" className={classes.choose} aria-current={isChosen || undefined} onClick={() => onChoose(symbol)}>
        <span>{symbol}</span>
        <Prices symbol={symbol} decimals={decimalsOf(instrument.tick_size)} />
      </button>
    </li>
  );
}

/** Alone re-rendered by a tick. */
const Prices = memo(function Prices({ symbol, decimals }: { symbol: string; decimals: number }) {
  const ticker = useTicker(symbol);
  return (
    <span className={`${classes.prices ?? ''} ${ticker?.stale ? 'stale' : ''}`}>
      <Amount value={ticker?.last} decimals={decimals} />
      <span className="small">{ticker?.scenarios.includes('halt') ? <span className={classes.halted}>■ Halted</span> : <Change value={ticker?.change_24h} decimals={2} unit="%" />}</span>
    </span>
  );
});
