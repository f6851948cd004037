"""Orders, changes and cancels that take their time to the market."""

import pytest

from kit.errors import Conflict, Invalid
from tests.trading.sandbox.scene import UNIT, Scene, replayed
from trading.sandbox.events import CancelRequested, OrderArrived, ReplaceRefused
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import CancelAllOrders, CancelOrder, ReplaceOrder, ResetAccount
from trading.sandbox.policies import FillPolicy

MS = 1_000_000
SLOW = FillPolicy(place_latency_ms=100, replace_latency_ms=200, cancel_latency_ms=300)
LOTS = 100_000


def slow_scene(policy: FillPolicy = SLOW) -> Scene:
    scene = Scene(policy=policy, USDT=100_000 * UNIT, BTC=10 * UNIT)
    scene.market(10_000)
    return scene


def cancel(scene: Scene, order) -> None:
    scene.keep(scene.exchange.apply(CancelOrder(order_id=order.id, account_id="a"), scene.time_ns))


def change(scene: Scene, order, **values: int) -> None:
    command = ReplaceOrder(order_id=order.id, account_id="a", **values)
    scene.keep(scene.exchange.apply(command, scene.time_ns))


def test_an_order_meets_the_market_that_stands_when_it_arrives():
    scene = slow_scene()
    order = scene.place("buy", LOTS)
    assert (order.status, order.filled_lots, order.arrives_ns) == ("accepted", 0, scene.time_ns + 100 * MS)
    assert scene.held("USDT") > 100 * UNIT
    scene.market(10_100, after_ns=60 * MS)
    assert order.status == "accepted"
    scene.market(12_000, after_ns=60 * MS)  # it arrived before this price, and met the one that stood
    assert scene.fills(order) == [(10_101, LOTS)]
    assert order.updated_ns == order.arrives_ns
    assert scene.held("USDT") == 0
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_clock_that_moves_without_a_price_lets_it_arrive():
    scene = slow_scene()
    order = scene.place("buy", LOTS, type="limit", price=9_999)
    scene.keep(scene.exchange.on_time(scene.time_ns + 100 * MS))
    assert (order.status, order.queue_lots) == ("open", 10**9)


def test_a_market_order_on_its_way_buys_no_more_than_the_money_pays():
    scene = Scene(policy=SLOW, USDT=1_000 * UNIT)
    scene.market(10_000)
    order = scene.place("buy", 9 * LOTS)
    scene.market(20_000, after_ns=50 * MS)
    scene.market(20_000, after_ns=100 * MS)
    assert (order.status, order.filled_lots < 5 * LOTS, order.filled_lots > 4 * LOTS) == ("expired", True, True)
    assert 0 <= scene.total("USDT") < UNIT
    assert scene.held("USDT") == 0


def test_post_only_is_asked_again_on_arrival():
    scene = slow_scene()
    order = scene.place("buy", LOTS, type="limit", price=9_990, post_only=True)
    scene.market(9_900, after_ns=50 * MS)
    scene.market(9_900, after_ns=100 * MS)
    assert (order.status, order.filled_lots) == ("expired", 0)
    assert "99.01" in order.status_reason
    assert scene.held("USDT") == 0


def test_a_stop_arrives_waits_and_triggers():
    scene = slow_scene()
    order = scene.place("sell", LOTS, type="stop", stop=9_900)
    scene.market(9_950, after_ns=150 * MS)
    assert order.status == "pending"
    scene.market(9_800)
    assert order.status == "filled"


def test_fill_or_kill_that_finds_too_little_on_arrival_ends():
    scene = slow_scene()
    order = scene.place("buy", LOTS, type="limit", price=10_100, tif="fok")
    scene.market(10_050, asks=((10_051, LOTS // 2),), after_ns=50 * MS)
    scene.market(10_050, after_ns=100 * MS)
    assert (order.status, order.filled_lots) == ("expired", 0)


def test_a_cancel_travels_and_the_order_can_fill_before_it_arrives():
    scene = slow_scene()
    order, other = (scene.place("buy", LOTS, type="limit", price=price) for price in (9_900, 9_000))
    scene.market(10_000, after_ns=150 * MS)
    cancel(scene, order)
    cancel(scene, other)
    assert (order.status, order.cancel_ns) == ("open", scene.time_ns + 300 * MS)
    scene.market(9_800, after_ns=100 * MS)
    assert order.status == "filled"
    scene.market(9_850, after_ns=250 * MS)
    assert (other.status, other.status_reason) == ("canceled", "Canceled by its owner.")
    assert (other.nearest_ticks, other.cancel_ns, scene.held("USDT")) == (9_801, None, 0)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_cancel_does_not_overtake_its_order_and_a_second_one_changes_nothing():
    scene = slow_scene(FillPolicy(place_latency_ms=500, cancel_latency_ms=1))
    order = scene.place("buy", LOTS, type="limit", price=9_000)
    cancel(scene, order)
    cancel(scene, order)
    requested = [event for event in scene.events if isinstance(event, CancelRequested)]
    assert [event.arrives_ns for event in requested] == [order.arrives_ns] * 2
    scene.keep(scene.exchange.on_time(scene.time_ns + 500 * MS))
    assert order.status == "canceled"
    assert len([event for event in scene.events if isinstance(event, OrderArrived)]) == 1
    with pytest.raises(Conflict):
        cancel(scene, order)


def test_cancel_all_sends_every_cancel_on_its_way_and_a_reset_waits_for_none():
    scene = slow_scene()
    orders = [scene.place("buy", LOTS, type="limit", price=price) for price in (9_000, 9_001)]
    scene.keep(scene.exchange.apply(CancelAllOrders(account_id="a"), scene.time_ns))
    assert {order.status for order in orders} == {"accepted"}
    scene.keep(scene.exchange.apply(ResetAccount(account_id="a", balances={"USDT": UNIT}), scene.time_ns))
    assert {order.status for order in orders} == {"canceled"}
    scene.keep(scene.exchange.on_time(scene.time_ns + 1_000 * MS))
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_change_travels_is_joined_by_the_next_and_meets_the_order_as_it_is_then():
    scene = slow_scene()
    order = scene.place("buy", 2 * LOTS, type="limit", price=9_000)
    scene.market(10_000, after_ns=150 * MS)
    change(scene, order, price_ticks=9_950)
    change(scene, order, quantity_lots=LOTS)
    assert (order.price_ticks, order.quantity_lots) == (9_000, 2 * LOTS)
    scene.market(10_000, after_ns=250 * MS)
    assert (order.price_ticks, order.quantity_lots, order.replacement) == (9_950, LOTS, None)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_a_change_that_no_longer_suits_is_refused_on_arrival_and_one_that_never_could_at_once():
    scene = slow_scene()
    order = scene.place("buy", 2 * LOTS, type="limit", price=9_900)
    scene.market(10_000, after_ns=150 * MS)
    with pytest.raises(Invalid):
        change(scene, order, stop_ticks=5)
    change(scene, order, quantity_lots=LOTS)
    scene.market(9_850, asks=((9_851, LOTS + 1),), after_ns=100 * MS)
    assert order.filled_lots == LOTS + 1
    scene.market(9_950, after_ns=200 * MS)
    (refused,) = [event for event in scene.events if isinstance(event, ReplaceRefused)]
    assert "more than what is filled" in refused.reason
    assert (order.status, order.quantity_lots, order.replacement) == ("partially_filled", 2 * LOTS, None)


def test_what_is_on_its_way_survives_a_replay_and_a_restored_state():
    scene = slow_scene()
    placed = scene.place("buy", LOTS, type="limit", price=9_000)
    waiting = scene.place("buy", LOTS, type="limit", price=9_001)
    scene.market(10_000, after_ns=150 * MS)
    sent = scene.place("buy", LOTS, type="limit", price=9_002)
    cancel(scene, placed)
    change(scene, waiting, price_ticks=9_005)
    again = replayed(scene.events)
    restored = Exchange(lambda symbol: scene.exchange._state.market(symbol).instrument)
    restored.restore(again.accounts.values(), again.orders.values(), again.sequence)
    for exchange in (replayed(scene.events), restored, scene.exchange):
        exchange.on_time(scene.time_ns + 1_000 * MS)
        orders = exchange.orders
        assert [orders[order.id].status for order in (placed, waiting, sent)] == ["canceled", "open", "open"]
        assert orders[waiting.id].price_ticks == 9_005


def test_latency_differs_by_order_and_is_the_same_again():
    policy = FillPolicy(place_latency_ms=10, latency_jitter_ms=20)
    first, again = slow_scene(policy), slow_scene(policy)
    taken = [first.place("buy", LOTS, type="limit", price=9_000).arrives_ns - first.time_ns for _ in range(20)]
    assert taken == [again.place("buy", LOTS, type="limit", price=9_000).arrives_ns - again.time_ns for _ in range(20)]
    assert len(set(taken)) == 20
    assert all(10 * MS <= each <= 210 * MS for each in taken)


def test_an_order_under_latency_is_not_filled_by_the_prices_before_it_arrives():
    scene = slow_scene()
    order = scene.place("buy", LOTS, type="limit", price=9_900)
    scene.market(9_000, after_ns=MS)
    assert order.filled_lots == 0
    scene.market(10_000, after_ns=MS)
    scene.market(10_000, after_ns=200 * MS)
    assert (order.status, order.filled_lots) == ("open", 0)
