"""Forks: an account that begins as another one stands, and goes its own way from there."""

import pytest

from kit.errors import Conflict, NotFound
from tests.trading.sandbox.scene import UNIT, Scene, replayed
from tests.trading.sandbox.test_account_money import change
from trading.sandbox.events import AccountForked
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import ForkAccount


def fork(scene: Scene, **wish: object) -> AccountForked:
    values = {"account_id": "b", "source_id": "a", "name": "Copy", "starting_balances": {"USDT": 1}, **wish}
    (event,) = scene.keep(scene.exchange.apply(ForkAccount(**values), scene.time_ns))  # type: ignore[arg-type]
    assert isinstance(event, AccountForked)
    return event


def test_a_fork_has_the_money_and_the_positions_of_its_source_and_its_worth():
    scene = Scene()
    scene.market(6_400_000)
    scene.place("buy", 100_000)
    event = fork(scene)
    source, copied = scene.exchange.accounts["a"], scene.exchange.accounts["b"]
    assert {asset: each.total_units for asset, each in copied.balances.items()} == {
        asset: each.total_units for asset, each in source.balances.items()
    }
    assert copied.positions["BTC-USDT"].cost_units == source.positions["BTC-USDT"].cost_units
    assert event.start_equity_units == scene.total("USDT") + 64_000 * UNIT
    assert (copied.epoch, copied.created_ns, copied.open_orders) == (1, scene.time_ns, {})


def test_the_two_go_their_own_ways():
    scene = Scene()
    scene.market(6_400_000)
    scene.place("buy", 100_000)
    fork(scene)
    before = scene.total("BTC")
    scene.place("sell", 100_000, account="b")
    assert (scene.total("BTC"), scene.total("BTC", "b")) == (before, 0)


def test_open_orders_come_along_when_asked_hold_their_money_and_fill_apart():
    scene = Scene()
    scene.market(6_400_000)
    first = scene.place("buy", 1_000, type="limit", price=6_300_000, client_order_id="mine")
    second = scene.place("buy", 2_000, type="limit", price=6_300_000)
    event = fork(scene, with_orders=True)
    copies = list(scene.exchange.accounts["b"].open_orders.values())
    assert [each.quantity_lots for each in copies] == [1_000, 2_000]
    assert {each.id for each in copies}.isdisjoint({first.id, second.id})
    assert scene.held("USDT", "b") == scene.held("USDT") > 0
    assert copies[0].client_order_id == "mine"
    scene.market(6_290_000, came_from=6_400_000)
    assert all(scene.exchange.orders[each.id].status == "filled" for each in (first, second, *copies))
    assert all(order.filled_lots == 0 for order in event.orders), "an event never changes"
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_without_orders_nothing_is_held():
    scene = Scene()
    scene.market(6_400_000)
    scene.place("buy", 1_000, type="limit", price=6_300_000)
    fork(scene)
    assert (scene.held("USDT", "b"), scene.exchange.accounts["b"].open_orders) == (0, {})


def test_a_margin_account_is_forked_with_its_terms_and_its_debt():
    scene = Scene(account_type="margin", allow_short=True)
    scene.market(6_400_000)
    change(scene, margin=MarginTerms(leverage=5, funding_ppm=100))
    scene.place("sell", 300_000)
    scene.place("buy", 1_000, type="limit", price=6_300_000)
    fork(scene, with_orders=True)
    copied = scene.exchange.accounts["b"]
    assert (copied.margin.leverage, copied.positions["BTC-USDT"].quantity_lots) == (5, -300_000)
    assert copied.positions["BTC-USDT"].buying_lots == 1_000
    assert list(scene.exchange._state.margin_holders["BTC-USDT"]) == ["a", "b"]
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_an_id_that_is_taken_and_a_source_there_is_not_are_refused():
    scene = Scene()
    with pytest.raises(Conflict, match="already"):
        fork(scene, account_id="a")
    with pytest.raises(NotFound):
        fork(scene, source_id="nobody")
