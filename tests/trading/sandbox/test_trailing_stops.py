"""Trailing stops are where a naive look at each order on each price would have them, and trigger when it would say so."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.sandbox.scene import BTC, UNIT, Scene, replayed
from trading.sandbox import trailing as trailing_module
from trading.sandbox.events import StopsTrailed
from trading.sandbox.orders import PENDING, CancelOrder, Order, OrderType, Side, Terms, TimeInForce
from trading.sandbox.trailing import Extremes, TrailingStops, Watermarks, stop_of

PRICE = 6_400_000

steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 6), st.booleans()),
        st.tuples(st.just("remove"), st.integers(0, 30), st.just(False)),
        st.tuples(st.just("price"), st.integers(20, 60), st.just(False)),
    ),
    max_size=120,
)


@dataclass
class Naive:
    """One order that is looked at on every price."""

    order: Order
    watermark: int

    @property
    def stop(self) -> int:
        assert self.order.terms is not None
        return stop_of(self.order.side, self.watermark, self.order.terms)

    def see(self, price: int) -> None:
        better = min if self.order.side is Side.BUY else max
        self.watermark = better(self.watermark, price)


def make_order(number: int, side: Side, watermark: int, distance: int, is_share: bool) -> Order:
    terms = Terms(trail_ppm=distance * 20_000) if is_share else Terms(trail_ticks=distance)
    return Order(
        id=f"o{number}",
        account_id="a",
        symbol="X-Y",
        side=side,
        type=OrderType.TRAILING_STOP,
        time_in_force=TimeInForce.GTC,
        quantity_lots=1,
        status=PENDING,
        sequence=number,
        terms=terms,
        watermark_ticks=watermark,
    )


@given(steps=steps, side=st.sampled_from(Side), spare=st.sampled_from([0, 64]))
def test_stops_equal_a_naive_scan_on_every_price(steps, side, spare):
    original, trailing_module.SPARE = trailing_module.SPARE, spare
    try:
        compare_with_a_scan(steps, side)
    finally:
        trailing_module.SPARE = original


def compare_with_a_scan(steps: list, side: Side) -> None:
    waiting, marks, price = TrailingStops(follows_highs=side is Side.SELL), Watermarks(), 40
    naive: list[Naive] = []
    for number, (kind, value, is_share) in enumerate(steps, start=1):
        if kind == "add":
            naive.append(Naive(make_order(number, side, price, value, is_share), price))
            waiting.add(naive[-1].order)
        elif kind == "remove" and naive:
            gone = naive.pop(value % len(naive))
            waiting.remove(gone.order, gone.watermark)
        elif kind == "price":
            price = value
            let_follow(waiting, marks, side, price, number)
            for each in naive:
                each.see(price)
            reached = {each.order.id: each.stop for each in naive if is_reached(each, price)}
            assert {order.id: stop for stop, order in waiting.reached(price)} == reached
            for each in [each for each in naive if each.order.id in reached]:
                waiting.remove(each.order, each.watermark)
                naive.remove(each)
        assert [marks.of(each.order) for each in naive] == [each.watermark for each in naive]
        assert len(waiting) == len(naive)
        assert waiting.oldest_sequence == min((each.order.sequence for each in naive), default=0)


def is_reached(each: Naive, price: int) -> bool:
    return price >= each.stop if each.order.side is Side.BUY else price <= each.stop


def let_follow(waiting: TrailingStops, marks: Watermarks, side: Side, price: int, sequence: int) -> None:
    if waiting.would_follow(price):
        is_sell = side is Side.SELL
        oldest = waiting.oldest_sequence
        high, low = (price, None) if is_sell else (None, price)
        marks.note(
            StopsTrailed(0, "", symbol="X-Y", sequence=sequence, oldest_sequence=oldest, high_ticks=high, low_ticks=low)
        )
        waiting.follow(price)


@given(notes=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50)), max_size=40), asked=st.integers(0, 60))
def test_an_order_has_seen_the_highest_price_since_its_sequence(notes, asked):
    extremes, sequence, noted = Extremes(), 0, []
    for step, value in notes:
        sequence += step
        noted.append((sequence, value))
        extremes.note(sequence, value, 0)
    seen = [value for at, value in noted if at >= asked]
    assert extremes.since(asked) == (max(seen) if seen else None)


def test_a_tick_costs_as_many_steps_with_ten_thousand_different_distances_as_with_one():
    waiting = TrailingStops(follows_highs=True)
    for number in range(1, 10_001):
        waiting.add(make_order(number, Side.SELL, 1_000_000, number, is_share=False))
    for price in range(1_000_001, 1_000_101):
        waiting.follow(price)
    assert len(waiting._groups) == 1
    assert len(waiting._alarms) <= 2 + trailing_module.SPARE
    assert sorted(stop for stop, _ in waiting.reached(1_000_100 - 3)) == [1_000_097, 1_000_098, 1_000_099]


def test_a_sell_trails_the_highest_price_and_sells_where_the_fall_passes_its_stop():
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    order = scene.place("sell", 1_000, type="trailing_stop", trail=500)
    assert (order.status, order.stop_ticks, order.watermark_ticks) == ("pending", PRICE - 500, PRICE)
    scene.market(PRICE + 300, came_from=PRICE)
    scene.market(PRICE - 100, came_from=PRICE + 300)
    assert scene.exchange.present(order).stop_ticks == PRICE - 200
    scene.market(PRICE - 400, came_from=PRICE - 100)
    assert (order.status, order.stop_ticks, order.watermark_ticks) == ("filled", PRICE - 200, PRICE + 300)
    assert scene.fills(order) == [(PRICE - 201, 1_000)]


def test_a_buy_trails_the_lowest_price_by_a_share_of_it():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="trailing_stop", trail_ppm=10_000)
    assert order.stop_ticks == PRICE + 64_000
    scene.market(6_000_000, came_from=PRICE)
    assert scene.exchange.present(order).stop_ticks == 6_060_000
    scene.market(6_060_000, came_from=6_000_000)
    assert scene.fills(order) == [(6_060_001, 1_000)]
    assert order.watermark_ticks == 6_000_000


def test_a_gap_past_the_stop_triggers_at_the_open():
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    order = scene.place("sell", 1_000, type="trailing_stop", trail=500)
    scene.market(PRICE - 2_000)
    assert scene.fills(order) == [(PRICE - 2_001, 1_000)]


def test_a_trailing_stop_limit_rests_beyond_the_stop_it_came_to():
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    order = scene.place("sell", 1_000, type="trailing_stop_limit", trail=500, limit_offset=0)
    assert (order.stop_ticks, order.price_ticks) == (PRICE - 500, PRICE - 500)
    scene.market(PRICE + 1_000, came_from=PRICE)
    scene.market(PRICE + 400, came_from=PRICE + 1_000)
    assert (order.status, order.stop_ticks, order.price_ticks) == ("open", PRICE + 500, PRICE + 500)
    scene.market(PRICE + 600, came_from=PRICE + 400)
    assert scene.fills(order) == [(PRICE + 500, 1_000)]


def test_a_trailing_buy_lets_go_of_money_as_its_stop_comes_down():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="trailing_stop_limit", trail=10_000, limit_offset=100)
    held = scene.held("USDT")
    scene.market(PRICE - 1_000_000, came_from=PRICE)
    assert scene.held("USDT") == held
    scene.market(PRICE - 990_000, came_from=PRICE - 1_000_000, asks=((PRICE - 980_000, 10**9),))
    assert (order.status, order.price_ticks) == ("open", PRICE - 989_900)
    cost = (PRICE - 989_900) * 1_000 * BTC.unit_value
    assert scene.held("USDT") == cost + -(-cost * 500 // 1_000_000) < held


def test_orders_placed_later_have_not_seen_the_earlier_high():
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    early = scene.place("sell", 1_000, type="trailing_stop", trail=500)
    scene.market(PRICE + 1_000, came_from=PRICE)
    scene.market(PRICE + 600, came_from=PRICE + 1_000)
    late = scene.place("sell", 1_000, type="trailing_stop", trail=500)
    scene.market(PRICE + 700, came_from=PRICE + 600)
    present = scene.exchange.present
    assert present(early).stop_ticks == PRICE + 500
    assert present(late).stop_ticks == PRICE + 200


def test_only_a_price_that_moves_a_stop_is_an_event_and_one_for_all_of_them():
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    for distance in (500, 900, 1_300):
        scene.place("sell", 1_000, type="trailing_stop", trail=distance)
    assert [type(event) for event in scene.market(PRICE + 10, came_from=PRICE)] == [StopsTrailed]
    assert scene.market(PRICE, came_from=PRICE + 10) == []
    assert scene.market(PRICE + 10, came_from=PRICE) == []


def test_a_replay_and_a_canceled_order_have_the_stop_it_had_come_to():
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    kept = scene.place("sell", 1_000, type="trailing_stop", trail=500)
    gone = scene.place("sell", 1_000, type="trailing_stop", trail=700)
    scene.market(PRICE + 1_000, came_from=PRICE)
    scene.keep(scene.exchange.apply(CancelOrder(order_id=gone.id, account_id="a"), scene.time_ns))
    assert (gone.stop_ticks, gone.watermark_ticks) == (PRICE + 300, PRICE + 1_000)
    again = replayed(scene.events)
    assert again.state_hash() == scene.exchange.state_hash()
    assert again.present(again.orders[kept.id]).stop_ticks == PRICE + 500


@pytest.mark.parametrize("closed", ["close_market", "halt_market"])
def test_without_a_price_there_is_nothing_to_trail(closed):
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    getattr(scene.exchange, closed)("BTC-USDT")
    order = scene.place("sell", 1_000, type="trailing_stop", trail=500)
    expected = {"close_market": "NO_MARKET_PRICE", "halt_market": "TRADING_HALTED"}
    assert (order.status, scene.events[-1].code) == ("rejected", expected[closed])
    assert order.status_reason
