"""An explanation's numbers against the book that the order met, computed apart from it."""

import random
from decimal import Decimal

from quant.fills import PPM
from tests.trading.sandbox.scene import BTC, UNIT, Scene
from trading.orders.explaining import Explanation, explain
from trading.sandbox.events import OrderFilled
from trading.sandbox.orders import CancelOrder
from trading.sandbox.policies import PRESETS, FillPolicy

ORDERS = 1_000
POLICIES = [
    None,
    PRESETS["ideal"],
    PRESETS["alpaca-paper"],
    FillPolicy(slippage_ticks=3, root_impact_ppm=2_000),
    FillPolicy(slippage_ppm=500, volume_share_impact_ppm=50_000, protection_ppm=20_000),
    PRESETS["pessimistic"],
]


def explained(scene: Scene, order) -> Explanation:
    events = [event for event in scene.events if getattr(event, "order_id", None) == order.id]
    fills = [event for event in events if isinstance(event, OrderFilled)]
    return explain(order, events, fills, scene.exchange.watched(order), BTC)


def random_book(chance: random.Random, middle: int) -> tuple[tuple, tuple]:
    bids, asks, bid, ask = [], [], middle, middle
    for _ in range(chance.randint(1, 6)):
        bid, ask = bid - chance.randint(1, 9), ask + chance.randint(1, 9)
        bids.append((bid, chance.randint(1, 300_000)))
        asks.append((ask, chance.randint(1, 300_000)))
    return tuple(bids), tuple(asks)


def test_shares_of_a_thousand_random_orders_add_up_to_their_prices_and_fees():
    chance = random.Random(7)
    taken = made = 0
    for number in range(ORDERS):
        scene = Scene(policy=POLICIES[number % len(POLICIES)], USDT=10**7 * UNIT, BTC=10**4 * UNIT)
        middle = chance.randint(900_000, 1_100_000)
        bids, asks = random_book(chance, middle)
        scene.market(middle, bids=bids, asks=asks, low=bids[-1][0] - 50, high=asks[-1][0] + 50)
        side = chance.choice(["buy", "sell"])
        lots = chance.randint(1_000, 500_000)
        is_priced = chance.random() < 0.5
        price = middle + chance.randint(-15, 15) if is_priced else None
        order = scene.place(side, lots, type="limit" if is_priced else "market", price=price)
        arrival_bids, arrival_asks = bids, asks
        for _ in range(3):
            middle += chance.randint(-12, 12)
            bids, asks = random_book(chance, middle)
            scene.market(
                middle,
                bids=bids,
                asks=asks,
                low=bids[-1][0] - 50,
                high=asks[-1][0] + 50,
                after_ns=1_000_000_000,
                traded=chance.randint(0, 200_000),
                trade_side=chance.choice(["buy", "sell"]),
            )
        for fill, event in zip(explained(scene, order).fills, fills_of(scene, order), strict=True):
            parts = (fill.reference_price, fill.spread_cost, fill.slippage)
            assert Decimal(fill.price) == sum(map(Decimal, parts))
            assert Decimal(fill.price) == Decimal(event.price_ticks) / 100
            assert Decimal(fill.fee) * UNIT == fee_of(event)
            if fill.liquidity == "taker":
                taken += 1
                best = Decimal(arrival_asks[0][0] if side == "buy" else arrival_bids[0][0]) / 100
                assert Decimal(fill.reference_price) + Decimal(fill.spread_cost) == best
                exact_middle = Decimal(arrival_bids[0][0] + arrival_asks[0][0]) / 200
                assert abs(Decimal(fill.reference_price) - exact_middle) <= Decimal("0.005")
                assert Decimal(fill.slippage) >= 0 if side == "buy" else Decimal(fill.slippage) <= 0
            else:
                made += 1
                assert Decimal(fill.reference_price) == Decimal(price) / 100
                assert Decimal(fill.slippage) <= 0 if side == "buy" else Decimal(fill.slippage) >= 0
    assert taken > 300
    assert made > 100


def fills_of(scene: Scene, order) -> list[OrderFilled]:
    return [event for event in scene.events if isinstance(event, OrderFilled) and event.order_id == order.id]


def fee_of(event: OrderFilled) -> int:
    """The fee of a fill, rounded up to the quote's smallest unit, by whole numbers."""
    cost = event.price_ticks * event.quantity_lots * BTC.unit_value
    ppm = 200 if event.is_maker else 500
    return -(-cost * ppm // PPM)


def test_a_waiting_order_says_what_it_waits_for_and_how_near_the_market_came():
    scene = Scene(USDT=10**6 * UNIT)
    scene.market(10_000, bids=((9_999, 700),), asks=((10_001, 500),))
    order = scene.place("buy", 100_000, type="limit", price=9_990)
    assert explained(scene, order).not_filled.reason == (
        "It waits at 99.90. The best price to take is 100.01. The market has not moved since."
    )
    scene.market(9_995, bids=((9_990, 5_000),), asks=((9_993, 500),))
    scene.market(10_050, bids=((10_049, 5_000),), asks=((10_051, 500),))
    missed = explained(scene, order).not_filled
    assert (missed.nearest_price, missed.missing) == ("99.93", "0.03")
    assert missed.reason.endswith("0.05000 BTC are ahead of it there. The market was 0.03 short of it at the nearest.")
    scene.keep(scene.exchange.apply(CancelOrder(order_id=order.id, account_id="a"), scene.time_ns))
    scene.market(9_000)
    ended = explained(scene, order)
    assert (ended.not_filled.reason, ended.not_filled.nearest_price) == ("Canceled by its owner.", "99.93")
    assert [moment.event for moment in ended.timeline] == ["accepted", "queue", "canceled"]
    assert ended.timeline[1].text == "The book shows its price for the first time: 0.05000 BTC are ahead of it."


def test_a_life_is_told_from_the_order_itself_where_the_journal_has_nothing_of_it():
    scene = Scene(USDT=10**6 * UNIT)
    scene.market(10_000)
    order = scene.place("buy", 100_000, type="limit", price=9_000)
    scene.market(8_000)
    whole = explained(scene, order)
    fills = fills_of(scene, order)
    from_order = explain(order, [], fills, scene.exchange.watched(order), BTC)
    assert [moment.event for moment in from_order.timeline] == ["accepted", "filled"]
    assert (from_order.fills, from_order.not_filled) == (whole.fills, None)
    assert from_order.timeline[1] == whole.timeline[1]


def test_a_slow_life_is_told_step_by_step():
    policy = FillPolicy(place_latency_ms=100, replace_latency_ms=50, cancel_latency_ms=50)
    scene = Scene(policy=policy, USDT=10**6 * UNIT)
    scene.market(10_000, bids=((9_999, 7_000),))
    order = scene.place("buy", 100_000, type="limit", price=9_999)
    assert "arrives at 1970-01-01T00:00:00.10" in explained(scene, order).not_filled.reason
    scene.market(10_000, bids=((9_999, 7_000),), after_ns=200_000_000)
    scene.keep(scene.exchange.apply(CancelOrder(order_id=order.id, account_id="a"), scene.time_ns))
    scene.market(10_000, after_ns=200_000_000)
    told = explained(scene, order)
    assert [moment.event for moment in told.timeline] == ["accepted", "arrived", "cancel_requested", "canceled"]
    assert told.timeline[0].numbers["latency_ms"] == "100"
    assert told.timeline[1].numbers == {"latency_ms": "100", "queue_ahead": "0.07000"}
    assert told.policy.numbers["place_latency_ms"] == "100"


def test_a_refused_order_says_why():
    scene = Scene(USDT=UNIT)
    scene.market(10_000)
    refused = explained(scene, scene.place("buy", 100_000))
    assert [moment.event for moment in refused.timeline] == ["rejected"]
    assert refused.timeline[0].numbers["asset"] == "USDT"
    assert refused.not_filled.reason == refused.timeline[0].text


def test_the_queue_ahead_is_told_over_time_between_what_happened_to_the_order():
    scene = Scene(USDT=10**7 * UNIT)
    book = {"bids": ((100_000, 50_000),), "asks": ((100_010, 50_000),), "is_real_depth": True}
    scene.market(100_005, **book)
    order = scene.place("buy", 10_000, type="limit", price=100_000)
    scene.market(100_000, traded=30_000, trade_side="sell", after_ns=1_000_000, **book)
    book["bids"] = ((100_000, 5_000),)
    scene.market(100_000, after_ns=1_000_000, **book)
    scene.market(100_000, traded=9_000, trade_side="sell", after_ns=1_000_000, **book)
    scene.keep(scene.exchange.apply(CancelOrder(account_id="a", order_id=order.id), scene.time_ns))
    timeline = explained(scene, scene.exchange.orders[order.id]).timeline
    assert [moment.event for moment in timeline] == ["accepted", "queue", "queue", "queue", "filled", "canceled"]
    assert [moment.numbers.get("queue_ahead") for moment in timeline[:4]] == [
        "0.50000",
        "0.20000",
        "0.05000",
        "0.00000",
    ]
    assert timeline[1].text == "0.30000 BTC traded at its price: 0.20000 BTC are ahead of it."
    assert timeline[2].text == "Orders ahead of it were canceled: 0.05000 BTC are ahead of it."
    assert timeline[3].text == "0.09000 BTC traded at its price: it is first in the queue."


def test_a_queue_that_moved_a_thousand_times_is_told_in_a_few_lines():
    scene = Scene(USDT=10**7 * UNIT)
    book = {"bids": ((100_000, 50_000),), "asks": ((100_010, 50_000),), "is_real_depth": True}
    scene.market(100_005, **book)
    order = scene.place("buy", 10_000, type="limit", price=100_000)
    for _ in range(60):
        scene.market(100_000, traded=100, trade_side="sell", after_ns=1_000_000, **book)
    told = [moment.numbers for moment in explained(scene, order).timeline if moment.event == "queue"]
    assert len(told) == 20
    assert (told[0]["traded"], told[0]["queue_ahead"]) == ("0.00300", "0.49700")
    assert told[-1]["queue_ahead"] == "0.44000"
