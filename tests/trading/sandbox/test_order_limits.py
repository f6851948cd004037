"""The limits of an installation: how many orders may wait, and what one may be worth."""

import pytest

from kit.errors import Rejected
from tests.trading.sandbox.scene import UNIT, Scene, replayed
from trading.sandbox.orders import ReplaceOrder
from trading.sandbox.risk import OrderLimits

PRICE = 100_000
"""1,000.00 in ticks; a lot is 0.00001 BTC, so 1,000 lots are worth 10 USDT."""


@pytest.fixture
def scene() -> Scene:
    """A market, and an account with an order that waits and an order's worth of coins."""
    made = Scene()
    made.market(PRICE)
    made.place("buy", 10_000)
    made.place("buy", 1_000, type="limit", price=PRICE // 2)
    return made


def test_one_more_order_that_would_wait_is_refused_with_both_numbers(scene):
    scene.exchange.set_limits(OrderLimits(open_orders=1))
    for options in (
        {"type": "limit", "price": PRICE // 2},
        {"type": "stop", "stop": PRICE * 2},
        {"type": "stop_limit", "stop": PRICE * 2, "price": PRICE * 2},
    ):
        order = scene.place("buy", 1_000, **options)
        assert (order.status, scene.events[-1].code) == ("rejected", "RISK_MAX_OPEN_ORDERS")
        assert scene.events[-1].details == {"open_orders": "1", "limit": "1"}
    assert len(scene.exchange.accounts["a"].open_orders) == 1


def test_what_does_not_wait_is_not_counted_so_that_a_position_can_be_left(scene):
    scene.exchange.set_limits(OrderLimits(open_orders=1))
    assert scene.place("sell", 1_000).status == "filled"
    assert scene.place("sell", 1_000, type="limit", tif="ioc", price=PRICE // 2).status == "filled"
    assert scene.place("sell", 1_000, type="limit", tif="fok", price=PRICE // 2).status == "filled"


def test_an_order_that_ends_makes_room(scene):
    scene.exchange.set_limits(OrderLimits(open_orders=1))
    scene.market(PRICE // 2 - 5)
    assert scene.place("buy", 2_000, type="limit", price=PRICE // 4).status == "open"


def test_another_account_has_a_count_of_its_own(scene):
    scene.exchange.set_limits(OrderLimits(open_orders=1))
    scene.open_account("b")
    assert scene.place("buy", 1_000, type="limit", price=PRICE // 2, account="b").status == "open"


def test_an_order_may_be_worth_the_limit_and_no_more(scene):
    scene.exchange.set_limits(OrderLimits(notional_units=10 * UNIT))
    assert scene.place("buy", 1_000, type="limit", price=PRICE).status == "open"
    assert scene.place("buy", 1_001, type="limit", price=PRICE).status == "rejected"
    refused = scene.events[-1]
    assert (refused.code, refused.details) == ("RISK_MAX_ORDER_NOTIONAL", {"notional": "10.01", "limit": "10"})
    assert scene.place("buy", notional=11 * UNIT).status == "rejected"
    assert scene.place("buy", notional=9 * UNIT).status == "filled"


def test_a_position_is_never_too_large_to_be_closed(scene):
    scene.exchange.set_limits(OrderLimits(notional_units=10 * UNIT))
    assert scene.place("sell", 10_000).status == "rejected"
    assert scene.place("sell", 10_000, is_closing=True).status == "filled"


def test_a_change_may_not_make_an_order_larger_than_the_limit_but_always_smaller(scene):
    order = scene.place("buy", 3_000, type="limit", price=PRICE // 2)
    scene.exchange.set_limits(OrderLimits(notional_units=10 * UNIT))

    def replace(**changes: int) -> None:
        scene.keep(scene.exchange.apply(ReplaceOrder(account_id="a", order_id=order.id, **changes), scene.time_ns))

    with pytest.raises(Rejected) as refusal:
        replace(quantity_lots=3_001)
    assert refusal.value.code == "RISK_MAX_ORDER_NOTIONAL"
    replace(quantity_lots=2_900)
    with pytest.raises(Rejected):
        replace(price_ticks=PRICE - 10)
    replace(quantity_lots=1_500)
    replace(quantity_lots=2_000)
    assert scene.exchange.orders[order.id].quantity_lots == 2_000


def test_a_replay_asks_no_limit(scene):
    scene.exchange.set_limits(OrderLimits(open_orders=1, notional_units=10 * UNIT))
    scene.place("buy", 1_000, type="limit", price=PRICE // 2)
    scene.exchange.set_limits(OrderLimits())
    scene.place("buy", 3_000, type="limit", price=PRICE // 2)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_without_limits_nothing_is_refused_for_them(scene):
    for _ in range(200):
        assert scene.place("buy", 1_000, type="limit", price=PRICE // 2).status == "open"
