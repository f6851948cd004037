// What came of a rehearsal: its money over time, and what each order did.
import { useMemo } from 'react';
import type { RehearsedOrder, StrategyRehearsal } from '../../api/types';
import { ChartPlace, LineChart } from '../../ui/chart/lazy';
import { type Column, DataTable } from '../../ui/DataTable';
import { Amount, SideWord, Time } from '../../ui/Figures';
import { decimal, grouped, trimmed } from '../../ui/format';
import { price } from '../../ui/numbers';
import { QueryState } from '../../ui/States';
import { Headline } from '../../ui/strategy/Headline';
import { figuresOf } from './performanceFigures';
import { useRehearsal, useRehearsedOrders } from './queries';
import classes from './strategies.module.css';

const HEIGHT = 220;

export default function RehearsalResult({ account, rehearsal }: { account: string; rehearsal: StrategyRehearsal }) {
  const whole = useRehearsal(account, rehearsal);
  return (
    <QueryState query={whole} errorTitle="What came of it cannot be read">
      {({ result }) => (result ? <Result account={account} rehearsal={rehearsal} result={result} /> : <p className={classes.lead}>It ended before a bar closed.</p>)}
    </QueryState>
  );
}

interface Props {
  account: string;
  rehearsal: StrategyRehearsal;
  result: NonNullable<StrategyRehearsal['result']>;
}

function Result({ account, rehearsal, result }: Props) {
  const { performance, max_drawdown_percent: fall, bars, from_time: from, to_time: to } = result;
  const points = useMemo(() => (result.equity ?? []).map(({ time, equity }) => [Date.parse(time), Number(equity)] as const), [result.equity]);
  const lines = useMemo(() => [{ id: 'equity', title: 'Equity', colour: 'accent' as const, points }], [points]);
  return (
    <div className="stack">
      <Headline label="Figures of the rehearsal" figures={[...figuresOf(performance), { name: 'Deepest fall', value: fall === null ? '—' : `${decimal(fall, 2)} %` }]} />
      <p className={classes.lead}>
        {grouped(String(bars))} bars, <Time value={from} /> to <Time value={to} />. {grouped(String(result.ordered))} signals were ordered, {grouped(String(result.refused))} refused.
      </p>
      {points.length > 1 ? (
        <ChartPlace height={HEIGHT}>
          <LineChart summary={`Equity of the rehearsal, from ${decimal(performance.start_equity, 2)} to ${decimal(performance.equity, 2)} ${performance.base_currency}.`} lines={lines} height={HEIGHT} />
        </ChartPlace>
      ) : null}
      {result.orders === null ? <p className={classes.lead}>Its orders were too many to be kept.</p> : <Orders account={account} rehearsal={rehearsal} />}
    </div>
  );
}

function Orders({ account, rehearsal }: Omit<Props, 'result'>) {
  const { query, items, more } = useRehearsedOrders(account, rehearsal);
  return (
    <QueryState query={query} errorTitle="Its orders cannot be read">
      {() => (items.length === 0 ? <p className={classes.lead}>It ordered nothing.</p> : <DataTable label="Orders of the rehearsal" columns={ORDERS} rows={items} rowKey={(row) => row.order_id} maxHeight={300} onEndReached={more} />)}
    </QueryState>
  );
}

const ORDERS: Column<RehearsedOrder>[] = [
  { id: 'time', header: 'Time', isName: true, cell: (row) => <Time value={row.time} /> },
  { id: 'side', header: 'Side', cell: (row) => <SideWord side={row.side} /> },
  { id: 'purpose', header: 'For', cell: (row) => row.purpose },
  { id: 'quantity', header: 'Quantity', isNumber: true, cell: (row) => grouped(trimmed(row.quantity)) },
  { id: 'price', header: 'Price', isNumber: true, cell: (row) => price(row.price === null ? null : Number(row.price)) },
  { id: 'fee', header: 'Fee', isNumber: true, isExtra: true, cell: (row) => <Amount value={row.fee} decimals={2} /> },
  { id: 'refused', header: 'Refused', isExtra: true, cell: (row) => row.refused ?? '' },
];
