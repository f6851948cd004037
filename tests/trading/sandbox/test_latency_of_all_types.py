"""Latency and fill policies of take-profits, trailing stops, icebergs, orders with an end, and order lists."""

from tests.trading.sandbox.list_scene import ListScene
from tests.trading.sandbox.scene import UNIT, replayed
from trading.sandbox.events import ReplaceRefused
from trading.sandbox.orders import CancelOrder, CancelOrderList, Order, ReplaceOrder, Terms
from trading.sandbox.policies import FillPolicy

MS = 1_000_000
LOTS = 100_000
SLOW = FillPolicy(place_latency_ms=100, replace_latency_ms=200, cancel_latency_ms=300)


def slow_scene(policy: FillPolicy = SLOW) -> ListScene:
    scene = ListScene(policy=policy, USDT=100_000 * UNIT, BTC=10 * UNIT)
    scene.market(10_000)
    return scene


def change(scene: ListScene, order: Order, **values: object) -> None:
    command = ReplaceOrder(order_id=order.id, account_id="a", **values)
    scene.keep(scene.exchange.apply(command, scene.time_ns))


def pass_time(scene: ListScene, by_ns: int) -> None:
    scene.time_ns += by_ns
    scene.keep(scene.exchange.on_time(scene.time_ns))


def test_a_take_profit_arrives_and_waits_for_the_rise():
    scene = slow_scene()
    order = scene.place("sell", LOTS, type="take_profit", stop=10_500)
    pass_time(scene, 100 * MS)
    assert order.status == "pending"
    scene.market(9_000)
    assert order.status == "pending"
    scene.market(10_500)
    assert order.status == "filled"
    assert scene.replays()


def test_a_take_profit_that_was_passed_on_its_way_triggers_when_it_arrives():
    scene = slow_scene()
    order = scene.place("sell", LOTS, type="take_profit", stop=10_500)
    scene.market(10_600, after_ns=50 * MS)
    assert order.status == "accepted"
    pass_time(scene, 50 * MS)
    assert scene.fills(order) == [(10_599, LOTS)]


def test_a_trailing_stop_follows_the_price_from_where_it_arrives():
    scene = slow_scene()
    other = scene.place("sell", LOTS, type="trailing_stop", trail=500)
    pass_time(scene, 100 * MS)
    order = scene.place("sell", LOTS, type="trailing_stop", trail=500)
    scene.market(11_000, after_ns=50 * MS)
    scene.market(10_400, after_ns=MS)  # the other one has gone; this one never saw the high
    assert (other.status, order.status) == ("filled", "accepted")
    pass_time(scene, 49 * MS)
    present = scene.exchange.present(order)
    assert (present.status, present.watermark_ticks, present.stop_ticks) == ("pending", 10_400, 9_900)
    scene.market(10_600)
    scene.market(10_100)
    assert order.status == "filled"
    assert scene.replays()


def test_a_trailing_buy_limit_holds_what_it_needs_where_it_arrives_or_ends_for_want_of_it():
    scene = slow_scene()
    rich = scene.place("buy", LOTS, type="trailing_stop_limit", trail=100, limit_offset=10)
    before = rich.held_units
    scene.market(20_000, after_ns=50 * MS)
    pass_time(scene, 50 * MS)
    assert (rich.status, rich.price_ticks, rich.held_units > before) == ("pending", 20_110, True)
    assert scene.held("USDT") == rich.held_units
    poor = ListScene(policy=SLOW, USDT=150 * UNIT)
    poor.market(10_000)
    order = poor.place("buy", LOTS, type="trailing_stop_limit", trail=100, limit_offset=10)
    poor.market(20_000, after_ns=50 * MS)
    pass_time(poor, 50 * MS)
    assert (order.status, poor.held("USDT")) == ("expired", 0)
    assert "was available" in order.status_reason
    assert scene.replays()
    assert poor.replays()


def test_a_change_of_terms_travels_and_is_joined_by_the_next():
    scene = slow_scene()
    order = scene.place("sell", 2 * LOTS, type="trailing_stop", trail=500)
    pass_time(scene, 100 * MS)
    change(scene, order, terms=Terms(trail_ticks=300))
    change(scene, order, quantity_lots=LOTS)
    change(scene, order, terms=Terms(trail_ppm=10_000))
    assert order.terms.trail_ticks == 500
    pass_time(scene, 200 * MS)
    assert (order.quantity_lots, order.terms.trail_ticks, order.terms.trail_ppm) == (LOTS, None, 10_000)
    assert (order.stop_ticks, order.replacement) == (9_900, None)
    assert scene.replays()


def test_a_change_or_cancel_without_latency_of_its_own_waits_for_the_order_to_arrive():
    scene = slow_scene(FillPolicy(place_latency_ms=100))
    order, other = (scene.place("buy", LOTS, type="limit", price=9_000) for _ in range(2))
    change(scene, order, price_ticks=10_500)
    scene.keep(scene.exchange.apply(CancelOrder(order_id=other.id, account_id="a"), scene.time_ns))
    assert (order.status, order.filled_lots, other.status) == ("accepted", 0, "accepted")
    pass_time(scene, 100 * MS)
    assert (order.status, scene.fills(order), other.status) == ("filled", [(10_001, LOTS)], "canceled")


def test_an_order_that_ends_by_time_on_its_way_never_arrives_and_says_how_near_the_market_came():
    scene = slow_scene()
    late = scene.place("buy", LOTS, type="limit", price=9_000, tif="gtd", expires=scene.time_ns + 50 * MS)
    waiting = scene.place("buy", LOTS, type="limit", price=9_000, tif="gtd", expires=scene.time_ns + 900 * MS)
    pass_time(scene, 100 * MS)
    assert (late.status, waiting.status, waiting.queue_lots) == ("expired", "open", None)
    scene.market(9_100)
    pass_time(scene, 900 * MS)
    assert (waiting.status, waiting.nearest_ticks) == ("expired", 9_101)
    assert scene.held("USDT") == 0
    assert scene.replays()


def test_a_gtd_limit_knows_what_is_ahead_of_it():
    scene = ListScene(USDT=100_000 * UNIT)
    scene.market(10_000, bids=((9_999, 700),))
    order = scene.place("buy", LOTS, type="limit", price=9_999, tif="gtd", expires=scene.time_ns + MS)
    assert order.queue_lots == 700


def test_a_trade_at_the_price_of_an_iceberg_hits_the_part_that_it_shows_under_any_policy():
    for policy in (None, FillPolicy(limit_fill="touch"), FillPolicy(cancel_latency_ms=1)):
        scene = ListScene(policy=policy, USDT=100_000 * UNIT)
        scene.market(10_000, bids=((9_999, 0),))
        order = scene.place("buy", LOTS, type="limit", price=9_999, display=30_000)
        scene.market(9_999, bids=((9_998, 10),), asks=((10_001, 10**6),), traded=5 * LOTS, trade_side="sell")
        assert order.filled_lots == 30_000, policy
        assert (order.status, order.shown_lots) == ("partially_filled", 30_000)
        scene.market(9_990)
        assert order.status == "filled"
        assert scene.replays()


def test_legs_of_a_pair_arrive_together_and_never_fill_more_than_there_is():
    scene = slow_scene(FillPolicy(place_latency_ms=100, latency_jitter_ms=50, replace_latency_ms=200))
    target, stop = scene.place_list(
        "oco", "sell", LOTS, take_profit={"price": 10_500}, stop_loss={"stop": 9_500, "type": "stop"}
    )
    assert target.arrives_ns == stop.arrives_ns
    assert {target.status, stop.status} == {"accepted"}
    pass_time(scene, 1_000 * MS)
    assert (target.status, stop.status) == ("open", "pending")
    scene.market(10_600, bids=((10_550, LOTS // 4),))
    assert (target.filled_lots, stop.quantity_lots) == (LOTS // 4, LOTS - LOTS // 4)
    change(scene, stop, quantity_lots=stop.quantity_lots, stop_ticks=9_600)
    scene.market(10_600, bids=((10_550, LOTS // 4),))
    assert stop.quantity_lots == LOTS // 2
    pass_time(scene, 1_000 * MS)
    assert (stop.stop_ticks, stop.quantity_lots) == (9_600, LOTS // 2)
    scene.market(9_000)
    assert target.filled_lots + stop.filled_lots == LOTS
    assert (target.status, stop.status) == ("canceled", "filled")
    assert scene.replays()


def test_a_leg_that_acts_on_arrival_ends_the_other_before_it_arrives():
    scene = slow_scene()
    target, stop = scene.place_list(
        "oco", "sell", LOTS, take_profit={"price": 10_500}, stop_loss={"stop": 9_500, "type": "stop"}
    )
    scene.market(10_700, after_ns=50 * MS)
    pass_time(scene, 50 * MS)
    assert (target.status, target.filled_lots, stop.status, stop.filled_lots) == ("filled", LOTS, "canceled", 0)
    assert scene.held("BTC") == 0
    assert scene.replays()


def test_a_leg_begins_at_its_venue_under_the_policy_of_its_account():
    policy = FillPolicy(place_latency_ms=100, slippage_ticks=5)
    scene = slow_scene(policy)
    entry, target, stop = scene.place_list(
        "bracket",
        "buy",
        LOTS,
        entry={"type": "market"},
        take_profit={"price": 10_500},
        stop_loss={"stop": 9_500, "type": "stop"},
    )
    assert (entry.status, target.is_dormant, target.policy, stop.policy) == ("accepted", True, policy, policy)
    pass_time(scene, 100 * MS)
    assert scene.fills(entry) == [(10_006, LOTS)]
    assert (target.status, stop.status) == ("open", "pending")
    scene.market(9_500)
    assert scene.fills(stop) == [(9_494, LOTS)]
    assert target.status == "canceled"
    assert scene.replays()


def test_canceling_a_list_travels():
    scene = slow_scene()
    orders = scene.place_list("oco", "sell", LOTS, take_profit={"price": 10_500}, stop_loss={"stop": 9_500})
    command = CancelOrderList(account_id="a", order_ids=tuple(order.id for order in orders))
    scene.keep(scene.exchange.apply(command, scene.time_ns))
    assert [order.cancel_ns for order in orders] == [scene.time_ns + 300 * MS] * 2
    pass_time(scene, 300 * MS)
    assert {order.status for order in orders} == {"canceled"}
    assert not [event for event in scene.events if isinstance(event, ReplaceRefused)]
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()
