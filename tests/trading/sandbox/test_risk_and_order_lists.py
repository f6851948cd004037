"""Limits, states and the kill switch over order lists, orders that only lessen, and orders under latency."""

import pytest

from tests.trading.sandbox.list_scene import ListScene, stand
from tests.trading.sandbox.scene import UNIT
from trading.sandbox.limits import HALTED, REDUCING, RiskLimits, SymbolLimits
from trading.sandbox.orders import ReplaceOrder, SetRiskLimits, SetRiskState
from trading.sandbox.policies import FillPolicy

PRICE = 100_000
PERCENT = 10_000


@pytest.fixture
def scene() -> ListScene:
    """A margin account in a market at 1,000.00; 1,000 lots are worth 10 USDT."""
    made = ListScene(account_type="margin", allow_short=True)
    made.market(PRICE)
    return made


def limit(scene: ListScene, **limits: object) -> None:
    command = SetRiskLimits(account_id="a", limits=RiskLimits(**limits))
    scene.keep(scene.exchange.apply(command, scene.time_ns))


def put_into(scene: ListScene, state: str, **options: bool) -> None:
    command = SetRiskState(account_id="a", state=state, reason="Too hot.", by="127.0.0.1", **options)
    scene.keep(scene.exchange.apply(command, scene.time_ns))


def bracket(scene: ListScene, lots: int = 1_000, **entry: object) -> list:
    entry = entry or {"price": PRICE - 100}
    return scene.place_list(
        "bracket", "buy", lots, entry=entry, take_profit={"price": PRICE + 500}, stop_loss={"stop": PRICE - 500}
    )


def test_all_orders_of_a_list_count_among_the_open_ones(scene):
    limit(scene, max_open_orders=3)
    scene.place("buy", 1_000, type="limit", price=PRICE - 300)
    orders = bracket(scene)
    assert [order.status for order in orders] == ["rejected"] * 3
    assert (scene.refusal.code, scene.refusal.details) == ("RISK_MAX_OPEN_ORDERS", {"open_orders": "1", "limit": "3"})
    limit(scene, max_open_orders=4)
    assert stand(*bracket(scene)) == [("open", 0, 1_000), ("pending", 0, 1_000), ("pending", 0, 1_000)]


def test_an_order_that_waits_for_another_is_held_to_what_one_order_may_be(scene):
    limit(scene, max_order_notional_units=10 * UNIT)
    bracket(scene)
    assert (scene.refusal.code, scene.refusal.details) == (
        "RISK_MAX_ORDER_NOTIONAL",
        {"notional": "10.05", "limit": "10", "leg": "take_profit"},
    )
    limit(scene, symbols={"BTC-USDT": SymbolLimits(max_position_quantity_units=10**6)})
    assert bracket(scene)[0].status == "open", "what it waits for opens the position, and it closes it"


def test_a_bracket_counts_its_entry_alone_towards_a_position(scene):
    limit(scene, symbols={"BTC-USDT": SymbolLimits(max_position_quantity_units=10**6)})
    entry, *_ = bracket(scene, price=PRICE + 10)
    assert entry.status == "filled"
    refused = scene.place("sell", 1_001, type="limit", price=PRICE + 900)
    assert refused.status == "rejected", "beside one leg it could make the account short by more than the limit"
    assert scene.place("sell", 1_000, type="limit", price=PRICE + 900).status == "open", "both legs never fill"


def test_what_may_only_lessen_a_position_passes_while_only_that_is_allowed(scene):
    scene.place("buy", 1_000)
    scene.place("sell", 1_000, type="limit", price=PRICE + 900)
    put_into(scene, REDUCING)
    assert scene.place("sell", 1_000, type="limit", price=PRICE + 900).status == "rejected", "all that is held waits"
    lessening = scene.place("sell", 1_000, type="limit", price=PRICE + 900, reduce_only=True)
    assert lessening.status == "open"
    put_into(scene, HALTED)
    assert scene.place("sell", 1_000, type="limit", price=PRICE + 900, reduce_only=True).status == "rejected"


def test_a_restriction_cancels_entries_with_their_legs_and_leaves_the_legs_of_what_is_held(scene):
    filled = bracket(scene, price=PRICE + 10)
    waiting = bracket(scene)
    put_into(scene, REDUCING, cancels_orders=True)
    assert [order.status for order in filled] == ["filled", "open", "pending"]
    assert [order.status for order in waiting] == ["canceled"] * 3
    assert "trading was restricted" in waiting[0].status_reason
    assert waiting[1].status_reason == (
        f"Canceled because order {waiting[0].id}, which it waited for, was canceled before it filled."
    )
    assert scene.replays()


def test_a_broken_limit_of_loss_ends_lists_and_closes_what_is_held(scene):
    limit(scene, max_daily_loss_units=UNIT, closes_on_breach=True)
    entry, take_profit, stop_loss = bracket(scene, lots=100_000, price=PRICE + 10)
    scene.market(PRICE)
    assert entry.status == "filled"
    scene.market(PRICE - 200)
    assert (take_profit.status, stop_loss.status) == ("canceled", "canceled")
    assert scene.exchange.accounts["a"].positions["BTC-USDT"].quantity_lots == 0
    assert scene.exchange.accounts["a"].trading_state is HALTED
    assert scene.replays()


def test_a_kill_switch_closes_at_once_whatever_the_accounts_latency_and_chance_of_rejection():
    policy = FillPolicy(place_latency_ms=50, rejection_ppm=1_000_000)
    scene = ListScene(account_type="margin", allow_short=True)
    scene.market(PRICE)
    scene.place("buy", 100_000)
    assert scene.exchange.accounts["a"].positions["BTC-USDT"].quantity_lots == 100_000
    scene.exchange.accounts["a"].policy = policy
    scene.exchange.accounts["a"].fill_policy = "custom"
    put_into(scene, HALTED, cancels_orders=True, closes_positions=True)
    assert scene.exchange.accounts["a"].positions["BTC-USDT"].quantity_lots == 0


def test_an_order_on_its_way_is_canceled_by_a_halt():
    scene = ListScene(account_type="margin", allow_short=True, policy=FillPolicy(place_latency_ms=50))
    scene.market(PRICE)
    order = scene.place("buy", 1_000)
    assert order.status == "accepted"
    put_into(scene, HALTED, cancels_orders=True)
    assert order.status == "canceled"
    scene.market(PRICE, after_ns=100_000_000)
    assert (order.status, order.filled_lots) == ("canceled", 0)
    assert scene.replays()


def test_a_change_that_arrives_in_a_halted_account_is_refused():
    scene = ListScene(account_type="margin", allow_short=True, policy=FillPolicy(replace_latency_ms=50))
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    change = ReplaceOrder(account_id="a", order_id=order.id, quantity_lots=2_000)
    scene.keep(scene.exchange.apply(change, scene.time_ns))
    put_into(scene, HALTED)
    scene.market(PRICE, after_ns=100_000_000)
    assert (order.status, order.quantity_lots) == ("open", 1_000)
    assert scene.replays()


def test_orders_that_stay_until_a_time_are_counted_like_those_that_stay(scene):
    limit(scene, max_open_orders=1)
    scene.place("buy", 1_000, type="limit", price=PRICE - 300)
    refused = scene.place("buy", 1_000, type="limit", price=PRICE - 300, tif="gtd", expires=scene.time_ns + 10**12)
    assert scene.events[-1].code == "RISK_MAX_OPEN_ORDERS", refused
