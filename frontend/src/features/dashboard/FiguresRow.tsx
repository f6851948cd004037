// The figures one looks at first.
import type { ReactNode } from 'react';
import { useFeed } from '../../api/queries';
import type { Account, Order, Position } from '../../api/types';
import { sum } from '../../ui/decimal';
import { Amount, Change } from '../../ui/Figures';
import { NOTHING } from '../../ui/format';
import classes from './Dashboard.module.css';
import { type EquityPoint, profitToday } from './equity';

interface Props {
  account: Account;
  points: readonly EquityPoint[] | null;
  /** In percent, positive; of everything that was seen, also between the points. */
  deepest: string | null | undefined;
  positions: readonly Position[] | undefined;
  orders: readonly Order[] | undefined;
}

export function Figures({ account, points, deepest, positions, orders }: Props) {
  const feed = useFeed();
  const profit = points && feed.data ? profitToday(points, feed.data.position.time) : null;
  const open = positions ? sum(positions.map((position) => position.unrealized_pnl ?? '0')) : null;
  const lowest = deepest === undefined || deepest === null ? null : 0 - Number(deepest);
  return (
    <section className={classes.figures} aria-label="Figures of the account">
      <Figure name="Equity" value={<Amount value={account.equity} decimals={2} unit={account.base_currency} />} isMain />
      <Figure name="Profit today" value={<Change value={profit === null ? null : profit.toFixed(2)} decimals={2} />} />
      <Figure name="Open profit" value={<Change value={open} decimals={2} />} />
      <Figure name="Cash" value={<Amount value={account.cash} decimals={2} />} />
      <Figure name="Deepest fall, 1 day" value={<Change value={lowest === null ? null : lowest.toFixed(2)} decimals={2} unit="%" />} />
      <Figure name="Open orders" value={<span className="num">{orders?.length ?? NOTHING}</span>} />
    </section>
  );
}

function Figure({ name, value, isMain = false }: { name: string; value: ReactNode; isMain?: boolean }) {
  return (
    <div className={classes.figure} data-main={isMain || undefined}>
      <div className="soft small">{name}</div>
      <div className={classes.value}>{value}</div>
    </div>
  );
}
