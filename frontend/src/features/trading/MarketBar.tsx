// The market at a glance: the symbol, its last price and the day behind it; old prices say so.
import { memo } from 'react';
import type { Instrument } from '../../api/types';
import { useTicker } from '../../stream/markets';
import { decimalsOf, subtract } from '../../ui/decimal';
import { Amount, Change } from '../../ui/Figures';
import { compact, duration } from '../../ui/format';
import { Icon } from '../../ui/icons';
import classes from './MarketBar.module.css';
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
        <span className={classes.staleNote} role="status" title={why}>
          <Icon name="warning" size={14} /> Stale{ageS === null ? '' : `, ${duration(ageS)} old`}
        </span>
      ) : null}
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

function Figure({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
