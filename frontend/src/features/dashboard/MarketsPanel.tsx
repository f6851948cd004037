// The markets at a glance.
import { memo } from 'react';
import { Link } from 'react-router';
import { useInstruments } from '../../api/queries';
import type { Instrument } from '../../api/types';
import { useTicker } from '../../stream/markets';
import { decimalsOf } from '../../ui/decimal';
import { Amount, Change } from '../../ui/Figures';
import { compact } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { Empty, QueryState } from '../../ui/States';
import { useLinkTo } from '../../ui/usePlace';
import classes from './Dashboard.module.css';

const SHOWN = 20;

export function MarketsPanel({ className }: { className?: string | undefined }) {
  const instruments = useInstruments();
  return (
    <Panel title="Markets" className={className} isFlush>
      <QueryState query={instruments}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No markets.">Import a price file on the Data page.</Empty>
          ) : (
            <ul className={classes.marketList}>
              {items.slice(0, SHOWN).map((each) => (
                <Market key={each.symbol} instrument={each} />
              ))}
            </ul>
          )
        }
      </QueryState>
    </Panel>
  );
}

const Market = memo(function Market({ instrument }: { instrument: Instrument }) {
  const linkTo = useLinkTo();
  const ticker = useTicker(instrument.symbol);
  const decimals = decimalsOf(instrument.tick_size);
  return (
    <li className={ticker?.stale ? 'stale' : ''}>
      <Link className={classes.market} to={linkTo(`/trading/${encodeURIComponent(instrument.symbol)}`)}>
        <span className={classes.marketName}>{instrument.symbol}</span>
        <span className={classes.marketPrice}>
          <Amount value={ticker?.last} decimals={decimals} />
        </span>
        <Change value={ticker?.change_24h} decimals={2} unit="%" />
        <span className="soft small num">Volume {compact(ticker?.volume_24h)}</span>
        {ticker?.stale ? <span className="small">Stale</span> : null}
      </Link>
    </li>
  );
});
