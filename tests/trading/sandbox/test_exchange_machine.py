"""The exchange under thousands of random commands and market moves, against a ledger kept apart from it.

After every step: money is conserved to the last unit, no free balance is negative, nothing is filled beyond what was
ordered or outside its limit, ended orders hold nothing, and folding the events so far gives the same state.
"""

from collections import defaultdict

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from kit.errors import DomainError
from markets.instruments import Instrument
from markets.updates import MarketUpdate
from quant.fills import affordable_lots
from tests.trading.sandbox.list_scene import ListScene
from tests.trading.sandbox.scene import INSTRUMENTS, Scene, replayed
from trading.sandbox.events import (
    AccountForked,
    AccountOpened,
    AccountReset,
    AnyEvent,
    FundsMoved,
    OrderAccepted,
    OrderArrived,
    OrderFilled,
    OrderTriggered,
    RiskStateSet,
)
from trading.sandbox.limits import EVERY_ACCOUNT, HALTED, REDUCING, RiskLimits, TradingState
from trading.sandbox.links import Link
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    CancelOrderList,
    ChangeAccount,
    ForkAccount,
    MoveFunds,
    Order,
    OrderType,
    ReplaceOrder,
    ResetAccount,
    SetRiskLimits,
    SetRiskState,
    Side,
    Terms,
    TimeInForce,
)
from trading.sandbox.policies import PRESETS, FillPolicy
from trading.sandbox.trailing import stop_of

ACCOUNTS = ("a", "b", "m", "poor", "slow", "kind")
SLOW = FillPolicy(
    limit_fill="through",
    healing_ms=1,
    volume_cap_percent=50,
    partial_fill_ppm=200_000,
    slippage_ticks=2,
    root_impact_ppm=20_000,
    protection_ppm=50_000,
    rejection_ppm=100_000,
    place_latency_ms=1,
    replace_latency_ms=1,
    cancel_latency_ms=1,
    latency_jitter_ms=1,
)
WAITING_LIMITS = ("open", "partially_filled")
POOR_UNITS = 1_234_567
MARGIN_UNITS = 50 * 10**8
"""Little enough that one order of many lots, at a leverage of 20, is liquidated by a crash."""
MAX_FORKS = 3
MIDDLE = {"BTC-USDT": 6_400_000, "ETH-USDT": 30_000, "SHIB-USDT": 1_000}
symbols = st.sampled_from(sorted(INSTRUMENTS))
offsets = st.integers(-40, 40)
small_lots = st.integers(1, 3_000)


class AskedTerms(msgspec.Struct):
    """What an order may say beside type, quantity and prices."""

    lasts_ns: int
    trail: int
    by_percent: bool
    reduce_only: bool
    parts: int


asked_terms = st.builds(
    AskedTerms,
    lasts_ns=st.integers(1, 60_000),
    trail=st.integers(1, 40),
    by_percent=st.booleans(),
    reduce_only=st.integers(0, 3).map(lambda number: number == 0),
    parts=st.integers(1, 4),
)


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


def _other(side: str) -> str:
    return "sell" if side == "buy" else "buy"


class ExchangeMachine(RuleBasedStateMachine):
    """Random trading in two symbols by two cash accounts and a margin account."""

    orders = Bundle("orders")

    @initialize()
    def open(self) -> None:
        self.scene = ListScene(USDT=5_000 * 10**8, BTC=10**7)
        self.scene.open_account("b", balances={"USDT": 100_000 * 10**8, "ETH": 10**10, "BTC": 10**8, "SHIB": 10**13})
        self.scene.open_account("m", account_type="margin", allow_short=True, balances={"USDT": MARGIN_UNITS})
        self.scene.open_account("poor", balances={"USDT": POOR_UNITS})
        self.scene.open_account("slow", policy=SLOW)
        self.scene.open_account("kind", policy=PRESETS["ideal"])
        terms = MarginTerms(
            leverage=20, liquidation_fee_ppm=5_000, funding_ppm=100, interest_ppm=50_000, borrow_ppm=30_000
        )
        self.scene.keep(self.scene.exchange.apply(ChangeAccount(account_id="m", margin=terms), self.scene.time_ns))
        self.ledger = Ledger()
        self.ledger.read(self.scene.events)
        self.seen = len(self.scene.events)
        self.updates: dict[str, MarketUpdate] = {}
        self.position_before: dict[tuple[str, str], int] = defaultdict(int)
        self.paths: dict[str, tuple[int, list[int]]] = {}
        """Of trailing orders: the price they were placed at, and all prices since."""
        self.states: dict[str, TradingState] = {}
        self.filled: dict[str, int] = defaultdict(int)
        self.queues: dict[str, tuple[int, int]] = {}
        """Of waiting limits: the time priority they have, and what was ahead of them when last looked."""
        for symbol in sorted(INSTRUMENTS):
            self.move_market(symbol=symbol, last=0, moved=False, ladder=[(1, 2_000)], traded=(0, "buy"), after_ms=0)

    @rule(
        symbol=symbols,
        last=offsets,
        moved=st.booleans(),
        ladder=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 2_000)), min_size=1, max_size=4),
        traded=st.tuples(st.sampled_from([0, 0, 500, 3_000]), st.sampled_from(["buy", "sell"])),
        after_ms=st.sampled_from([0, 0, 1, 3]),
    )
    def move_market(
        self,
        symbol: str,
        last: int,
        moved: bool,
        ladder: list[tuple[int, int]],
        traded: tuple[int, str],
        after_ms: int,
    ) -> None:
        last_ticks = MIDDLE[symbol] + 10 * last
        before = self.updates.get(symbol)
        from_ticks = before.last_ticks if moved and before else last_ticks
        bids, asks, distance = [], [], 0
        for step, lots in ladder:
            distance += step
            bids.append((last_ticks - distance, lots))
            asks.append((last_ticks + distance, lots))
        self.scene.market(
            last_ticks,
            came_from=from_ticks,
            bids=tuple(bids),
            asks=tuple(asks),
            symbol=symbol,
            traded=traded[0],
            trade_side=traded[1],
            after_ns=1_000 + after_ms * 1_000_000,
        )
        self._note_update(symbol, from_ticks, last_ticks)

    def _note_update(self, symbol: str, from_ticks: int, last_ticks: int) -> None:
        update = self.scene.exchange.market_update(symbol)
        assert update is not None
        self.updates[symbol] = update
        self._note_arrivals(self.scene.events[self.seen :])
        for order_id, (_, steps) in self.paths.items():
            if self.scene.exchange.orders[order_id].symbol == symbol:
                steps.extend((from_ticks, last_ticks))

    def _note_arrivals(self, events: list[AnyEvent]) -> None:
        """A trailing stop that was on its way follows the prices from the one that it met."""
        for event in events:
            if isinstance(event, OrderArrived) and event.watermark_ticks is not None:
                self.paths.setdefault(event.order_id, (event.watermark_ticks, []))

    @rule(symbol=symbols, percent=st.integers(-60, 90), lots=st.integers(1, 5_000))
    def crash(self, symbol: str, percent: int, lots: int) -> None:
        """A jump that leaves a margin account without its margin; the book may be too thin to close it."""
        last = MIDDLE[symbol] * (100 + percent) // 100
        self.scene.market(last, bids=((last - 1, lots),), asks=((last + 1, lots),), symbol=symbol)
        self._note_update(symbol, last, last)

    @rule(hours=st.integers(1, 20))
    def let_hours_pass(self, hours: int) -> None:
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
        kind=st.sampled_from(["notional", *OrderType]),
        tif=st.sampled_from([None, *TimeInForce]),
        price=offsets,
        stop=offsets,
        lots=small_lots,
        post_only=st.booleans(),
        terms=asked_terms,
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
        terms: AskedTerms,
    ) -> str | None:
        priced = kind in ("limit", "stop_limit", "take_profit_limit")
        trails = kind.startswith("trailing")
        before = self.scene.exchange.state_hash()
        try:
            order = self.scene.place(
                side,
                None if kind == "notional" else lots,
                type="market" if kind == "notional" else kind,
                tif=tif,
                price=MIDDLE[symbol] + 10 * price if priced else None,
                stop=MIDDLE[symbol] + 10 * stop if kind.startswith(("stop", "take")) else None,
                notional=lots * 10**7 if kind == "notional" else None,
                post_only=post_only and kind == "limit",
                expires=self.scene.time_ns + terms.lasts_ns if tif == "gtd" else None,
                trail=10 * terms.trail if trails and not terms.by_percent else None,
                trail_ppm=100 * terms.trail if trails and terms.by_percent else None,
                limit_offset=terms.trail if kind == "trailing_stop_limit" else None,
                reduce_only=terms.reduce_only and kind != "notional",
                display=max(lots // terms.parts, 1) if terms.parts > 1 and (priced or kind.endswith("limit")) else None,
                account=account,
                symbol=symbol,
            )
        except DomainError:
            assert self.scene.exchange.state_hash() == before
            return None
        if order.is_trailing:
            self.paths[order.id] = (self.updates[symbol].last_ticks, [])
        return order.id

    @rule(
        target=orders,
        account=st.sampled_from(("a", "b", "m", "slow")),
        symbol=symbols,
        is_buy=st.booleans(),
        lots=small_lots,
        share=st.integers(1, 3),
        stop=offsets,
        price=offsets,
    )
    def lessen(
        self, account: str, symbol: str, is_buy: bool, lots: int, share: int, stop: int, price: int
    ) -> str | None:
        """A position, and an order for some of it or more that may only lessen it: a stop, or else a limit."""
        if symbol not in self.updates:
            return None
        if account != "m" or is_buy:
            self.scene.place("buy", lots, account=account, symbol=symbol)
        else:
            self.scene.place("sell", lots, account=account, symbol=symbol)
        held = self.scene.exchange.accounts[account].positions.get(symbol)
        if held is None or not held.quantity_lots:
            return None
        return self.scene.place(
            "sell" if held.quantity_lots > 0 else "buy",
            max(abs(held.quantity_lots) * share // 2, 1),
            type="stop" if stop % 2 else "limit",
            stop=MIDDLE[symbol] + 10 * stop if stop % 2 else None,
            price=None if stop % 2 else MIDDLE[symbol] + 10 * price,
            reduce_only=True,
            account=account,
            symbol=symbol,
        ).id

    @rule(
        target=orders,
        account=st.sampled_from(("b", "slow")),
        symbol=symbols,
        is_buy=st.booleans(),
        trail=st.integers(1, 30),
        by_percent=st.booleans(),
        is_limited=st.booleans(),
    )
    def trail(
        self, account: str, symbol: str, is_buy: bool, trail: int, by_percent: bool, is_limited: bool
    ) -> str | None:
        if symbol not in self.updates:
            return None
        order = self.scene.place(
            "buy" if is_buy else "sell",
            1_000,
            type="trailing_stop_limit" if is_limited else "trailing_stop",
            trail=None if by_percent else 10 * trail,
            trail_ppm=100 * trail if by_percent else None,
            limit_offset=trail if is_limited else None,
            account=account,
            symbol=symbol,
        )
        if order.is_trailing:
            self.paths[order.id] = (self.updates[symbol].last_ticks, [])
        return order.id

    @rule(
        target=orders,
        account=st.sampled_from(("b", "slow", "kind")),
        symbol=symbols,
        is_buy=st.booleans(),
        away=st.integers(1, 3),
        display=st.integers(100, 900),
    )
    def show_a_part(self, account: str, symbol: str, is_buy: bool, away: int, display: int) -> str | None:
        """An iceberg a few ticks from the price, where the next step may touch it or go through it."""
        if symbol not in self.updates:
            return None
        price = self.updates[symbol].last_ticks + (-10 * away if is_buy else 10 * away)
        order = self.scene.place(
            "buy" if is_buy else "sell",
            2_000,
            type="limit",
            price=price,
            display=display,
            account=account,
            symbol=symbol,
        )
        return order.id

    @rule(by_ns=st.integers(1, 40_000))
    def let_time_pass(self, by_ns: int) -> None:
        self.scene.time_ns += by_ns
        self.scene.keep(self.scene.exchange.on_time(self.scene.time_ns))

    @rule(order_id=orders, terms=asked_terms)
    def replace_terms(self, order_id: str | None, terms: AskedTerms) -> None:
        order = None if order_id is None else self.scene.exchange.orders[order_id]
        if order is None or order.terms is None:
            return
        held = order.terms
        trails = order.watermark_ticks is not None and not order.triggered
        asked = Terms(
            expires_ns=self.scene.time_ns + terms.lasts_ns if order.time_in_force == "gtd" else None,
            trail_ticks=10 * terms.trail if trails and not terms.by_percent else None,
            trail_ppm=100 * terms.trail if trails and terms.by_percent else None,
            display_lots=None if held.display_lots is None else max(order.quantity_lots // terms.parts, 1),
        )
        self._apply_or_unchanged(ReplaceOrder(order_id=order.id, account_id=order.account_id, terms=asked))

    @rule(
        target=orders,
        account=st.sampled_from(ACCOUNTS),
        symbol=symbols,
        side=st.sampled_from(["buy", "sell"]),
        kind=st.sampled_from(["oco", "oto", "bracket"]),
        entry=st.sampled_from(["market", "limit", "stop"]),
        same_side=st.booleans(),
        stop_kind=st.sampled_from(["stop", "stop_limit", "trailing_stop", "trailing_stop_limit", "share"]),
        target_kind=st.sampled_from(["limit", "take_profit", "take_profit_limit"]),
        away=offsets,
        width=st.integers(1, 30),
        lots=small_lots,
    )
    def place_list(
        self,
        account: str,
        symbol: str,
        side: str,
        kind: str,
        entry: str,
        same_side: bool,
        stop_kind: str,
        target_kind: str,
        away: int,
        width: int,
        lots: int,
    ) -> str | None:
        middle = MIDDLE[symbol] + 10 * away
        closes_by_selling = (side == "sell") == (kind == "oco")
        up = 1 if closes_by_selling else -1
        aim, fear = middle + up * 5 * width, middle - up * 5 * width
        target = {
            "limit": {"price": aim},
            "take_profit": {"stop": aim, "type": "take_profit"},
            "take_profit_limit": {"stop": aim, "price": aim - up * 5, "type": "take_profit_limit"},
        }[target_kind]
        stop = {
            "stop": {"stop": fear},
            "stop_limit": {"stop": fear, "type": "stop_limit", "price": fear - up * 20},
            "trailing_stop": {"trail": 5 * width},
            "trailing_stop_limit": {"trail": 5 * width, "type": "trailing_stop_limit", "limit_offset": 20},
            "share": {"trail_ppm": 100 * width},
        }[stop_kind]
        opening = {"type": entry} if entry == "market" else {"price" if entry == "limit" else "stop": middle}
        legs = {
            "oco": {"take_profit": target, "stop_loss": stop},
            "oto": {"entry": opening, "then": {"side": side if same_side else _other(side), "price": middle}},
            "bracket": {"entry": opening, "take_profit": target, "stop_loss": stop},
        }[kind]
        before = self.scene.exchange.state_hash()
        try:
            placed = self.scene.place_list(kind, side, lots, account=account, symbol=symbol, **legs)
        except DomainError:
            assert self.scene.exchange.state_hash() == before
            return None
        assert len({order.status == "rejected" for order in placed}) == 1, "all of a list or none of it"
        return placed[-1].id

    @rule(order_id=orders)
    def cancel_list(self, order_id: str | None) -> None:
        order = self.scene.exchange.orders.get(order_id or "")
        if order is not None and order.link is not None:
            self._apply_or_unchanged(CancelOrderList(account_id=order.account_id, order_ids=order.link.order_ids))

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

    @rule(
        account=st.sampled_from(ACCOUNTS),
        most_open=st.none() | st.integers(0, 3),
        position=st.none() | st.integers(1, 50),
        collar=st.none() | st.integers(1, 50),
        leverage=st.none() | st.integers(1, 20),
        daily_loss=st.none() | st.integers(1, 20),
        drawdown=st.none() | st.integers(1, 5_000),
        on_breach=st.sampled_from([REDUCING, HALTED]),
        closes=st.booleans(),
    )
    def limit(
        self,
        account: str,
        most_open: int | None,
        position: int | None,
        collar: int | None,
        leverage: int | None,
        daily_loss: int | None,
        drawdown: int | None,
        on_breach: TradingState,
        closes: bool,
    ) -> None:
        limits = RiskLimits(
            max_open_orders=most_open,
            max_position_notional_units=None if position is None else position * 10**9,
            price_collar_ppm=None if collar is None else collar * 100,
            max_leverage_ppm=None if leverage is None else leverage * 100_000,
            max_daily_loss_units=None if daily_loss is None else daily_loss * 10**6,
            max_drawdown_ppm=drawdown,
            on_breach=on_breach,
            closes_on_breach=closes,
        )
        self._apply_or_unchanged(SetRiskLimits(account_id=account, limits=limits))

    @rule(
        account=st.sampled_from([*ACCOUNTS, EVERY_ACCOUNT]),
        state=st.sampled_from(list(TradingState)),
        cancels=st.booleans(),
        closes=st.booleans(),
    )
    def put_into_state(self, account: str, state: TradingState, cancels: bool, closes: bool) -> None:
        before = len(self.scene.events)
        command = SetRiskState(
            account_id=account, state=state, reason="x", by="y", cancels_orders=cancels, closes_positions=closes
        )
        self._apply_or_unchanged(command)
        if state is HALTED and cancels:
            exchange = self.scene.exchange
            named = list(exchange.accounts.values()) if account == EVERY_ACCOUNT else [exchange.accounts[account]]
            assert not any(each.open_orders for each in named)
        assert all(event.account_id == account or account == EVERY_ACCOUNT for event in self.scene.events[before:])

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
        self._note_arrivals(new)
        self._check_fills(new)
        for event in new:
            self._check_state(event)

    def _check_state(self, event: AnyEvent) -> None:
        """No order is taken while its account is halted, but those that a halt or a liquidation closes positions with."""
        if isinstance(event, RiskStateSet):
            self.states[event.account_id] = event.state
        elif isinstance(event, AccountForked):
            self.states[event.account_id] = event.risk.state
        elif isinstance(event, OrderAccepted) and not event.order_id.startswith("closing-") and event.reason is None:
            assert HALTED not in (self.states.get(event.account_id), self.states.get(EVERY_ACCOUNT))

    def _check_fills(self, events: list) -> None:
        for event in events:
            if isinstance(event, AccountForked):
                self.filled.update((order.id, order.filled_lots) for order in event.orders)
                for forked in event.positions:
                    self.position_before[event.account_id, forked.symbol] = forked.quantity_lots
            if isinstance(event, AccountReset):
                for key in [key for key in self.position_before if key[0] == event.account_id]:
                    del self.position_before[key]
            if isinstance(event, OrderFilled):
                order = self.scene.exchange.orders[event.order_id]
                assert order.filled_lots <= order.quantity_lots
                assert event.fee_units >= 0
                self.filled[order.id] += event.quantity_lots
                self._check_price(order, event)
                self._note_fill(event)

    def _check_price(self, order: Order, event: OrderFilled) -> None:
        instrument: Instrument = INSTRUMENTS[order.symbol]
        assert event.price_ticks > 0
        assert instrument.notional_units(event.price_ticks, event.quantity_lots) > 0
        if order.reduce_only:
            self._check_lessening(order, event)
        if order.price_ticks is not None and order.replaced_ns is None:
            if order.side is Side.BUY:
                assert event.price_ticks <= order.price_ticks
            else:
                assert event.price_ticks >= order.price_ticks

    def _check_lessening(self, order: Order, event: OrderFilled) -> None:
        """What was lessened is not on the other side now, unless another order went there since."""
        lots = self.position_before[order.account_id, order.symbol]
        assert 0 < event.quantity_lots <= (lots if order.side is Side.SELL else -lots)

    def _note_fill(self, event: OrderFilled) -> None:
        """The position of the account, fill by fill; a cash account's never falls below nothing."""
        order = self.scene.exchange.orders[event.order_id]
        key = order.account_id, order.symbol
        sign = 1 if order.side is Side.BUY else -1
        lots = self.position_before[key] + sign * event.quantity_lots
        is_cash = self.scene.exchange.accounts[order.account_id].type == "cash"
        self.position_before[key] = max(lots, 0) if is_cash else lots

    @invariant()
    def no_filled_lot_is_lost(self) -> None:
        """Not by a replacement either: whatever is asked for, what was filled stays a part of the order."""
        self._read_new_events()
        for order in self.scene.exchange.orders.values():
            assert order.filled_lots == self.filled[order.id] <= order.quantity_lots

    @invariant()
    def no_queue_ahead_grows(self) -> None:
        """While an order keeps its time priority nobody gets ahead of it."""
        for order in self.scene.exchange.orders.values():
            ahead_lots = self.scene.exchange.watched(order).queue_lots if order.status in WAITING_LIMITS else None
            if ahead_lots is None:
                continue
            sequence, before_lots = self.queues.get(order.id, (order.sequence, ahead_lots))
            assert ahead_lots >= 0
            assert ahead_lots <= before_lots or sequence != order.sequence
            self.queues[order.id] = (order.sequence, ahead_lots)

    @invariant()
    def no_reduce_only_order_is_larger_than_its_position(self) -> None:
        for account in self.scene.exchange.accounts.values():
            waiting = {order.id for order in account.open_orders.values() if order.reduce_only}
            assert waiting == {each for orders in account.reducing.values() for each in orders}
            for order_id in waiting:
                order = account.open_orders[order_id]
                lots = account.positions[order.symbol].quantity_lots
                assert 0 < order.remaining_lots <= (lots if order.side is Side.SELL else -lots)

    @invariant()
    def no_order_outlives_its_time_and_an_iceberg_shows_a_part_of_what_is_left(self) -> None:
        for account in self.scene.exchange.accounts.values():
            for order in account.open_orders.values():
                assert order.expires_ns is None or order.expires_ns > self.scene.time_ns
                assert (order.time_in_force in ("gtd", "day")) == (order.expires_ns is not None)
                assert (order.shown_lots is None) == (order.display_lots is None)
                if order.shown_lots is not None and order.display_lots is not None:
                    assert 0 < order.shown_lots <= min(order.display_lots, order.remaining_lots)

    @invariant()
    def trailing_stops_stand_where_the_prices_since_put_them(self) -> None:
        for order_id, (first, steps) in self.paths.items():
            order = self.scene.exchange.orders[order_id]
            if order.is_trailing:
                better = min if order.side is Side.BUY else max
                present = self.scene.exchange.present(order)
                assert order.terms is not None
                assert present.watermark_ticks == better([first, *steps])
                assert present.stop_ticks == stop_of(order.side, better([first, *steps]), order.terms)

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
            waiting = [
                o for o in account.open_orders.values() if o.symbol == symbol and o.reserves and not o.reduce_only
            ]
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
        moved = self.scene.events[self.scene.events.index(opening[-1]) :]
        return opening[-1].balances.get(asset, 0) + sum(
            event.units
            for event in moved
            if isinstance(event, FundsMoved) and (event.account_id, event.asset) == (account_id, asset)
        )

    @invariant()
    def nothing_crossing_is_left_waiting_untriggered(self) -> None:
        for order in self.scene.exchange.orders.values():
            update = self.updates.get(order.symbol)
            if order.status == "pending" and update is not None and not (order.is_dormant or self._gave_way(order)):
                stop_ticks = self.scene.exchange.present(order).stop_ticks
                assert stop_ticks is not None
                rises = (order.side is Side.BUY) != order.type.startswith("take_profit")
                assert not (update.last_ticks >= stop_ticks if rises else update.last_ticks <= stop_ticks)

    def _gave_way(self, order: Order) -> bool:
        """Whether the other leg of its pair has traded: one step fills one of both, and this one waits for the next."""
        sibling = None if order.link is None else self.scene.exchange.orders.get(order.link.sibling_id or "")
        return sibling is not None and sibling.filled_lots > 0

    @invariant()
    def order_lists_hold_together(self) -> None:
        for order in self.scene.exchange.orders.values():
            if order.link is not None and order.id == order.link.list_id and order.status != "rejected":
                self._check_list(
                    [self.scene.exchange.orders[order_id] for order_id in order.link.order_ids], order.link
                )

    def _check_list(self, orders: list[Order], link: Link) -> None:
        legs = orders if link.type == "oco" else orders[1:]
        filled = sum(leg.filled_lots for leg in legs)
        if link.type == "oco":
            assert filled <= max(leg.quantity_lots for leg in legs)
        else:
            entry = orders[0]
            assert filled <= entry.filled_lots
            assert entry.is_live or not any(leg.is_live and leg.is_dormant for leg in legs)
            if any(not leg.is_live for leg in legs):
                assert not any(order.is_live for order in orders)
            elif entry.filled_lots:
                assert (
                    all(leg.remaining_lots == entry.filled_lots - filled for leg in legs) or legs[0].side is entry.side
                )
        if len(legs) == 2:
            assert legs[0].is_live == legs[1].is_live
            if legs[0].is_live:
                assert legs[0].remaining_lots == legs[1].remaining_lots
                assert 0 in (leg.held_units for leg in legs)
        for leg in legs:
            assert not (leg.is_live and leg.is_dormant and leg.held_units)

    @invariant()
    def no_step_fills_both_legs_of_a_pair(self) -> None:
        seen: dict[tuple[str, int], str] = {}
        for event in self.scene.events:
            if isinstance(event, OrderFilled):
                order = self.scene.exchange.orders[event.order_id]
                if order.link is not None and order.link.sibling_id is not None:
                    pair = (min(order.id, order.link.sibling_id), event.time_ns)
                    assert seen.setdefault(pair, order.id) == order.id or order.replaced_ns is not None

    @invariant()
    def folding_the_events_gives_the_same_state(self) -> None:
        assert replayed(self.scene.events).state_hash() == self.scene.exchange.state_hash()

    def teardown(self) -> None:
        triggers = [event for event in getattr(self, "scene", Scene()).events if isinstance(event, OrderTriggered)]
        assert len(triggers) == len({event.order_id for event in triggers})


ExchangeMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestExchange = ExchangeMachine.TestCase
