"""The exchange: commands and market updates in, events out.

Every change takes the same three steps: decide (all checks, nothing changes), fold the decided events into the state,
hand them back. What belongs to the market itself (the present book, the depth taken from it) is not state of an account
and begins anew with the next update.
"""

from collections.abc import Callable

import msgspec

from kit.clock import NS_PER_SECOND
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.walks import Take
from trading.sandbox import events as ev
from trading.sandbox.accounts import Account
from trading.sandbox.contingencies import Contingencies
from trading.sandbox.decision import Decision
from trading.sandbox.decisions import Decisions
from trading.sandbox.limits import NO_RISK_LIMITS, Everyone
from trading.sandbox.liquidation import Liquidations
from trading.sandbox.losses import Losses
from trading.sandbox.market import SymbolMarket, WaitingOrders
from trading.sandbox.orders import BUY, Command, Order, PlaceOrder
from trading.sandbox.policy_walks import is_print, note_takes
from trading.sandbox.price_queues import PriceQueue
from trading.sandbox.queue_history import QueuePoint
from trading.sandbox.queues import follow_queues, queue_of
from trading.sandbox.reducing import cuts
from trading.sandbox.risk import OrderLimits, Refusal, free_margin_units
from trading.sandbox.state import State


class Preview(msgspec.Struct, frozen=True):
    """What an order would do now. `refusal` is None when it would be accepted; balances are the totals afterwards."""

    refusal: Refusal | None
    quantity_lots: int
    fills: list[ev.OrderFilled]
    resting_lots: int
    expired_lots: int
    held_units: int
    reference_ticks: int | None
    balances_after: dict[str, int]
    fill_policy: str = "realistic"
    queue_lots: int | None = None
    latency_ms: int = 0
    """How long the order is on its way, on average; the fills are those of one that is there at once."""


class Watched(msgspec.Struct, frozen=True):
    """What the market knows of an order: the lots ahead of it, the nearest it came, the best price to take.

    `queue_points` is how the lots ahead became fewer, oldest first, also of an order that has ended.
    """

    queue_lots: int | None = None
    nearest_ticks: int | None = None
    best_ticks: int | None = None
    queue_points: tuple[QueuePoint, ...] = ()


class Exchange:
    """The accounts of one process and the markets they trade in. Not thread safe: it has a single caller."""

    def __init__(self, instruments: Callable[[str], Instrument]) -> None:
        self._state = State(instruments)
        self._decisions = Decisions(self._state)
        self._liquidations = Liquidations(self._state)
        self._deciders, self._folders = self._decisions.deciders, self._state.folders
        self._contingencies = Contingencies(
            self._state, self._decisions.checks, begin=self._decisions.beginning, reach=self._reach
        )
        self.accounts: dict[str, Account] = self._state.accounts
        self.orders: dict[str, Order] = self._state.orders
        self.fold = self._state.fold
        """Take one event of the past into the state, as it was when it happened."""
        self.state_hash = self._state.state_hash
        self.forget = self._state.forget
        """Let go of an ended order that is kept elsewhere."""
        self.present = self._state.present
        """An order with its stop where it is now, should it follow the price."""
        self.restore = self._state.restore
        """Take over a state as it once stood."""

    def set_limits(self, limits: OrderLimits) -> None:
        """Let other limits hold for the orders that are placed or changed from now on.

        They are no state: what was decided under them is in the events, so a replay does not need them.
        """
        self._decisions.checks.limits = limits
        self._state.guard_by_default(limits.defaults, guards_all=limits.risk != NO_RISK_LIMITS)

    @property
    def everyone(self) -> Everyone:
        """The record of risk that holds for every account."""
        return self._state.everyone

    def orders_within_second(self, account_id: str, time_ns: int) -> int:
        """How many orders a guarded account placed or changed in the second of market time that ends now."""
        recent = self._state.recent_orders.get(account_id, ())
        return sum(0 <= time_ns - placed_ns < NS_PER_SECOND for placed_ns in recent)

    @property
    def losses(self) -> Losses:
        """How much accounts have lost, as far as their losses are limited."""
        return self._decisions.checks.losses

    @property
    def sequence(self) -> int:
        """The highest time priority given so far."""
        return self._state.sequence

    def apply(self, command: Command, time_ns: int) -> list[ev.AnyEvent]:
        """Carry out a command at market time `time_ns` and return what happened.

        A new order that the exchange refuses gives one `OrderRejected`. Raises Invalid for a malformed command, NotFound
        for an unknown account, symbol or order, Conflict when the state does not allow it, Rejected for a refused
        replacement; then nothing has changed.
        """
        return self._carry_out(self._deciders[type(command)](command, time_ns))

    def on_market(self, update: MarketUpdate) -> list[ev.AnyEvent]:
        """Take in a market update and return what it did to the waiting orders, in the order of the price's path."""
        happened = self.on_time(update.time_ns) if update.time_ns >= self._state.timers.next_ns else []
        market = self._state.market(update.symbol)
        before = market.update
        market.advance(update)
        if market.has_waiting:
            _watch(market, update, before, self._state.sequence)
        trailed = market.trailed_by(update, self._state.sequence)
        if trailed is not None:
            happened += self._carry_out(Decision([trailed]))
        acted: set[str] = set()
        """Legs that this step came to: of a pair it fills one, never both."""
        for order in _reached(market, update):
            if not order.is_live:
                continue
            if order.link is not None:
                if order.link.sibling_id in acted:
                    continue
                acted.add(order.id)
            happened += self._carry_out(self._decisions.on_reached(order, market, update), update)
        holders = self._state.margin_holders.get(update.symbol)
        if holders:
            happened += self._settle_margin(list(holders), update)
        if self._state.watched:
            for decision in self._decisions.risk.on_price(update.symbol, update.time_ns):
                happened += self._carry_out(decision)
        return happened

    def _settle_margin(self, account_ids: list[str], update: MarketUpdate) -> list[ev.AnyEvent]:
        """Liquidate what a price has taken the margin from, step by step."""
        quote = self._state.market(update.symbol).instrument.quote
        happened: list[ev.AnyEvent] = []
        for account_id in account_ids:
            account, tried = self.accounts[account_id], set[str]()
            while (step := self._liquidations.next(account, quote, tried, update.time_ns)) is not None:
                happened += self._carry_out(step)
        return happened

    @property
    def next_due_ns(self) -> int:
        """Nothing happens by the market's clock alone before this time."""
        return self._state.timers.next_ns

    def on_time(self, time_ns: int) -> list[ev.AnyEvent]:
        """Carry out what is due by market time `time_ns`, in the order of its times; `on_market` does it by itself."""
        happened: list[ev.AnyEvent] = []
        while (due := self._state.timers.pop_due(time_ns)) is not None:
            happened += self._carry_out(self._decisions.due[due.kind](due))
        return happened

    def close_market(self, symbol: str) -> None:
        """Forget the present market of a symbol: nothing fills until the next update."""
        self._state.market(symbol).close()

    def halt_market(self, symbol: str) -> None:
        """Stop trading in a symbol until its next update: orders may wait for it, and none is filled."""
        self._state.market(symbol).close(is_halted=True)

    def grow_stale(self, symbol: str, since_ns: int) -> None:
        """Let nothing fill in a market whose source was last heard of at `since_ns`, until its next update."""
        self._state.market(symbol).grow_stale(since_ns)

    def preview(self, command: PlaceOrder, time_ns: int) -> Preview:
        """What `apply` would do with the order now; changes nothing and raises the same errors."""
        decision = self._decisions.place_now(command, time_ns)
        market = self._state.market(command.symbol)
        instrument = market.instrument
        reference_ticks = market.best_opposite(command.side is BUY)
        balances = self.accounts[command.account_id].balances
        totals = {
            asset: balances[asset].total_units if asset in balances else 0
            for asset in (instrument.quote, instrument.base)
        }
        first = decision.events[0]
        if isinstance(first, ev.OrderRejected):
            refusal = Refusal(first.code, first.reason, first.details)
            return Preview(refusal, first.quantity_lots, [], 0, 0, 0, reference_ticks, totals, first.fill_policy)
        assert isinstance(first, ev.OrderAccepted), "a placed order is accepted or rejected first"
        fills = [event for event in decision.events if isinstance(event, ev.OrderFilled)]
        sign = 1 if command.side is BUY else -1
        for fill in fills:
            totals[instrument.quote] -= sign * instrument.notional_units(fill.price_ticks, fill.quantity_lots)
            totals[instrument.quote] -= fill.fee_units
            totals[instrument.base] += sign * fill.quantity_lots * instrument.lot_units
        left_lots = first.quantity_lots - sum(fill.quantity_lots for fill in fills)
        expires = isinstance(decision.events[-1], ev.OrderExpired)
        return Preview(
            refusal=None,
            quantity_lots=first.quantity_lots,
            fills=fills,
            resting_lots=0 if expires else left_lots,
            expired_lots=left_lots if expires else 0,
            held_units=0 if expires or not left_lots else (fills[-1] if fills else first).held_units,
            reference_ticks=reference_ticks,
            balances_after=totals,
            fill_policy=first.fill_policy,
            queue_lots=first.queue_lots,
            latency_ms=0 if first.policy is None else first.policy.place_latency_ms + first.policy.latency_jitter_ms,
        )

    def takes_now(self, command: PlaceOrder) -> list[Take]:
        """What an order would take from the book as it stands, before any check of it; nothing without a market."""
        account, market = self.accounts[command.account_id], self._state.market(command.symbol)
        return self._decisions.takes_at_once(command, market, account.policy)

    def watched(self, order: Order) -> Watched:
        """What the market knows of an order now; of one that has ended, how its turn came nearer."""
        market = self._state.market(order.symbol)
        best_ticks = market.best_opposite(order.side is BUY)
        queue_points = tuple(market.queue_history.of(order))
        if not order.is_live:
            return Watched(best_ticks=best_ticks, queue_points=queue_points)
        return Watched(queue_of(market, order), market.extremes.nearest(order), best_ticks, queue_points)

    def market_update(self, symbol: str) -> MarketUpdate | None:
        """The present market of a symbol, or None while there is none."""
        return self._state.market(symbol).update

    def available_units(self, account: Account, asset: str) -> int:
        """What the account may use of an asset: free balance, or free margin for the quote side of a margin account."""
        if not account.is_margin:
            return account.available_units(asset)
        mark_of = self._state.mark_of
        if not any(mark_of(symbol)[0].quote == asset for symbol in account.positions):
            return max(account.available_units(asset), 0)
        return max(free_margin_units(account, asset, mark_of) or 0, 0)

    def _carry_out(self, decision: Decision, step: MarketUpdate | None = None) -> list[ev.AnyEvent]:
        """Fold a decision and what follows from it: for other orders of the same list, then the orders it asks for."""
        happened = self._fold_decision(decision)
        if self._state.has_lists:
            happened = list(happened)
            # It grows while it is gone through: what follows may have consequences of its own.
            for event in happened:
                for following in self._contingencies.after(event, step):
                    happened += self._fold_decision(following)
        for command in decision.then:
            happened += self._carry_out(self._deciders[PlaceOrder](command, decision.then_ns))
        return happened

    def _reach(self, order: Order, market: SymbolMarket, update: MarketUpdate) -> Decision | None:
        """What a step does to an order that began in the middle of it; None when the rest of it does not come there."""
        if any(found is order for found in _reached(market, update)):
            return self._decisions.on_reached(order, market, update)
        return None

    def _fold_decision(self, decision: Decision) -> list[ev.AnyEvent]:
        events = decision.events
        folders = self._folders
        for event in events:
            folders[type(event)](event)
        if decision.takes:
            order = self.orders[decision.order_id]
            market, is_buy = self._state.market(order.symbol), order.side is BUY
            if order.policy is not None:
                note_takes(order.policy, market, order, decision.takes, events[0].time_ns)
            for take in decision.takes:
                market.take(order.account_id, is_buy=is_buy, level_ticks=take.level_ticks, lots=take.lots)
            account = self.accounts[order.account_id]
            if account.reducing and (cut := cuts(account, market.instrument, events[-1].time_ns)):
                events += self._fold_decision(Decision(cut))
        return events


def _watch(market: SymbolMarket, update: MarketUpdate, before: MarketUpdate | None, sequence: int) -> None:
    """Bring what the market knows of its waiting orders up to a step: their queues, and how near it came to them."""
    follow_queues(market, update, before, sequence)
    asks, bids = update.asks, update.bids
    low_ticks, high_ticks = update.from_ticks, update.last_ticks
    if is_print(update):
        if low_ticks > high_ticks:
            low_ticks, high_ticks = high_ticks, low_ticks
        if asks and asks[0][0] < low_ticks:
            low_ticks = asks[0][0]
        if bids and bids[0][0] > high_ticks:
            high_ticks = bids[0][0]
    elif asks and bids:
        low_ticks, high_ticks = asks[0][0], bids[0][0]
    else:
        return
    market.extremes.note(sequence, low_ticks, high_ticks)


def _reached(market: SymbolMarket, update: MarketUpdate) -> list[Order]:
    """The waiting orders that an update comes to, in the order in which the price passed them, oldest first."""
    found: list[tuple[int, int, Order]] = []
    from_ticks, last_ticks = update.from_ticks, update.last_ticks
    if market.buy_limits.count or market.sell_limits.count:
        ask_ticks = update.asks[0][0] if update.asks else None
        bid_ticks = update.bids[0][0] if update.bids else None
        touched_buys = touched_sells = None
        if is_print(update):  # what traded reaches the orders at its price, whatever the book says after it
            if ask_ticks is None or last_ticks < ask_ticks:
                ask_ticks, touched_buys = last_ticks, market.buy_queues
            if bid_ticks is None or last_ticks > bid_ticks:
                bid_ticks, touched_sells = last_ticks, market.sell_queues
        if ask_ticks is not None:
            buys = market.buy_limits
            reached = _touched(buys, ask_ticks, touched_buys) if touched_buys else buys.reached(ask_ticks)
            for price_ticks, order in reached:
                found.append((max(from_ticks - price_ticks, 0), order.sequence, order))
        if bid_ticks is not None:
            sells = market.sell_limits
            reached = _touched(sells, bid_ticks, touched_sells) if touched_sells else sells.reached(bid_ticks)
            for price_ticks, order in reached:
                found.append((max(price_ticks - from_ticks, 0), order.sequence, order))
    if market.falling_stops.count:
        for price_ticks, order in market.falling_stops.reached(last_ticks):
            found.append((max(from_ticks - price_ticks, 0), order.sequence, order))
    if market.rising_stops.count:
        for price_ticks, order in market.rising_stops.reached(last_ticks):
            found.append((max(price_ticks - from_ticks, 0), order.sequence, order))
    if market.trailing_sells:
        for price_ticks, order in market.trailing_sells.reached(last_ticks):
            found.append((max(from_ticks - price_ticks, 0), order.sequence, order))
    if market.trailing_buys:
        for price_ticks, order in market.trailing_buys.reached(last_ticks):
            found.append((max(price_ticks - from_ticks, 0), order.sequence, order))
    if len(found) > 1:
        found.sort(key=_path_then_age)
    return [order for _, _, order in found]


def _touched(limits: WaitingOrders, touched_ticks: int, queues: dict[int, PriceQueue]) -> list[tuple[int, Order]]:
    """The limits that a market may do something to which came to a price and no further, with their prices.

    Of those that wait at that very price, the ones that still have others ahead of them are left out.
    """
    found: list[tuple[int, Order]] = []
    for price_ticks, orders in limits.levels_reached(touched_ticks):
        queue = queues.get(price_ticks) if price_ticks == touched_ticks else None
        found += [(price_ticks, order) for order in (orders.values() if queue is None else queue.touched())]
    return found


def _path_then_age(found: tuple[int, int, Order]) -> tuple[int, int]:
    return found[0], found[1]
