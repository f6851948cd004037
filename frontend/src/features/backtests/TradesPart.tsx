// The trades of a backtest three ways: on the price, as rows, and by how well and ill they stood; and the orders behind them.
import { Button, Tabs } from '@mantine/core';
import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Backtest } from '../../api/types';
import { announce } from '../../ui/announce';
import { csvOf, saveText } from '../../ui/csv';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { resultOf } from '../../ui/strategy/results';
import { toastFault } from '../../ui/toast';
import classes from './backtests.module.css';
import { OrdersTable } from './OrdersTable';
import { PricePanel } from './PricePanel';
import { allTrades, useTrades } from './queries';
import { numbered, type Trade } from './trades';
import { TradesScatter } from './TradesScatter';
import { TradesTable } from './TradesTable';

export function TradesPart({ account, backtest }: { account: string; backtest: Backtest }) {
  const { query, items, more } = useTrades(account, backtest.id);
  const trades = useMemo(() => numbered(items), [items]);
  const { chosen, choose } = useChosenTrade(trades, more);
  const [tab, setTab] = useState('trades');
  const place = useRef<HTMLDivElement>(null);
  const jump = useCallback(
    (trade: Trade) => {
      choose(trade);
      place.current?.scrollIntoView({ block: 'nearest' });
      announce(`Trade ${trade.number} is on the chart.`);
    },
    [choose],
  );
  const { orders } = resultOf(backtest);
  return (
    <>
      <div ref={place} className={classes.place}>
        <PricePanel backtest={backtest} trades={trades} chosen={chosen} onJump={jump} />
      </div>
      <Panel title="Trades and orders" isFlush actions={<SaveButton account={account} backtest={backtest} />}>
        <Tabs value={tab} onChange={(next) => startTransition(() => setTab(next ?? 'trades'))} keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="trades">Trades {grouped(String(backtest.trades))}</Tabs.Tab>
            <Tabs.Tab value="excursions">Excursions</Tabs.Tab>
            <Tabs.Tab value="orders">Orders {grouped(String(orders))}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="trades">
            <QueryState query={query}>{() => <TradesTable trades={trades} chosen={chosen} onJump={jump} onEndReached={more} />}</QueryState>
          </Tabs.Panel>
          <Tabs.Panel value="excursions">
            <TradesScatter trades={trades} chosen={chosen} onJump={jump} />
          </Tabs.Panel>
          <Tabs.Panel value="orders">
            <OrdersTable account={account} id={backtest.id} />
          </Tabs.Panel>
        </Tabs>
      </Panel>
    </>
  );
}

function SaveButton({ account, backtest }: { account: string; backtest: Backtest }) {
  const save = () => {
    allTrades(account, backtest.id)
      .then((trades) => saveText(`trades-${backtest.id}.csv`, csvOf(numbered(trades))))
      .catch((fault: unknown) => toastFault('The trades were not saved.', fault));
  };
  return (
    <Button size="compact-sm" variant="default" disabled={backtest.trades === 0} onClick={save}>
      Save the trades as CSV
    </Button>
  );
}

/** The trade in the address; those before it are asked for until it is there. */
function useChosenTrade(trades: readonly Trade[], more: () => void) {
  const [search, setSearch] = useSearchParams();
  const wanted = Number(search.get('trade') ?? NaN);
  const chosen = trades.find((trade) => trade.number === wanted) ?? null;
  const isMissing = Number.isInteger(wanted) && wanted > trades.length && trades.length > 0;
  useEffect(() => {
    if (isMissing) more();
  }, [isMissing, trades.length, more]);
  const choose = useCallback(
    (trade: Trade) =>
      setSearch(
        (now) => {
          now.set('trade', String(trade.number));
          return now;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return { chosen, choose };
}
