// The trading page: everything about one symbol and one account, side by side.
import { useCallback, useEffect, useMemo, useReducer, useState } from 'react';
import { useAccount, useBalances, useFeed, useInstruments, useOpenOrders, usePositions, useRecentFills } from '../../api/queries';
import type { Instrument, Order } from '../../api/types';
import { useTicker } from '../../stream/markets';
import { useStreamStatus } from '../../stream/StreamProvider';
import { decimalsOf } from '../../ui/decimal';
import { dialogOf } from '../../ui/dialog';
import { decimal, signed } from '../../ui/format';
import { Page } from '../../ui/Page';
import { Empty, Loading, QueryState } from '../../ui/States';
import { useAccountName } from '../../ui/usePlace';
import { AccountBar } from './AccountBar';
import { BottomTabs } from './BottomTabs';
import { MarketBar } from './MarketBar';
import { OrderBook } from './OrderBook';
import { OrderPanel } from './OrderPanel';
import { ReplayBar } from './ReplayBar';
import { RiskBanner } from './RiskBanner';
import { Tape } from './Tape';
import { EMPTY_TICKET, reduceTicket } from './ticketState';
import classes from './TradingPage.module.css';
import { TradingChart } from './TradingChart';
import { type TradingPlace, useTradingPlace } from './useTradingPlace';
import { useBracket } from './useBracket';
import { WatchList } from './WatchList';

const ExplainDrawer = dialogOf(() => import('./ExplainDrawer'));

export default function TradingPage() {
  const place = useTradingPlace();
  const instruments = useInstruments();
  const instrument = instruments.bySymbol.get(place.symbol);
  const all = instruments.data?.items ?? [];
  if (instruments.data && !instrument) {
    return (
      <Page title="Trading">
        <Empty title={`There is no symbol ${place.symbol}.`}>Choose one of those there are, or import a price file for it on the Data page.</Empty>
        <WatchList instruments={all} symbol={place.symbol} onChoose={place.goTo} />
      </Page>
    );
  }
  if (!instrument) {
    return (
      <Page title="Trading" hasHiddenTitle>
        <QueryState query={instruments} loading={<Loading lines={12} height={40} />}>
          {() => null}
        </QueryState>
      </Page>
    );
  }
  return <Desk key={instrument.symbol} instrument={instrument} instruments={all} bySymbol={instruments.bySymbol} place={place} />;
}

interface DeskProps {
  instrument: Instrument;
  instruments: readonly Instrument[];
  bySymbol: ReadonlyMap<string, Instrument>;
  place: TradingPlace;
}

function Desk({ instrument, instruments, bySymbol, place }: DeskProps) {
  const name = useAccountName();
  const { account, orders, positions, balances, fills } = useAccountLists(name);
  const dataset = useFeed((feed) => feed.dataset);
  const [ticket, dispatch] = useReducer(reduceTicket, EMPTY_TICKET);
  const drawing = useBracket(instrument, ticket.side);
  const [explained, setExplained] = useState<Order | null>(null);
  const { symbol } = instrument;
  const ownOrders = useMemo(() => (orders.data?.items ?? []).filter((order) => order.symbol === symbol), [orders.data, symbol]);
  const position = positions.data?.items.find((each) => each.symbol === symbol) ?? null;
  const pick = useCallback((price: string, side: 'buy' | 'sell') => dispatch({ do: 'pick', price, side }), []);
  const isStale = useStreamStatus().state !== 'live';
  return (
    <Page title={`Trading ${symbol}`} hasOwnTabTitle hasHiddenTitle>
      <TabTitle instrument={instrument} />
      {account.data ? <RiskBanner account={account.data} /> : null}
      <div className={classes.desk}>
        <div className={classes.bars}>
          <ReplayBar symbol={symbol} onSource={place.goTo} />
          <div className="push">{account.data ? <AccountBar account={account.data} /> : null}</div>
        </div>
        <div className={classes.market}>
          <MarketBar instrument={instrument} />
        </div>
        <WatchList className={classes.watch} instruments={instruments} symbol={symbol} onChoose={place.goTo} />
        <TradingChart
          className={classes.chart}
          account={name}
          instrument={instrument}
          interval={place.interval}
          dataset={dataset.data ?? null}
          orders={ownOrders}
          fills={fills.data?.items ?? NO_FILLS}
          position={position}
          bracket={drawing.bracket}
          onBracket={drawing.dispatch}
          onDraw={drawing.toggle}
          onInterval={place.setInterval}
        />
        <OrderBook className={classes.book} instrument={instrument} orders={ownOrders} onPick={pick} isStale={isStale} />
        <Tape className={classes.tape} instrument={instrument} isStale={isStale} />
        <OrderPanel className={classes.ticket} account={name} balances={balances.data?.items ?? []} instrument={instrument} ticket={ticket} dispatch={dispatch} drawing={drawing} />
        <div className={classes.tabs}>
          <BottomTabs
            account={name}
            symbol={symbol}
            instruments={bySymbol}
            positions={positions.data}
            orders={orders.data}
            balances={balances.data}
            fills={fills.data}
            onChoose={place.goTo}
            onExplain={setExplained}
          />
        </div>
      </div>
      {explained ? (
        <ExplainDrawer account={name} order={explained} instrument={bySymbol.get(explained.symbol)} onClose={() => setExplained(null)} />
      ) : null}
    </Page>
  );
}

function useAccountLists(name: string) {
  return {
    account: useAccount(name),
    orders: useOpenOrders(name),
    positions: usePositions(name),
    balances: useBalances(name),
    fills: useRecentFills(name),
  };
}

const NO_FILLS: readonly never[] = [];

/** The price in the title of the tab, for those who look at another one. Apart, so that a tick draws nothing else anew. */
function TabTitle({ instrument }: { instrument: Instrument }) {
  const ticker = useTicker(instrument.symbol);
  const price = ticker?.last ? ` ${decimal(ticker.last, decimalsOf(instrument.tick_size))} ${signed(ticker.change_24h, 2)}%` : '';
  useEffect(() => {
    document.title = `${instrument.symbol}${price} | Trading`;
  }, [instrument, price]);
  return null;
}
