// Positions, orders, fills, balances and the history of the account, with counts.
import { Switch, Tabs } from '@mantine/core';
import { startTransition, useState } from 'react';
import type { Balance, Fill, Instrument, Order, Page, Position } from '../../api/types';
import { BalancesTable } from './tables/BalancesTable';
import { FillsTable } from './tables/FillsTable';
import { HistoryTable } from './tables/HistoryTable';
import { OrdersTable } from './tables/OrdersTable';
import { PositionsTable } from './tables/PositionsTable';
import classes from './BottomTabs.module.css';

interface Props {
  account: string;
  symbol: string;
  instruments: ReadonlyMap<string, Instrument>;
  positions: Page<Position> | undefined;
  orders: Page<Order> | undefined;
  balances: Page<Balance> | undefined;
  fills: Page<Fill> | undefined;
  onChoose: (symbol: string) => void;
  /** Opens the course of an order; without it there is nothing to open. */
  onExplain?: ((order: Order) => void) | undefined;
}

export function BottomTabs({ account, symbol, instruments, positions, orders, balances, fills, onChoose, onExplain }: Props) {
  const [tab, setTab] = useState('orders');
  const [isThisOnly, setThisOnly] = useState(false);
  const ofSymbol = <T extends { symbol: string }>(items: readonly T[] | undefined) =>
    items?.filter((item) => !isThisOnly || item.symbol === symbol);
  const shown = { positions: ofSymbol(positions?.items), orders: ofSymbol(orders?.items), fills: ofSymbol(fills?.items) };
  const shared = { account, instruments, onChoose };
  return (
    <section className={classes.tabs} aria-label="Account">
      <Tabs value={tab} onChange={(next) => startTransition(() => setTab(next ?? 'orders'))} keepMounted={false}>
        <div className={classes.top}>
          <Tabs.List className={classes.list}>
            <Tab value="positions" label="Positions" count={shown.positions?.length} />
            <Tab value="orders" label="Open orders" count={shown.orders?.length} />
            <Tab value="fills" label="Fills" count={shown.fills?.length} />
            <Tab value="balances" label="Balances" count={balances?.items.length} />
            <Tab value="history" label="History" />
          </Tabs.List>
          <Switch size="xs" label={`${symbol} only`} checked={isThisOnly} onChange={(event) => setThisOnly(event.currentTarget.checked)} />
        </div>
        <Tabs.Panel value="positions">
          <PositionsTable {...shared} positions={shown.positions} />
        </Tabs.Panel>
        <Tabs.Panel value="orders">
          <OrdersTable {...shared} orders={shown.orders} onExplain={onExplain} />
        </Tabs.Panel>
        <Tabs.Panel value="fills">
          <FillsTable {...shared} fills={shown.fills} />
        </Tabs.Panel>
        <Tabs.Panel value="balances">
          <BalancesTable balances={balances?.items} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <HistoryTable {...shared} symbol={isThisOnly ? symbol : null} onExplain={onExplain} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}

function Tab({ value, label, count }: { value: string; label: string; count?: number | undefined }) {
  return (
    <Tabs.Tab value={value}>
      {label}
      {count === undefined ? null : <span className={classes.count}> {count}</span>}
    </Tabs.Tab>
  );
}
