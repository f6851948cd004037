// The market at a glance: the symbol, its last price and the day behind it; old prices say so, and so does what is let happen.
import { memo } from 'react';
import type { Instrument } from '../../api/types';
import { useTicker } from '../../stream/markets';
import { decimalsOf, subtract } from '../../ui/decimal';
import { Amount, Change } from '../../ui/Figures';
import { compact, duration } from '../../ui/format';
import { Icon } from '../../ui/icons';
import classes from './MarketBar.module.css';
import { type Happening, happeningWord } from './scenarios';
import { useStaleness } from './staleness';

export const MarketBar = memo(function MarketBar({ instrument }: { instrument: Instrument }) {
  const ticker = useTicker(instrument.symbol);
  const decimals = decimalsOf(instrument.tick_size);
  const { isStale, ageS, why } = useStaleness(instrument.symbol);
  const spread = ticker?.bid && ticker.ask ? subtract(ticker.ask, ticker.bid) : null;
  return (
    <section className={classes.bar} aria-label={`Market ${instrument.symbol}`}>
      <strong className={classes.symbol}>{instrument.symbol}</strong>
      <span className={`${classes.last ?? ''} ${isStale ? 'stale' : ''}`} data-testid="last-price">
        <Amount value={ticker?.last} decimals={decimals} />
      </span>
      <span className={isStale ? 'stale' : ''}>
        <Change value={ticker?.change_24h} decimals={2} unit="%" />
      </span>
      {isStale ? (
        <>
          <span className={classes.staleNote} title={why}>
            <Icon name="warning" size={14} /> Stale{ageS === null ? '' : `, ${duration(ageS)} old`}
          </span>
          {/* Said once; the age changes each second. */}
          <span className="visually-hidden" role="status">
            The price is old. {why}
          </span>
        </>
      ) : null}
      {ticker?.scenarios.length ? <Happenings kinds={ticker.scenarios} /> : null}
      <dl className={classes.figures}>
        <Figure name="Bid" value={<Amount value={ticker?.bid} decimals={decimals} />} />
        <Figure name="Ask" value={<Amount value={ticker?.ask} decimals={decimals} />} />
        <Figure name="Spread" value={<Amount value={spread} decimals={decimals} />} />
        <Figure name="24 h high" value={<Amount value={ticker?.high_24h} decimals={decimals} />} />
        <Figure name="24 h low" value={<Amount value={ticker?.low_24h} decimals={decimals} />} />
        <Figure name="24 h volume" value={<span className="num">{compact(ticker?.volume_24h)} <span className="soft">{instrument.base}</span></span>} />
        <Figure name="Source" value={ticker?.source ?? '—'} />
      </dl>
    </section>
  );
});

/** What changes the market on top of its source; a halt before all. */
const Happenings = memo(function Happenings({ kinds }: { kinds: readonly Happening[] }) {
  return (
    <span className={classes.staleNote} role="status" data-testid="happenings">
      <span aria-hidden="true">{kinds.includes('halt') ? '■' : '◆'}</span>
      {[...kinds].sort((a, b) => Number(b === 'halt') - Number(a === 'halt')).map(happeningWord).join(', ')}
    </span>
  );
});

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
