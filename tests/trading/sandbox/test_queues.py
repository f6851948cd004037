"""The place of a resting order in its queue, by hand and against a simple model."""

from hypothesis import given
from hypothesis import strategies as st

from tests.trading.sandbox.list_scene import ListScene
from tests.trading.sandbox.scene import Scene, replayed
from trading.sandbox.events import OrderAccepted, OrderFilled
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import CancelOrder, ReplaceOrder
from trading.sandbox.policies import FillPolicy

BIDS = ((100, 50_000), (99, 80_000), (97, 20_000))
ASKS = ((103, 50_000), (104, 80_000))


def scene_at_the_touch(policy: FillPolicy | None = None) -> Scene:
    scene = Scene(policy=policy, USDT=10**18, SHIB=10**18)
    step(scene)
    return scene


def step(scene: Scene, last: int = 101, *, bids=BIDS, asks=ASKS, **options) -> None:
    scene.market(last, bids=bids, asks=asks, symbol="SHIB-USDT", is_real_depth=True, **options)


def rest(scene: Scene, price: int, lots: int = 10_000, side: str = "buy"):
    return scene.place(side, lots, type="limit", price=price, symbol="SHIB-USDT")


def ahead_of(scene: Scene, order) -> int | None:
    return scene.exchange.watched(order).queue_lots


def test_an_order_queues_behind_what_its_level_holds():
    scene = scene_at_the_touch()
    prices = {100: 50_000, 101: 0, 99: 80_000, 98: 0, 97: 20_000, 96: None}
    orders = {price: rest(scene, price) for price in prices}
    assert {price: order.queue_lots for price, order in orders.items()} == prices
    accepted = [event for event in scene.events if isinstance(event, OrderAccepted)]
    assert [event.queue_lots for event in accepted] == list(prices.values())
    assert rest(scene, 103, side="sell").queue_lots == 50_000
    assert rest(scene, 105, side="sell").queue_lots is None


def test_trades_at_the_price_take_what_is_ahead_first_then_the_order():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    assert (ahead_of(scene, order), order.filled_lots) == (20_000, 0)
    step(scene, 100, traded=24_000, trade_side="sell")
    assert (ahead_of(scene, order), order.filled_lots) == (0, 4_000)
    step(scene, 100, traded=50_000, trade_side="sell")
    assert order.status == "filled"
    fills = [event for event in scene.events if isinstance(event, OrderFilled)]
    assert [(fill.price_ticks, fill.quantity_lots, fill.is_maker) for fill in fills] == [
        (100, 4_000, True),
        (100, 6_000, True),
    ]
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_what_a_trade_left_is_over_with_the_next_step():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=54_000, trade_side="sell")
    step(scene, 100, traded=3_000, trade_side="buy")
    step(scene, 100, came_from=101)
    assert order.filled_lots == 4_000
    step(scene, 100, traded=1_000, trade_side="sell")
    assert order.filled_lots == 5_000


def test_an_order_that_grows_by_what_a_trade_filled_still_gets_what_that_trade_had_left_for_it():
    scene = ListScene(USDT=10**18)
    step(scene)
    legs = {"entry": {"price": 101}, "then": {"price": 101, "side": "buy"}}
    entry, follower = scene.place_list("oto", "buy", 10_000, symbol="SHIB-USDT", **legs)
    step(scene, 101, traded=4_000, trade_side="sell")
    assert (entry.filled_lots, follower.quantity_lots, follower.filled_lots) == (4_000, 4_000, 0)
    step(scene, 101, traded=8_000, trade_side="sell")
    assert (entry.filled_lots, follower.quantity_lots, follower.filled_lots) == (10_000, 10_000, 2_000)
    step(scene, 101, traded=1_000, trade_side="sell")
    assert follower.filled_lots == 3_000


def test_a_price_that_the_last_order_left_keeps_nothing():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    scene.keep(scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", price_ticks=98), 5_000))
    again = rest(scene, 100)
    step(scene, 100, traded=1_000, trade_side="sell")
    assert (ahead_of(scene, order), ahead_of(scene, again)) == (0, 49_000)
    scene.keep(scene.exchange.apply(CancelOrder(order_id=again.id, account_id="a"), 5_000))
    assert not scene.exchange._state.market("SHIB-USDT").buy_queues


def test_trades_that_buyers_made_take_nothing_from_a_bid():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=90_000, trade_side="buy")
    assert (ahead_of(scene, order), order.filled_lots) == (50_000, 0)


def test_a_trade_beyond_the_price_went_through_the_whole_queue():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 99, traded=7_000, trade_side="sell")
    assert scene.fills(order) == [(100, 7_000)]


def test_a_level_that_shrinks_lets_the_order_move_up_and_one_that_grows_does_not_push_it_back():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, bids=((100, 60_000), (99, 80_000)))
    assert ahead_of(scene, order) == 50_000
    step(scene, bids=((100, 12_000), (99, 80_000)))
    assert ahead_of(scene, order) == 12_000
    step(scene, bids=((100, 90_000), (99, 80_000)))
    assert ahead_of(scene, order) == 12_000
    step(scene, bids=((99, 80_000),))
    assert ahead_of(scene, order) == 0


def test_who_leaves_evenly_leaves_from_ahead_too():
    scene = scene_at_the_touch(FillPolicy(queue_cancels="pro_rata"))
    step(scene, bids=((100, 50_000),))
    order = rest(scene, 100)
    step(scene, bids=((100, 100_000),))
    step(scene, bids=((100, 80_000),))
    assert ahead_of(scene, order) == 40_000
    step(scene, 100, traded=10_000, trade_side="sell", bids=((100, 70_000),))
    assert ahead_of(scene, order) == 30_000


def test_a_queue_that_the_book_does_not_show_begins_when_it_does():
    scene = scene_at_the_touch()
    order = rest(scene, 96)
    step(scene, 98, bids=((96, 33_000),), asks=((99, 1_000),))
    assert ahead_of(scene, order) == 33_000
    step(scene, 96, traded=34_000, trade_side="sell", bids=((96, 1_000),), asks=((99, 1_000),))
    assert scene.fills(order) == [(96, 1_000)]


def test_two_orders_of_an_account_share_a_trade_and_two_accounts_do_not():
    scene = scene_at_the_touch()
    scene.open_account("b", balances={"USDT": 10**18})
    first, second = rest(scene, 100), rest(scene, 100)
    other = scene.place("buy", 10_000, type="limit", price=100, symbol="SHIB-USDT", account="b")
    step(scene, 100, traded=65_000, trade_side="sell")
    assert [order.filled_lots for order in (first, second, other)] == [10_000, 5_000, 10_000]


def test_a_smaller_quantity_keeps_the_place_and_another_price_takes_a_new_one():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    scene.keep(scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", quantity_lots=9_000), 5_000))
    assert ahead_of(scene, order) == 20_000
    scene.keep(scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", price_ticks=99), 5_000))
    assert (ahead_of(scene, order), order.queue_lots) == (80_000, 80_000)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_after_a_restart_an_order_is_back_at_the_place_it_came_to():
    scene = scene_at_the_touch()
    order = rest(scene, 100)
    step(scene, 100, traded=30_000, trade_side="sell")
    again: Exchange = replayed(scene.events)
    assert again.watched(again.orders[order.id]).queue_lots == 50_000


def test_the_nearest_the_market_came_is_that_since_the_order_began():
    scene = scene_at_the_touch()
    early = rest(scene, 90)
    for ask in (97, 95, 99):
        step(scene, 101, bids=((89, 1_000),), asks=((ask, 1_000),))
    late = rest(scene, 90)
    step(scene, 101, bids=((89, 1_000),), asks=((98, 1_000),))
    seen = scene.exchange.watched
    assert (seen(early).nearest_ticks, seen(late).nearest_ticks) == (95, 98)
    scene.exchange.apply(ReplaceOrder(order_id=early.id, account_id="a", price_ticks=91), scene.time_ns)
    assert seen(early).nearest_ticks is None


steps = st.tuples(
    st.sampled_from([99, 100, 101]),
    st.integers(0, 30_000),
    st.sampled_from(["buy", "sell"]),
    st.integers(1, 60_000),
    st.booleans(),
)


@given(moves=st.lists(steps, max_size=30), is_pro_rata=st.booleans())
def test_the_queue_ahead_never_grows_and_nothing_fills_past_it(moves, is_pro_rata):
    scene = scene_at_the_touch(FillPolicy(queue_cancels="pro_rata") if is_pro_rata else None)
    order = rest(scene, 100)
    before, sold = order.queue_lots, 0
    for last, traded, side, level, is_shown in moves:
        step(scene, last, bids=((100, level),) if is_shown else BIDS, traded=traded, trade_side=side)
        if last == 99 or (last == 100 and side == "sell"):
            sold += traded
        assert order.filled_lots <= sold
        if not order.is_live:
            break
        now = ahead_of(scene, order)
        assert 0 <= now <= before
        before = now
    assert all(price == 100 for price, _ in scene.fills(order))
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()
