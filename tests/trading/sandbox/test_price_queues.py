"""The queue at a price against a walk over its orders one by one, and what it costs."""

import gc
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markets.updates import MarketUpdate
from quant.fills import filled_by_print, queue_after_change, queue_after_print
from tests.trading.sandbox.scene import Scene
from trading.sandbox import price_queues
from trading.sandbox.links import Link, ListType, Role
from trading.sandbox.orders import BUY, GTC, LIMIT, CancelOrder, Order, ReplaceOrder
from trading.sandbox.policies import PRESETS, FillPolicy
from trading.sandbox.price_queues import PriceQueue
from trading.sandbox.queues import size_ahead

EVENLY = FillPolicy(queue_cancels="pro_rata")
POLICIES = (None, EVENLY, PRESETS["ideal"], PRESETS["pessimistic"], FillPolicy(volume_cap_percent=50))
LINK = Link(list_id="list", type=ListType.OCO, role=Role.TAKE_PROFIT, order_ids=("list", "other"))


class Walk:
    """What is ahead of orders, followed one by one: the rule that the queue must keep to."""

    def __init__(self) -> None:
        self.ahead: dict[str, int | None] = {}
        self.spare: dict[str, int] = {}

    def follow(self, order: Order, printed_lots: int, before_lots: int | None, after_lots: int | None) -> None:
        """One order's queue after one step."""
        ahead_lots = self.ahead[order.id]
        if ahead_lots is None:
            self.ahead[order.id] = after_lots
            return
        if printed_lots:
            self.spare[order.id] = filled_by_print(ahead_lots, printed_lots, printed_lots)
            ahead_lots = queue_after_print(ahead_lots, printed_lots)
        if after_lots is not None:
            is_even = order.policy is not None and order.policy.queue_cancels == "pro_rata"
            untraded_lots = max((before_lots or 0) - printed_lots, 0)
            ahead_lots = queue_after_change(ahead_lots, untraded_lots, after_lots, is_even)
        self.ahead[order.id] = ahead_lots


def order_of(number: int, policy: FillPolicy | None, ahead_lots: int | None, link: Link | None = None) -> Order:
    return Order(
        id=f"order-{number}",
        account_id="a",
        symbol="BTC-USDT",
        side=BUY,
        type=LIMIT,
        time_in_force=GTC,
        quantity_lots=1,
        price_ticks=15,
        link=link,
        policy=policy,
        queue_lots=ahead_lots,
    )


def is_filled_by_a_touch(order: Order, spare_lots: int) -> bool:
    """Whether a market that came to an order's price and no further may do something to it."""
    how = "queue" if order.policy is None else order.policy.limit_fill
    return order.link is not None or how == "touch" or (how == "queue" and spare_lots > 0)


LOTS = st.integers(0, 12)
JOINS = st.tuples(st.just("join"), st.sampled_from(POLICIES), LOTS | st.none(), st.sampled_from([None, None, LINK]))
LEAVES = st.tuples(st.just("leave"), st.integers(0, 100))
STEPS = st.tuples(st.just("step"), st.just(0) | st.integers(1, 8), LOTS | st.none(), LOTS | st.none())


@given(st.lists(JOINS | LEAVES | STEPS | STEPS, min_size=12, max_size=40), st.sampled_from([0, 64]))
def test_every_order_has_ahead_of_it_what_a_walk_over_the_orders_would_find(moves, places_kept):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(price_queues, "MIN_PLACES_BEFORE_COMPACTION", places_kept)
        queue, walk = PriceQueue([]), Walk()
        orders: list[Order] = []
        for number, (kind, *values) in enumerate(moves):
            if kind == "join":
                orders.append(order_of(number, *values))
                queue.join(orders[-1])
                walk.ahead[orders[-1].id] = orders[-1].queue_lots
            elif kind == "leave" and orders:
                gone = orders.pop(values[0] % len(orders))
                assert queue.leave(gone) == walk.spare.get(gone.id, 0)
            elif kind == "step":
                queue.settle()
                walk.spare.clear()
                before = {order.id: walk.ahead[order.id] for order in orders}
                queue.step(*values)
                for order in orders:
                    walk.follow(order, *values)
                    was, now = before[order.id], queue.ahead_lots(order)
                    assert was is None or (now is not None and now <= was)
            assert set(queue.place_of) == {order.id for order in orders}
            spare = {order.id: walk.spare.get(order.id, 0) for order in orders}
            assert {order.id: queue.ahead_lots(order) for order in orders} == {
                order.id: walk.ahead[order.id] for order in orders
            }
            assert {order.id: queue.spare_lots(order) for order in orders} == spare
            assert Counter(order.id for order in queue.touched()) == Counter(
                order.id for order in orders if is_filled_by_a_touch(order, spare[order.id])
            )


def test_what_a_trade_left_for_an_order_stays_its_own_when_others_leave_evenly():
    queue, (near, far) = PriceQueue([]), (order_of(number, EVENLY, ahead) for number, ahead in enumerate((2, 9)))
    queue.join(near)
    queue.join(far)
    queue.step(5, 10, 3)
    assert [(queue.ahead_lots(order), queue.spare_lots(order)) for order in (near, far)] == [(0, 3), (3, 0)]


def test_places_whose_orders_have_gone_are_swept_out_and_the_others_stay_as_they_are():
    queue, kept = PriceQueue([]), [order_of(number, None, 1_000 * number) for number in range(1, 6)]
    for order in kept:
        queue.join(order)
    for number in range(10, 1_000):
        passing = order_of(number, None, 10 * number)
        queue.join(passing)
        queue.leave(passing)
    assert len(queue._places) < 100
    queue.step(1_500, None, 4_000)
    assert [queue.ahead_lots(order) for order in kept] == [0, 500, 1_500, 2_500, 3_500]


# The exchange, with orders of several accounts at several prices ----------------------------------------------------------

PLACED = st.tuples(st.just("place"), st.sampled_from(["a", "b", "even"]), st.integers(98, 100), st.integers(1, 20))
CHANGED = st.tuples(st.sampled_from(["cancel", "move", "shrink"]), st.integers(0, 100))
LEVELS = st.dictionaries(st.integers(98, 101), st.integers(1, 30), max_size=3)
MOVED = st.tuples(
    st.just("step"),
    LEVELS | st.none(),
    st.sampled_from([99, 100, 100, 101]),
    st.sampled_from([0, 1, 5, 8, 13]),
    st.sampled_from(["buy", "sell", ""]),
    st.sampled_from([101, 102, 103]),
)


class Crowd:
    """A scene in which orders of several accounts rest, and beside it what walking over them gives."""

    def __init__(self) -> None:
        self.scene = Scene(USDT=10**18)
        self.scene.open_account("b", balances={"USDT": 10**18})
        self.scene.open_account("even", balances={"USDT": 10**18}, policy=EVENLY)
        self.walk = Walk()
        self.places: dict[str, int] = {}
        self.bids: dict[int, int] = {100: 10, 99: 20}
        self.step(None, 101, 0, "", 102)
        for account in ("a", "b", "even"):
            self.place(account, 100, 20)
        self.note()

    @property
    def resting(self) -> list[Order]:
        return [order for order in self.scene.exchange.orders.values() if order.is_live]

    def note(self) -> None:
        """Orders that are new, or at a place of their own making, begin where they say they do."""
        for order in self.resting:
            if self.places.get(order.id) != order.sequence:
                self.places[order.id] = order.sequence
                self.walk.ahead[order.id] = order.queue_lots

    def place(self, account: str, price_ticks: int, lots: int) -> None:
        self.scene.place("buy", lots, type="limit", price=price_ticks, account=account, symbol="SHIB-USDT")

    def change(self, kind: str, which: int) -> None:
        if not (orders := self.resting):
            return
        order, exchange = orders[which % len(orders)], self.scene.exchange
        if kind == "cancel":
            exchange.apply(CancelOrder(order_id=order.id, account_id=order.account_id), 0)
        elif kind == "move":
            price_ticks = 98 + (order.price_ticks or 0) % 3
            exchange.apply(ReplaceOrder(order_id=order.id, account_id=order.account_id, price_ticks=price_ticks), 0)
        elif order.remaining_lots > 1:
            lots = order.quantity_lots - 1
            exchange.apply(ReplaceOrder(order_id=order.id, account_id=order.account_id, quantity_lots=lots), 0)

    def step(self, bids: dict[int, int] | None, last: int, traded: int, side: str, ask: int) -> None:
        """Move the market, and have every order walked to where it must be now."""
        before = self.scene.exchange.market_update("SHIB-USDT")
        self.bids = self.bids if bids is None else {price: lots for price, lots in bids.items() if price < ask}
        levels = tuple(sorted(self.bids.items(), reverse=True))
        update = MarketUpdate(
            "SHIB-USDT", 0, last, last, 1, 10**9, levels, ((ask, 10**6),), traded_lots=traded, trade_side=side
        )
        fills = self._walked(update, before)
        filled = {order.id: order.filled_lots for order in self.resting}
        self.scene.market(
            last, bids=levels, asks=update.asks, traded=traded, trade_side=side, symbol="SHIB-USDT", is_real_depth=True
        )
        orders = self.scene.exchange.orders
        assert {order_id: orders[order_id].filled_lots - lots for order_id, lots in filled.items()} == fills

    def _walked(self, update: MarketUpdate, before: MarketUpdate | None) -> dict[str, int]:
        """Walk the orders through a step; what each of them gets of what traded."""
        self.walk.spare.clear()
        taken: Counter[str] = Counter()
        fills: dict[str, int] = {}
        for order in sorted(self.resting, key=lambda order: order.sequence):
            price_ticks, last_ticks = order.price_ticks or 0, update.last_ticks
            is_hit = update.traded_lots > 0 and last_ticks == price_ticks and update.trade_side != "buy"
            if is_followed(price_ticks, update, before):
                printed_lots = update.traded_lots if is_hit else 0
                before_lots, after_lots = size_ahead(before, True, price_ticks), size_ahead(update, True, price_ticks)
                self.walk.follow(order, printed_lots, before_lots, after_lots)
            spare_lots = self.walk.spare.get(order.id, 0)
            if update.traded_lots and last_ticks < price_ticks:
                spare_lots = update.traded_lots
            fills[order.id] = max(min(order.remaining_lots, spare_lots - taken[order.account_id]), 0)
            taken[order.account_id] += fills[order.id]
        return fills


def is_followed(price_ticks: int, update: MarketUpdate, before: MarketUpdate | None) -> bool:
    """Whether a step may have moved the queue of bids at a price: the best level, or that of the trade."""
    if update.traded_lots:
        return price_ticks >= min([update.last_ticks, *(price for price, _ in update.bids[:1])])
    is_known = before is not None and before.bids[:1] == update.bids[:1]
    return bool(update.bids) and price_ticks >= update.bids[0][0] and not is_known


@given(st.lists(PLACED | CHANGED | MOVED | MOVED, min_size=8, max_size=25))
def test_a_crowd_of_orders_waits_and_fills_as_a_walk_over_them_would_have_it(moves):
    crowd = Crowd()
    for kind, *values in moves:
        if kind == "place":
            crowd.place(*values)
        elif kind == "step":
            crowd.step(*values)
        else:
            crowd.change(kind, *values)
        crowd.note()
        watched = {order.id: crowd.scene.exchange.watched(order).queue_lots for order in crowd.resting}
        assert watched == {order_id: crowd.walk.ahead[order_id] for order_id in watched}


# What a step costs --------------------------------------------------------------------------------------------------------


def calls_of_a_step(orders: int, policy: FillPolicy | None, *, traded: int) -> int:
    """How many calls the exchange makes for the third step at whose best price so many orders rest."""
    scene = Scene(USDT=10**18, policy=policy)
    options = {"symbol": "SHIB-USDT", "asks": ((103, 10**9),), "traded": traded, "trade_side": "sell" if traded else ""}
    scene.market(100, bids=((100, 10**9),), **options)
    for _ in range(orders):
        scene.place("buy", 1, type="limit", price=100, symbol="SHIB-USDT")
    scene.market(101, after_ns=10**9, bids=((100, 10**9 + 1),), **{**options, "traded": 0})
    scene.market(100, bids=((100, 10**9 + 2),), **options)
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    gc.disable()  # what watches collections would be counted too
    sys.setprofile(count)
    try:
        scene.market(100, bids=((100, 10**9 - 3),), **options)
    finally:
        sys.setprofile(before)
        gc.enable()
    assert len([order for order in scene.exchange.orders.values() if order.status == "open"]) == orders
    return calls


@pytest.mark.parametrize("policy", [None, EVENLY, PRESETS["pessimistic"], PRESETS["binance-spot"]])
@pytest.mark.parametrize("traded", [0, 5])
def test_a_step_makes_no_more_calls_for_many_orders_at_its_price_than_for_a_few(policy, traded):
    assert calls_of_a_step(500, policy, traded=traded) == calls_of_a_step(5, policy, traded=traded)


@pytest.mark.parametrize("preset", ["ideal", "alpaca-paper"])
def test_a_level_that_changes_its_size_makes_no_more_calls_for_many_orders_that_a_touch_fills(preset):
    few, many = (calls_of_a_step(orders, PRESETS[preset], traded=0) for orders in (5, 500))
    assert many == few
