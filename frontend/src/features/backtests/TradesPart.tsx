// The trades of a backtest three ways: on the price, as rows, and by how well and ill they stood; and the orders behind them.
import { Button, Tabs } from '@mantine/core';
import { type ReactNode, startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { Backtest } from '../../api/types';
import { useEveryPage } from '../../api/usePages';
import { announce } from '../../ui/announce';
import { csvOf, saveText } from '../../ui/csv';
import { grouped } from '../../ui/format';
import { Panel } from '../../ui/Panel';
import { QueryState } from '../../ui/States';
import { toastFault } from '../../ui/toast';
import classes from './backtests.module.css';
import { OrdersTable } from './OrdersTable';
import { PricePanel } from './PricePanel';
import { allTrades, useTradeLines, useTrades } from './queries';
import { linesIn, numbered, type Trade, type TradeLine } from './trades';
import { TradesScatter } from './TradesScatter';
import { TradesTable } from './TradesTable';

const NONE: readonly TradeLine[] = [];

interface Props {
  account: string;
  backtest: Backtest;
  /** What stands beside the title. */
  aside: ReactNode;
}

export function TradesPart({ account, backtest, aside }: Props) {
  const { query, items, more } = useTrades(account, backtest.id);
  const trades = useMemo(() => numbered(items), [items]);
  const drawn = useTradeLines(account, backtest.id).data;
  const lines = useMemo(() => (drawn ? linesIn(drawn, backtest.symbols) : NONE), [drawn, backtest.symbols]);
  const { chosen, choose } = useChosenTrade(lines, trades, more);
  const [tab, setTab] = useState('trades');
  useEveryPage(tab === 'excursions', more);
  const place = useRef<HTMLDivElement>(null);
  const jump = useCallback(
    (number: number) => {
      choose(number);
      place.current?.scrollIntoView({ block: 'nearest' });
      announce(`Trade ${number} is on the chart.`);
    },
    [choose],
  );
  const { orders } = backtest.result;
  return (
    <>
      <div ref={place} className={classes.place}>
        <PricePanel backtest={backtest} trades={lines} every={drawn?.every ?? 1} chosen={chosen} onJump={jump} />
      </div>
      <Panel title="Trades and orders" aside={aside} isFlush actions={<SaveButton account={account} backtest={backtest} />}>
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
            <TradesScatter trades={trades} count={backtest.trades} chosen={chosen} onJump={jump} />
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

/** The trade in the address: of those that are drawn, or else of the rows, which are asked for until it is among them. */
function useChosenTrade(lines: readonly TradeLine[], trades: readonly Trade[], more: () => void) {
  const [search, setSearch] = useSearchParams();
  const wanted = Number(search.get('trade') ?? NaN);
  const chosen = useMemo(() => lines.find((each) => each.number === wanted) ?? trades[wanted - 1] ?? null, [lines, trades, wanted]);
  const isMissing = chosen === null && Number.isInteger(wanted) && wanted > trades.length && lines.length > 0;
  useEffect(() => {
    if (isMissing) more();
  }, [isMissing, trades.length, more]);
  const choose = useCallback(
    (number: number) =>
      setSearch(
        (now) => {
          now.set('trade', String(number));
          return now;
        },
        { replace: true },
      ),
    [setSearch],
  );
  return { chosen, choose };
}
