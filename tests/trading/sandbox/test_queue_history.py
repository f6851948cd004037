"""How an order's turn came nearer, against the queue that it waited in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trading.sandbox.test_price_queues import EVENLY, LOTS, order_of
from tests.trading.sandbox.test_queues import ahead_of, rest, scene_at_the_touch, step
from trading.sandbox import queue_history
from trading.sandbox.orders import CancelOrder, ReplaceOrder
from trading.sandbox.price_queues import PriceQueue
from trading.sandbox.queue_history import QueueHistory, QueuePoint, QueueStep

STEPS = st.lists(st.tuples(st.just(0) | st.integers(1, 8), LOTS | st.none(), LOTS | st.none()), max_size=40)


def points_of(scene, order) -> list[tuple[int, int]]:
    return [(point.printed_lots, point.ahead_lots) for point in scene.exchange.watched(order).queue_points]


@given(LOTS, st.lists(st.tuples(LOTS, STEPS), min_size=1, max_size=4), st.sampled_from([None, EVENLY]))
def test_the_last_point_is_what_the_queue_says_of_orders_that_came_at_any_time(first_lots, parts, policy):
    queue, history, orders = PriceQueue([]), QueueHistory(), []
    for moment, (lots, steps) in enumerate([(first_lots, []), *parts], 1):
        orders.append(order_of(moment, policy, lots))
        orders[-1].sequence = moment
        queue.join(orders[-1])
        for number, (printed, before, after) in enumerate(steps):
            queue.settle()
            queue.step(printed, before, after)
            history.note(True, 15, QueueStep(moment, 100 * moment + number, printed, before, after))
    for order in orders:
        points = history.of(order)
        ahead = [order.queue_lots, *(point.ahead_lots for point in points)]
        assert ahead[-1] == queue.ahead_lots(order)
        assert all(later < earlier for earlier, later in pairwise(ahead))


@given(st.integers(0, 60), st.lists(st.tuples(st.integers(0, 3), st.none(), st.integers(0, 60) | st.none())))
def test_what_is_kept_coarser_ends_where_every_step_does(lots, steps):
    order, fine, coarse = order_of(1, None, lots), QueueHistory(), QueueHistory()
    for number, (printed, before, after) in enumerate(steps):
        for history, most in ((fine, 10_000), (coarse, 8)):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(queue_history, "MAX_STEPS", most)
                history.note(True, 15, QueueStep(1, number, printed, before, after))
    last = [points[-1].ahead_lots if (points := each.of(order)) else None for each in (fine, coarse)]
    assert last[0] == last[1]
    assert len(coarse._steps.get((True, 15), [])) < 8


def test_trades_and_cancellations_at_the_price_are_points_and_idle_steps_are_none():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    step(scene, 101)
    step(scene, 101, bids=((100, 5_000), (99, 80_000)))
    assert points_of(scene, order) == [(30_000, 20_000), (0, 5_000)]
    assert ahead_of(scene, order) == 5_000


def test_a_change_of_place_begins_a_new_way():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    scene.keep(
        scene.exchange.apply(ReplaceOrder(account_id="a", order_id=order.id, quantity_lots=12_000), scene.time_ns)
    )
    assert points_of(scene, scene.exchange.orders[order.id]) == []


def test_an_order_that_ended_keeps_its_way_and_hears_nothing_after():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    scene.keep(scene.exchange.apply(CancelOrder(account_id="a", order_id=order.id), scene.time_ns))
    other = rest(scene, 100)
    step(scene, 100, traded=10_000, trade_side="sell", after_ns=1_000)
    assert points_of(scene, scene.exchange.orders[order.id]) == [(30_000, 20_000)]
    assert points_of(scene, other) == [(10_000, 40_000)]


def test_only_so_many_prices_are_remembered(monkeypatch):
    monkeypatch.setattr(queue_history, "MAX_PRICES", 3)
    history = QueueHistory()
    for price in range(10):
        history.note(True, price, QueueStep(0, price, 1, None, 5))
    assert sorted(price for _, price in history._steps) == [7, 8, 9]


def test_an_unshown_level_says_nothing_until_it_is_shown():
    order, history = order_of(1, None, None), QueueHistory()
    history.note(True, 15, QueueStep(1, 1, 3, None, None))
    assert history.of(order) == []
    history.note(True, 15, QueueStep(1, 2, 0, None, 7))
    assert history.of(order) == [QueuePoint(2, 3, 7, is_first_shown=True)]
