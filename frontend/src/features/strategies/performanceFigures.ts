// How a run or a rehearsal did, in the figures one looks at first.
import type { StrategyPerformance } from '../../api/types';
import { decimal, grouped } from '../../ui/format';
import { wayOf } from '../../ui/numbers';
import type { HeadFigure } from '../../ui/strategy/Headline';

export function figuresOf(found: StrategyPerformance): HeadFigure[] {
  const { profit, profit_percent: share, base_currency: base } = found;
  const won = found.win_percent === null ? undefined : `${decimal(found.win_percent, 0)} % won`;
  return [
    { name: 'Profit', value: profit === null ? '—' : signedMoney(profit), way: profit === null ? 'flat' : wayOf(Number(profit)), note: share === null ? undefined : `${signedMoney(share)} %` },
    { name: 'Equity', value: decimal(found.equity, 2), note: found.start_equity === null ? base : `${base}, from ${decimal(found.start_equity, 2)}` },
    { name: 'Round trips', value: grouped(String(found.trips)), note: won },
    { name: 'A trip, on average', value: found.average_profit === null ? '—' : signedMoney(found.average_profit), way: found.average_profit === null ? 'flat' : wayOf(Number(found.average_profit)) },
    { name: 'Fees', value: decimal(found.fees, 2), note: `${grouped(String(found.fills))} fills` },
  ];
}

function signedMoney(value: string): string {
  return `${Number(value) > 0 ? '+' : ''}${decimal(value, 2)}`;
}
