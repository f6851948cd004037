"""Forks of accounts with order lists, trailing stops, orders on their way, limits and states of risk."""

import msgspec

from tests.trading.sandbox.list_scene import ListScene, stand
from tests.trading.sandbox.scene import UNIT
from trading.journal.entries import Entry
from trading.sandbox.events import AccountForked
from trading.sandbox.limits import HALTED, RiskLimits
from trading.sandbox.links import ListType
from trading.sandbox.orders import ForkAccount, Order, ReplaceOrder, SetRiskLimits, SetRiskState
from trading.sandbox.policies import PRESETS, FillPolicy

PRICE = 100_000


def fork(scene: ListScene) -> list[Order]:
    """Fork account a, and what is open in the copy, in the order in which it was placed."""
    command = ForkAccount(account_id="f", source_id="a", name="Copy", starting_balances={"USDT": 1}, with_orders=True)
    (event,) = scene.keep(scene.exchange.apply(command, scene.time_ns))
    assert isinstance(event, AccountForked)
    return list(scene.exchange.accounts["f"].open_orders.values())


def bracket(scene: ListScene, price: int) -> list[Order]:
    return scene.place_list(
        "bracket",
        "buy",
        1_000,
        entry={"price": price},
        take_profit={"price": PRICE + 500},
        stop_loss={"stop": PRICE - 500},
    )


def margin_scene(**options: object) -> ListScene:
    scene = ListScene(account_type="margin", allow_short=True, **options)
    scene.market(PRICE)
    return scene


def test_a_list_is_copied_whole_and_its_legs_wait_for_the_copy_of_its_entry():
    scene = margin_scene()
    sources = bracket(scene, PRICE - 100)
    entry, take_profit, stop_loss = copies = fork(scene)
    assert {order.id for order in copies}.isdisjoint({order.id for order in sources})
    assert entry.link.order_ids == (entry.id, take_profit.id, stop_loss.id)
    assert (entry.link.list_id, take_profit.link.parent_id) == (entry.id, entry.id)
    assert stop_loss.status_reason == f"Waits for order {entry.id} to fill."
    scene.market(PRICE - 150, came_from=PRICE)
    assert stand(*copies) == stand(*sources) == [("filled", 1_000, 0), ("open", 0, 1_000), ("pending", 0, 1_000)]
    scene.market(PRICE + 600, came_from=PRICE)
    assert [order.status for order in copies] == ["filled", "filled", "canceled"]
    assert scene.exchange.accounts["f"].positions["BTC-USDT"].quantity_lots == 0
    assert scene.replays()


def test_the_legs_of_an_entry_that_filled_before_are_an_oco_of_the_copy():
    scene = margin_scene()
    bracket(scene, PRICE + 10)
    take_profit, stop_loss = sorted(fork(scene), key=lambda order: order.stop_ticks is not None)
    assert {order.link.type for order in (take_profit, stop_loss)} == {ListType.OCO}
    assert take_profit.link.list_id == take_profit.id
    assert (take_profit.link.sibling_id, stop_loss.link.sibling_id) == (stop_loss.id, take_profit.id)
    assert take_profit.link.parent_id is None
    scene.market(PRICE + 600, came_from=PRICE)
    assert [order.status for order in (take_profit, stop_loss)] == ["filled", "canceled"]
    assert scene.replays()


def test_an_order_that_followed_one_that_filled_is_an_order_of_its_own():
    scene = margin_scene()
    scene.place_list("oto", "buy", 1_000, entry={"type": "market"}, then={"price": PRICE + 300})
    (then,) = fork(scene)
    assert (then.link, then.status, then.remaining_lots) == (None, "open", 1_000)


def test_a_pair_of_a_cash_account_holds_its_coins_once():
    scene = ListScene(USDT=1_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    scene.place_list("oco", "sell", 1_000, take_profit={"price": PRICE + 500}, stop_loss={"stop": PRICE - 500})
    fork(scene)
    assert scene.held("BTC", "f") == scene.held("BTC") == 10**6


def test_a_trailing_stop_is_copied_where_it_stands_and_follows_by_itself():
    scene = margin_scene()
    scene.place("buy", 1_000)
    source = scene.place("sell", 1_000, type="trailing_stop", trail=200)
    scene.market(PRICE + 400, came_from=PRICE)
    (copied,) = fork(scene)
    assert scene.exchange.present(copied).stop_ticks == PRICE + 200
    scene.market(PRICE + 500, came_from=PRICE + 400)
    assert [scene.exchange.present(each).stop_ticks for each in (source, copied)] == [PRICE + 300] * 2
    scene.market(PRICE + 250, came_from=PRICE + 500)
    assert (source.status, copied.status) == ("filled", "filled")
    assert scene.replays()


def test_what_was_on_its_way_arrives_in_the_copy_too():
    scene = margin_scene(policy=FillPolicy(place_latency_ms=50, replace_latency_ms=50))
    resting = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    scene.market(PRICE, after_ns=100_000_000)
    change = ReplaceOrder(account_id="a", order_id=resting.id, quantity_lots=2_000)
    scene.keep(scene.exchange.apply(change, scene.time_ns))
    scene.place("buy", 1_000, type="limit", price=PRICE - 600)
    changing, coming = fork(scene)
    assert (changing.status, coming.status) == ("open", "accepted")
    scene.market(PRICE, after_ns=100_000_000)
    assert (changing.quantity_lots, coming.status) == (2_000, "open")
    assert scene.replays()


def test_a_fork_has_the_policy_the_limits_and_the_state_of_its_source_and_counts_losses_anew():
    scene = margin_scene(policy=PRESETS["pessimistic"])
    limits = RiskLimits(max_daily_loss_units=UNIT)
    scene.keep(scene.exchange.apply(SetRiskLimits(account_id="a", limits=limits), scene.time_ns))
    state = SetRiskState(account_id="a", state=HALTED, reason="Too hot.", by="127.0.0.1")
    scene.keep(scene.exchange.apply(state, scene.time_ns))
    fork(scene)
    copied = scene.exchange.accounts["f"]
    assert (copied.policy, copied.risk.limits, copied.trading_state) == (PRESETS["pessimistic"], limits, HALTED)
    assert (scene.exchange.accounts["a"].risk.peak_units is None, copied.risk.peak_units) == (False, None)
    assert scene.place("buy", 1_000, account="f").status == "rejected"
    assert scene.replays()


def test_an_entry_of_the_journal_holds_all_of_a_fork():
    scene = margin_scene(policy=PRESETS["pessimistic"])
    bracket(scene, PRICE - 100)
    fork(scene)
    event = scene.events[-1]
    body = msgspec.json.encode(Entry(kind="fork_account", time_ns=1, wall_ns=1, events=(event,)))
    assert msgspec.json.decode(body, type=Entry).events == (event,)
