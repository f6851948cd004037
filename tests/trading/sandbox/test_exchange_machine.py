"""The exchange under thousands of random commands and market moves, against a ledger kept apart from it.

After every step: money is conserved to the last unit, no free balance is negative, nothing is filled beyond what was
ordered or outside its limit, ended orders hold nothing, and folding the events so far gives the same state.
"""

from collections import defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from kit.errors import DomainError
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import affordable_lots
from tests.trading.sandbox.scene import INSTRUMENTS, Scene, replayed
from trading.sandbox.events import (
    AccountForked,
    AccountOpened,
    AccountReset,
    FundsMoved,
    OrderAccepted,
    OrderFilled,
    OrderTriggered,
)
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    ChangeAccount,
    ForkAccount,
    MoveFunds,
    Order,
    ReplaceOrder,
    ResetAccount,
    Side,
)

ACCOUNTS = ("a", "b", "m", "poor")
POOR_UNITS = 1_234_567
MARGIN_UNITS = 50 * 10**8
"""Little enough that one order of many lots, at a leverage of 20, is liquidated by a crash."""
MAX_FORKS = 3
MIDDLE = {"BTC-USDT": 6_400_000, "ETH-USDT": 30_000, "SHIB-USDT": 1_000}
symbols = st.sampled_from(sorted(INSTRUMENTS))
offsets = st.integers(-40, 40)
small_lots = st.integers(1, 3_000)


class Ledger:
    """Balances recomputed from deposits and fills alone."""

    def __init__(self) -> None:
        self.totals: dict[tuple[str, str], int] = defaultdict(int)
        self.sides: dict[str, tuple[str, Side]] = {}

    def read(self, events: list) -> None:
        for event in events:
            if isinstance(event, AccountForked):
                self.sides.update((order.id, (order.symbol, order.side)) for order in event.orders)
            if isinstance(event, FundsMoved):
                self.totals[event.account_id, event.asset] += event.units
            elif isinstance(event, AccountOpened | AccountReset | AccountForked):
                for key in [key for key in self.totals if key[0] == event.account_id]:
                    del self.totals[key]
                for asset, units in event.balances.items():
                    self.totals[event.account_id, asset] = units
            elif isinstance(event, OrderAccepted):
                self.sides[event.order_id] = (event.symbol, event.side)
            elif isinstance(event, OrderFilled):
                self._read_fill(event)

    def _read_fill(self, event: OrderFilled) -> None:
        symbol, side = self.sides[event.order_id]
        instrument = INSTRUMENTS[symbol]
        sign = 1 if side is Side.BUY else -1
        cost = event.price_ticks * event.quantity_lots * instrument.unit_value
        self.totals[event.account_id, instrument.quote] -= sign * cost + event.fee_units
        self.totals[event.account_id, instrument.base] += sign * event.quantity_lots * instrument.lot_units


class ExchangeMachine(RuleBasedStateMachine):
    """Random trading in two symbols by two cash accounts and a margin account."""

    orders = Bundle("orders")

    @initialize()
    def open(self) -> None:
        self.scene = Scene(USDT=5_000 * 10**8, BTC=10**7)
        self.scene.open_account("b")
        self.scene.open_account("m", account_type="margin", allow_short=True, balances={"USDT": MARGIN_UNITS})
        self.scene.open_account("poor", balances={"USDT": POOR_UNITS})
        terms = MarginTerms(
            leverage=20, liquidation_fee_ppm=5_000, funding_ppm=100, interest_ppm=50_000, borrow_ppm=30_000
        )
        self.scene.keep(self.scene.exchange.apply(ChangeAccount(account_id="m", margin=terms), self.scene.time_ns))
        self.ledger = Ledger()
        self.ledger.read(self.scene.events)
        self.seen = len(self.scene.events)
        self.updates: dict[str, MarketUpdate] = {}

    @rule(
        symbol=symbols,
        last=offsets,
        moved=st.booleans(),
        ladder=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 2_000)), min_size=1, max_size=4),
    )
    def move_market(self, symbol: str, last: int, moved: bool, ladder: list[tuple[int, int]]) -> None:
        last_ticks = MIDDLE[symbol] + 10 * last
        before = self.updates.get(symbol)
        from_ticks = before.last_ticks if moved and before else last_ticks
        bids, asks, distance = [], [], 0
        for step, lots in ladder:
            distance += step
            bids.append((last_ticks - distance, lots))
            asks.append((last_ticks + distance, lots))
        self.scene.market(last_ticks, came_from=from_ticks, bids=tuple(bids), asks=tuple(asks), symbol=symbol)
        update = self.scene.exchange.market_update(symbol)
        assert update is not None
        self.updates[symbol] = update

    @rule(symbol=symbols, percent=st.integers(-60, 90), lots=st.integers(1, 5_000))
    def crash(self, symbol: str, percent: int, lots: int) -> None:
        """A jump that leaves a margin account without its margin; the book may be too thin to close it."""
        last = MIDDLE[symbol] * (100 + percent) // 100
        self.scene.market(last, bids=((last - 1, lots),), asks=((last + 1, lots),), symbol=symbol)
        update = self.scene.exchange.market_update(symbol)
        assert update is not None
        self.updates[symbol] = update

    @rule(hours=st.integers(1, 20))
    def let_time_pass(self, hours: int) -> None:
        self.scene.time_ns += hours * 3_600 * 10**9
        self.scene.keep(self.scene.exchange.on_time(self.scene.time_ns))

    @rule(
        account=st.sampled_from(ACCOUNTS), asset=st.sampled_from(["USDT", "BTC"]), units=st.integers(-(10**12), 10**11)
    )
    def move_funds(self, account: str, asset: str, units: int) -> None:
        if units:
            self._apply_or_unchanged(MoveFunds(account_id=account, asset=asset, units=units))

    @rule(leverage=st.integers(1, 50))
    def change_leverage(self, leverage: int) -> None:
        terms = MarginTerms(leverage=leverage, liquidation_fee_ppm=5_000, funding_ppm=100, interest_ppm=50_000)
        self._apply_or_unchanged(ChangeAccount(account_id="m", margin=terms))

    @precondition(lambda self: len(self.scene.exchange.accounts) < len(ACCOUNTS) + MAX_FORKS)
    @rule(account=st.sampled_from(ACCOUNTS), with_orders=st.booleans())
    def fork(self, account: str, with_orders: bool) -> None:
        self._apply_or_unchanged(
            ForkAccount(
                account_id=f"fork{len(self.scene.exchange.accounts)}",
                source_id=account,
                name="x",
                starting_balances={"USDT": 10**11},
                with_orders=with_orders,
            )
        )

    @rule(symbol=symbols)
    def close_market(self, symbol: str) -> None:
        self.scene.exchange.close_market(symbol)
        self.updates.pop(symbol, None)

    @rule(
        target=orders,
        account=st.sampled_from(ACCOUNTS),
        symbol=symbols,
        side=st.sampled_from(["buy", "sell"]),
        kind=st.sampled_from(["market", "notional", "limit", "stop", "stop_limit"]),
        tif=st.sampled_from([None, "gtc", "ioc", "fok"]),
        price=offsets,
        stop=offsets,
        lots=small_lots,
        post_only=st.booleans(),
    )
    def place(
        self,
        account: str,
        symbol: str,
        side: str,
        kind: str,
        tif: str | None,
        price: int,
        stop: int,
        lots: int,
        post_only: bool,
    ) -> str | None:
        priced = kind in ("limit", "stop_limit")
        before = self.scene.exchange.state_hash()
        try:
            order = self.scene.place(
                side,
                None if kind == "notional" else lots,
                type="market" if kind == "notional" else kind,
                tif=tif,
                price=MIDDLE[symbol] + 10 * price if priced else None,
                stop=MIDDLE[symbol] + 10 * stop if kind.startswith("stop") else None,
                notional=lots * 10**7 if kind == "notional" else None,
                post_only=post_only and kind == "limit",
                account=account,
                symbol=symbol,
            )
        except DomainError:
            assert self.scene.exchange.state_hash() == before
            return None
        return order.id

    @rule(order_id=orders, lots=st.none() | small_lots, price=st.none() | offsets, stop=st.none() | offsets)
    def replace(self, order_id: str | None, lots: int | None, price: int | None, stop: int | None) -> None:
        if order_id is None:
            return
        order = self.scene.exchange.orders[order_id]
        middle = MIDDLE[order.symbol]
        command = ReplaceOrder(
            order_id=order_id,
            account_id=order.account_id,
            quantity_lots=lots,
            price_ticks=None if price is None else middle + 10 * price,
            stop_ticks=None if stop is None else middle + 10 * stop,
        )
        self._apply_or_unchanged(command)

    @rule(order_id=orders)
    def cancel(self, order_id: str | None) -> None:
        if order_id is not None:
            order = self.scene.exchange.orders[order_id]
            self._apply_or_unchanged(CancelOrder(order_id=order_id, account_id=order.account_id))

    @rule(account=st.sampled_from(ACCOUNTS), symbol=st.none() | symbols)
    def cancel_all(self, account: str, symbol: str | None) -> None:
        self._apply_or_unchanged(CancelAllOrders(account_id=account, symbol=symbol))

    @precondition(lambda self: len(self.scene.events) > 40)
    @rule(account=st.sampled_from(ACCOUNTS))
    def reset(self, account: str) -> None:
        balances = {"USDT": 3_000 * 10**8, "ETH": 10**9}
        if account in ("m", "poor"):
            balances = {"USDT": POOR_UNITS if account == "poor" else MARGIN_UNITS}
        self._apply_or_unchanged(ResetAccount(account_id=account, balances=balances))

    @precondition(lambda self: "SHIB-USDT" in self.updates)
    @rule(target=orders, below=st.integers(0, 60), spare=st.integers(0, 3))
    def spend_everything(self, below: int, spare: int) -> str:
        """A resting buy for all the money there is: the hardest case for the rounding of fees."""
        price = self.updates["SHIB-USDT"].last_ticks - below
        available = self.scene.exchange.accounts["poor"].available_units("USDT")
        lots = max(affordable_lots(available - spare, price, 500), 1)
        return self.scene.place("buy", lots, type="limit", price=price, account="poor", symbol="SHIB-USDT").id

    @precondition(lambda self: "BTC-USDT" in self.updates)
    @rule(target=orders, is_buy=st.booleans(), percent=st.integers(50, 99))
    def bet(self, is_buy: bool, percent: int) -> str:
        """As much as the leverage gives, or nearly: what a crash then liquidates."""
        account = self.scene.exchange.accounts["m"]
        free = self.scene.exchange.available_units(account, "USDT") * account.margin.leverage
        price = self.updates["BTC-USDT"].last_ticks + 100
        lots = max(free * percent // 100 // (price * INSTRUMENTS["BTC-USDT"].unit_value), 1)
        return self.scene.place("buy" if is_buy else "sell", lots, account="m").id

    def _apply_or_unchanged(self, command: object) -> None:
        before = self.scene.exchange.state_hash()
        try:
            self.scene.keep(self.scene.exchange.apply(command, self.scene.time_ns))  # type: ignore[arg-type]
        except DomainError:
            assert self.scene.exchange.state_hash() == before

    @invariant()
    def money_is_conserved(self) -> None:
        self._read_new_events()
        for account in self.scene.exchange.accounts.values():
            for asset, balance in account.balances.items():
                assert balance.total_units == self.ledger.totals[account.id, asset]
                if account.type == "cash":
                    assert balance.total_units >= balance.held_units >= 0

    def _read_new_events(self) -> None:
        new = self.scene.events[self.seen :]
        self.seen = len(self.scene.events)
        self.ledger.read(new)
        self._check_fills(new)

    def _check_fills(self, events: list) -> None:
        for event in events:
            if isinstance(event, OrderFilled):
                order = self.scene.exchange.orders[event.order_id]
                assert order.filled_lots <= order.quantity_lots
                assert event.fee_units >= 0
                self._check_price(order, event)

    def _check_price(self, order: Order, event: OrderFilled) -> None:
        instrument: Instrument = INSTRUMENTS[order.symbol]
        assert event.price_ticks > 0
        assert instrument.notional_units(event.price_ticks, event.quantity_lots) > 0
        if order.price_ticks is not None and order.replaced_ns is None:
            if order.side is Side.BUY:
                assert event.price_ticks <= order.price_ticks
            else:
                assert event.price_ticks >= order.price_ticks

    @invariant()
    def holds_add_up(self) -> None:
        for account in self.scene.exchange.accounts.values():
            held: dict[str, int] = defaultdict(int)
            for order in account.open_orders.values():
                assert order.is_live
                instrument = INSTRUMENTS[order.symbol]
                held[instrument.quote if order.side is Side.BUY else instrument.base] += order.held_units
            assert {asset: b.held_units for asset, b in account.balances.items() if b.held_units} == {
                asset: units for asset, units in held.items() if units
            }

    @invariant()
    def ended_orders_say_why_and_hold_nothing(self) -> None:
        for order in self.scene.exchange.orders.values():
            if not order.is_live:
                assert order.held_units == 0
                assert order.status == "filled" or order.status_reason

    @invariant()
    def margin_reservations_match_the_open_orders(self) -> None:
        self._read_new_events()
        account = self.scene.exchange.accounts["m"]
        for symbol, position in account.positions.items():
            waiting = [order for order in account.open_orders.values() if order.symbol == symbol]
            assert position.buying_lots == sum(o.remaining_lots for o in waiting if o.side is Side.BUY)
            assert position.selling_lots == sum(o.remaining_lots for o in waiting if o.side is Side.SELL)
            assert position.quantity_lots * INSTRUMENTS[symbol].lot_units == (
                self.ledger.totals["m", INSTRUMENTS[symbol].base] - self._deposited("m", INSTRUMENTS[symbol].base)
            )

    def _deposited(self, account_id: str, asset: str) -> int:
        opening = [
            event
            for event in self.scene.events
            if isinstance(event, AccountOpened | AccountReset) and event.account_id == account_id
        ]
        return opening[-1].balances.get(asset, 0)

    @invariant()
    def nothing_crossing_is_left_waiting_untriggered(self) -> None:
        for order in self.scene.exchange.orders.values():
            update = self.updates.get(order.symbol)
            if order.status == "pending" and update is not None:
                assert order.stop_ticks is not None
                reached = (
                    update.last_ticks >= order.stop_ticks
                    if order.side is Side.BUY
                    else update.last_ticks <= order.stop_ticks
                )
                assert not reached

    @invariant()
    def folding_the_events_gives_the_same_state(self) -> None:
        assert replayed(self.scene.events).state_hash() == self.scene.exchange.state_hash()

    def teardown(self) -> None:
        triggers = [event for event in getattr(self, "scene", Scene()).events if isinstance(event, OrderTriggered)]
        assert len(triggers) == len({event.order_id for event in triggers})


ExchangeMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestExchange = ExchangeMachine.TestCase
