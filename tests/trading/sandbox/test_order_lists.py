"""Order lists on hand-computed books: one of two, one after the other, and both together."""

import pytest

from kit.errors import Conflict, Invalid
from tests.trading.sandbox.list_scene import ListScene, stand
from tests.trading.sandbox.scene import UNIT
from trading.sandbox.orders import CancelAllOrders, CancelOrder, CancelOrderList, ReplaceOrder, ResetAccount
from trading.sandbox.risk import OrderLimits

PRICE = 6_000_000
LOTS = 1_000
TARGET, STOP = 6_600_000, 5_700_000


@pytest.fixture
def scene() -> ListScene:
    """An account with 100,000 USDT and 1 BTC, at a price of 60,000."""
    scene = ListScene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    return scene


def cancel(scene: ListScene, order) -> None:
    scene.keep(scene.exchange.apply(CancelOrder(order_id=order.id, account_id=order.account_id), scene.time_ns))


def bracket(scene: ListScene, side: str = "buy", **legs: dict) -> list:
    """A bracket around an entry at 60,000 that waits below the market, or what is said otherwise."""
    sides = {"entry": {"price": 5_990_000}, "take_profit": {"price": TARGET}, "stop_loss": {"stop": STOP}}
    return scene.place_list("bracket", side, LOTS, **{**sides, **legs})


class TestOneCancelsTheOther:
    """An oco: two legs with one quantity."""

    def test_both_legs_wait_and_hold_what_they_sell_once(self, scene):
        target, stop = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        assert stand(target, stop) == [("open", 0, LOTS), ("pending", 0, LOTS)]
        assert scene.held("BTC") == LOTS * 1_000
        assert target.link.list_id == stop.link.list_id == target.id
        assert scene.replays()

    def test_all_that_there_is_can_be_protected(self, scene):
        target, _ = scene.place_list("oco", "sell", 100_000, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        assert target.status == "open"
        assert scene.exchange.accounts["a"].available_units("BTC") == 0

    def test_a_pair_of_buys_holds_what_the_dearer_leg_may_cost(self, scene):
        scene.place_list("oco", "buy", LOTS, take_profit={"price": STOP}, stop_loss={"stop": TARGET})
        cost = TARGET * LOTS * 10
        assert scene.held("USDT") == cost * 10_005 // 10_000

    @pytest.mark.parametrize(("price", "filled", "canceled"), [(TARGET + 10, 0, 1), (STOP - 10, 1, 0)])
    def test_the_fill_of_one_ends_the_other(self, scene, price, filled, canceled):
        legs = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        scene.market(price)
        assert legs[filled].status == "filled"
        assert stand(legs[canceled]) == [("canceled", 0, LOTS)]
        assert legs[canceled].ended_by == legs[filled].id
        assert legs[canceled].status_reason == (
            f"Canceled because order {legs[filled].id} of the same list was filled."
        )
        assert scene.held("BTC") == 0
        assert scene.total("BTC") == UNIT - LOTS * 1_000
        assert scene.replays()

    def test_a_partial_fill_of_one_takes_as_much_from_the_other(self, scene):
        target, stop = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        scene.market(TARGET + 10, bids=((TARGET, 400),))
        assert stand(target, stop) == [("partially_filled", 400, 600), ("pending", 0, 600)]
        assert scene.held("BTC") == 600 * 1_000
        scene.market(STOP - 10)
        assert stand(target, stop) == [("canceled", 400, 600), ("filled", 600, 0)]
        assert scene.total("BTC") == UNIT - LOTS * 1_000
        assert scene.replays()

    def test_the_leg_that_does_not_hold_can_fill_in_parts_too(self, scene):
        target, stop = scene.place_list(
            "oco",
            "buy",
            LOTS,
            take_profit={"price": STOP},
            stop_loss={"stop": TARGET, "type": "stop_limit", "price": TARGET + 100},
        )
        scene.market(TARGET + 20, asks=((TARGET + 30, 300),))
        assert stand(target, stop) == [("open", 0, 700), ("partially_filled", 300, 700)]
        assert scene.held("USDT") == pytest.approx((TARGET + 100) * 700 * 10 * 1.0005, abs=1)
        assert target.held_units > 0 == stop.held_units
        scene.market(STOP - 10)
        assert stand(target, stop)[0] == ("filled", 700, 0)
        assert scene.held("USDT") == 0
        assert scene.replays()

    def test_a_stop_that_the_book_cannot_fill_ends_the_list_with_what_it_sold(self, scene):
        target, stop = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        scene.market(STOP - 10, bids=((STOP - 20, 100),))
        assert stand(target, stop) == [("canceled", 0, LOTS), ("expired", 100, 900)]
        assert target.status_reason == f"Canceled because order {stop.id} of the same list expired."

    def test_canceling_one_leg_cancels_the_list(self, scene):
        target, stop = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        cancel(scene, stop)
        assert stand(target, stop) == [("canceled", 0, LOTS), ("canceled", 0, LOTS)]
        assert (stop.ended_by, target.ended_by) == (None, stop.id)
        assert scene.held("BTC") == 0

    def test_one_step_that_reaches_both_legs_fills_one(self, scene):
        target, stop = scene.place_list(
            "oco", "sell", LOTS, take_profit={"price": PRICE + 5}, stop_loss={"stop": PRICE - 5}
        )
        scene.market(PRICE - 10, bids=((PRICE + 6, 200), (PRICE - 11, 10**6)))
        assert target.filled_lots + stop.filled_lots <= LOTS
        assert min(target.filled_lots, stop.filled_lots) == 0
        assert scene.replays()

    def test_a_leg_that_the_market_has_reached_is_refused_with_the_whole_list(self, scene):
        target, stop = scene.place_list(
            "oco", "sell", LOTS, take_profit={"price": PRICE - 10}, stop_loss={"stop": STOP}
        )
        assert stand(target, stop) == [("rejected", 0, LOTS), ("rejected", 0, LOTS)]
        assert scene.refusal.code == "WOULD_TAKE"
        assert scene.refusal.details == {"last": "60000.00", "leg": "take_profit"}
        assert scene.held("BTC") == 0
        assert scene.replays()

    def test_the_whole_list_is_refused_for_money(self, scene):
        scene.place_list("oco", "sell", 100_001, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        assert scene.refusal.code == "INSUFFICIENT_BALANCE"

    def test_a_new_quantity_of_one_leg_is_the_other_ones_too(self, scene):
        target, stop = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        replace(scene, stop, quantity_lots=1_500)
        assert stand(target, stop) == [("open", 0, 1_500), ("pending", 0, 1_500)]
        assert scene.held("BTC") == 1_500 * 1_000
        replace(scene, target, quantity_lots=200)
        assert stand(target, stop) == [("open", 0, 200), ("pending", 0, 200)]
        assert scene.held("BTC") == 200 * 1_000
        assert scene.replays()

    def test_a_leg_replaced_into_the_market_fills_and_ends_the_other(self, scene):
        target, stop = scene.place_list("oco", "sell", LOTS, take_profit={"price": TARGET}, stop_loss={"stop": STOP})
        replace(scene, target, price_ticks=PRICE - 5)
        assert stand(target, stop) == [("filled", LOTS, 0), ("canceled", 0, LOTS)]

    def test_a_dearer_price_of_one_leg_raises_what_both_hold(self, scene):
        _, stop = scene.place_list("oco", "buy", LOTS, take_profit={"price": STOP}, stop_loss={"stop": TARGET})
        replace(scene, stop, stop_ticks=TARGET + 100_000)
        assert scene.held("USDT") == (TARGET + 100_000) * LOTS * 10 * 10_005 // 10_000
        assert scene.replays()


def replace(scene: ListScene, order, **values: int) -> None:
    command = ReplaceOrder(order_id=order.id, account_id=order.account_id, **values)
    scene.keep(scene.exchange.apply(command, scene.time_ns))


class TestOneTriggersTheOther:
    """An oto: an entry, and an order that begins when it fills."""

    def test_the_second_waits_for_the_first_and_holds_nothing(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"price": 5_990_000}, then={"price": TARGET})
        assert stand(entry, then) == [("open", 0, LOTS), ("pending", 0, LOTS)]
        assert then.status_reason == f"Waits for order {entry.id} to fill."
        assert (then.held_units, scene.held("BTC")) == (0, 0)

    def test_the_second_follows_each_partial_fill(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"price": 5_990_000}, then={"price": TARGET})
        scene.market(5_990_000, asks=((5_990_000, 300),))
        assert stand(entry, then) == [("partially_filled", 300, 700), ("open", 0, 300)]
        assert then.status_reason is None
        scene.market(5_990_000, asks=((5_990_000, 200),))
        assert stand(entry, then) == [("partially_filled", 500, 500), ("open", 0, 500)]
        assert scene.held("BTC") == 500 * 1_000
        scene.market(TARGET + 1)
        assert stand(entry, then) == [("canceled", 500, 500), ("filled", 500, 0)]
        assert entry.ended_by == then.id
        assert scene.total("BTC") == UNIT
        assert scene.replays()

    def test_a_market_entry_releases_at_once(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"type": "market"}, then={"stop": STOP})
        assert stand(entry, then) == [("filled", LOTS, 0), ("pending", 0, LOTS)]
        assert then.is_dormant is False
        scene.market(STOP)
        assert then.status == "filled"

    def test_a_second_that_the_market_has_reached_trades_as_soon_as_it_begins(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"type": "market"}, then={"price": PRICE - 100})
        assert stand(entry, then) == [("filled", LOTS, 0), ("filled", LOTS, 0)]
        assert scene.fills(then) == [(PRICE - 1, LOTS)]

    def test_a_post_only_second_that_would_trade_at_once_expires(self, scene):
        _, then = scene.place_list(
            "oto", "buy", LOTS, entry={"type": "market"}, then={"price": PRICE - 100, "post_only": True}
        )
        assert then.status == "expired"
        assert then.status_reason.startswith("Post-only: when its turn came")

    @pytest.mark.parametrize("tif", ["ioc", "fok"])
    def test_an_entry_that_finds_nothing_ends_the_list(self, scene, tif):
        scene.market(PRICE, asks=((PRICE + 50, 10**6),))
        if tif == "fok":
            scene.place_list("oto", "buy", LOTS, entry={"price": PRICE, "tif": tif}, then={"price": TARGET})
            assert scene.refusal.code == "UNFILLABLE"
            return
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"price": PRICE, "tif": tif}, then={"price": TARGET})
        assert stand(entry, then) == [("expired", 0, LOTS), ("canceled", 0, LOTS)]
        assert then.status_reason == (
            f"Canceled because order {entry.id}, which it waited for, expired before it filled."
        )

    def test_an_entry_canceled_after_a_partial_fill_leaves_what_follows_it(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"price": 5_990_000}, then={"stop": STOP})
        scene.market(5_990_000, asks=((5_990_000, 300),))
        cancel(scene, entry)
        assert stand(entry, then) == [("canceled", 300, 700), ("pending", 0, 300)]
        scene.market(STOP)
        assert stand(then) == [("filled", 300, 0)]

    def test_a_second_that_the_money_does_not_cover_expires_with_the_numbers(self, scene):
        entry, then = scene.place_list(
            "oto", "buy", 100_000, entry={"price": 5_990_000}, then={"side": "buy", "price": 5_900_000}
        )
        scene.market(5_980_000)
        assert stand(entry, then) == [("filled", 100_000, 0), ("expired", 0, 100_000)]
        assert then.status_reason == (
            "When its turn came it needed 59029.5 USDT, and 40188.029998 USDT was available. "
            "Keep more of it free, or place the order again."
        )
        assert scene.replays()

    def test_another_quantity_of_the_entry_is_the_seconds_too(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"price": 5_990_000}, then={"price": TARGET})
        replace(scene, entry, quantity_lots=400)
        assert stand(entry, then) == [("open", 0, 400), ("pending", 0, 400)]
        with pytest.raises(Invalid) as refused:
            replace(scene, then, quantity_lots=100)
        assert refused.value.details == {
            "quantity": [f"Follows what order {entry.id} fills; change the quantity of that order instead."]
        }

    def test_a_waiting_second_takes_a_new_price(self, scene):
        entry, then = scene.place_list("oto", "buy", LOTS, entry={"price": 5_990_000}, then={"price": TARGET})
        replace(scene, then, price_ticks=TARGET - 500)
        assert then.price_ticks == TARGET - 500
        assert (then.status, then.is_dormant) == ("pending", True)
        scene.market(5_980_000)
        scene.market(TARGET - 400)
        assert stand(entry, then) == [("filled", LOTS, 0), ("filled", LOTS, 0)]
        assert scene.replays()


class TestBracket:
    """An entry with the two legs of an oco behind it."""

    def test_the_target_ends_the_stop(self, scene):
        entry, target, stop = bracket(scene)
        scene.market(5_980_000)
        assert stand(entry, target, stop) == [("filled", LOTS, 0), ("open", 0, LOTS), ("pending", 0, LOTS)]
        assert scene.held("BTC") == LOTS * 1_000
        scene.market(TARGET + 10)
        assert stand(target, stop) == [("filled", LOTS, 0), ("canceled", 0, LOTS)]
        assert scene.replays()

    def test_legs_follow_partial_fills_of_the_entry_and_of_each_other(self, scene):
        entry, target, stop = bracket(scene)
        scene.market(5_990_000, asks=((5_990_000, 600),))
        assert stand(entry, target, stop) == [("partially_filled", 600, 400), ("open", 0, 600), ("pending", 0, 600)]
        scene.market(TARGET + 10, bids=((TARGET, 200),))
        assert stand(entry, target, stop) == [
            ("partially_filled", 600, 400),
            ("partially_filled", 200, 400),
            ("pending", 0, 400),
        ]
        scene.market(5_990_000, asks=((5_990_000, 400),))
        assert stand(entry, target, stop) == [("filled", LOTS, 0), ("partially_filled", 200, 800), ("pending", 0, 800)]
        scene.market(STOP)
        assert stand(target, stop) == [("canceled", 200, 800), ("filled", 800, 0)]
        assert scene.total("BTC") == UNIT
        assert scene.replays()

    def test_a_step_that_passes_entry_and_stop_fills_both_in_the_order_of_its_path(self, scene):
        entry, target, stop = bracket(scene)
        scene.market(STOP - 1_000, came_from=PRICE)
        assert scene.fills(entry) == [(5_990_000, LOTS)]
        assert scene.fills(stop) == [(STOP - 1, LOTS)]
        assert target.status == "canceled"
        assert scene.replays()

    def test_a_rise_through_a_stop_entry_goes_on_to_the_target(self, scene):
        entry, target, stop = bracket(scene, entry={"stop": PRICE + 1_000})
        scene.market(TARGET + 1_000, came_from=PRICE)
        assert scene.fills(entry) == [(PRICE + 1_001, LOTS)]
        assert scene.fills(target) == [(TARGET, LOTS)]
        assert stop.status == "canceled"

    def test_a_reversal_cannot_reach_the_target_before_the_entry(self, scene):
        entry, target, stop = bracket(scene, take_profit={"price": PRICE - 5_000}, entry={"price": 5_990_000})
        scene.market(5_989_000, came_from=PRICE)
        assert stand(entry, target, stop) == [("filled", LOTS, 0), ("open", 0, LOTS), ("pending", 0, LOTS)]

    def test_canceling_the_waiting_entry_cancels_all(self, scene):
        orders = bracket(scene)
        cancel(scene, orders[0])
        assert [order.status for order in orders] == ["canceled"] * 3
        assert scene.held("USDT") == 0

    def test_canceling_a_leg_cancels_the_list(self, scene):
        orders = bracket(scene)
        cancel(scene, orders[1])
        assert [order.status for order in orders] == ["canceled"] * 3
        assert [order.ended_by for order in orders] == [orders[1].id, None, orders[1].id]

    def test_the_list_is_canceled_as_a_whole(self, scene):
        orders = bracket(scene)
        scene.market(5_980_000)
        command = CancelOrderList(account_id="a", order_ids=orders[0].link.order_ids)
        scene.keep(scene.exchange.apply(command, scene.time_ns))
        assert [order.status for order in orders] == ["filled", "canceled", "canceled"]
        with pytest.raises(Conflict) as refused:
            scene.exchange.apply(command, scene.time_ns)
        assert refused.value.code == "ORDER_NOT_OPEN"

    def test_cancel_all_and_reset_end_lists_like_other_orders(self, scene):
        orders = bracket(scene)
        scene.keep(scene.exchange.apply(CancelAllOrders(account_id="a"), scene.time_ns))
        assert [order.ended_by for order in orders] == [None] * 3
        others = bracket(scene)
        scene.keep(scene.exchange.apply(ResetAccount(account_id="a", balances={"USDT": UNIT}), scene.time_ns))
        assert {order.status_reason for order in others} == {"Canceled by the reset of the account."}
        assert scene.replays()

    def test_a_short_bracket_of_a_margin_account_reserves_once(self):
        scene = ListScene(account_type="margin", allow_short=True)
        scene.market(PRICE)
        entry, target, stop = scene.place_list(
            "bracket",
            "sell",
            LOTS,
            entry={"type": "market"},
            take_profit={"price": STOP},
            stop_loss={"stop": TARGET},
        )
        position = scene.exchange.accounts["a"].position("BTC-USDT")
        assert (position.quantity_lots, position.buying_lots) == (-LOTS, LOTS)
        scene.market(STOP - 10, asks=((STOP - 9, 400),))
        assert (position.quantity_lots, position.buying_lots) == (-600, 600)
        scene.market(TARGET)
        assert stand(entry, target, stop)[1:] == [("canceled", 400, 600), ("filled", 600, 0)]
        assert (position.quantity_lots, position.buying_lots, position.selling_lots) == (0, 0, 0)
        assert scene.replays()


class TestWhatIsRefused:
    """Lists that make no sense, or may not be."""

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"take_profit": {"price": 5_950_000}}, "take_profit.price", "Must be above the price of the entry."),
            ({"stop_loss": {"stop": 5_995_000}}, "stop_loss.stop_price", "Must be below the price of the entry."),
            (
                {"entry": {"type": "market"}, "stop_loss": {"stop": TARGET}},
                "take_profit.price",
                "Must be above the price of the stop loss.",
            ),
            ({"stop_loss": {"type": "market"}}, "stop_loss.type", "Must be an order that can wait, and a market order"),
            ({"take_profit": {"price": TARGET, "tif": "ioc"}}, "take_profit.time_in_force", "Must let the order wait"),
            ({"take_profit": {"price": 0}}, "take_profit.price", "Must be greater than 0."),
        ],
    )
    def test_orders_that_make_no_bracket_are_named_by_leg_and_field(self, scene, changes, field, message):
        before = scene.exchange.state_hash()
        with pytest.raises(Invalid) as refused:
            bracket(scene, **changes)
        assert list(refused.value.details) == [field]
        assert refused.value.details[field][0].startswith(message)
        assert scene.exchange.state_hash() == before

    def test_a_list_needs_the_legs_of_its_type(self, scene):
        with pytest.raises(Invalid) as refused:
            scene.place_list("bracket", "buy", LOTS, entry={"type": "market"}, take_profit={"price": TARGET})
        assert "type" in refused.value.details

    def test_client_order_ids_are_used_once_also_within_a_list(self, scene):
        named = {"price": TARGET, "client_order_id": "mine"}
        with pytest.raises(Invalid) as refused:
            bracket(scene, entry={"price": 5_990_000, "client_order_id": "mine"}, take_profit=named)
        assert list(refused.value.details) == ["take_profit.client_order_id"]
        bracket(scene, take_profit=named)
        with pytest.raises(Conflict) as used:
            bracket(scene, take_profit=named)
        assert used.value.code == "DUPLICATE_CLIENT_ORDER_ID"

    def test_the_limit_of_open_orders_counts_every_leg(self, scene):
        scene.exchange.set_limits(OrderLimits(open_orders=2))
        orders = bracket(scene)
        assert [order.status for order in orders] == ["rejected"] * 3
        assert scene.refusal.code == "RISK_MAX_OPEN_ORDERS"
        scene.exchange.set_limits(OrderLimits(open_orders=3))
        assert bracket(scene)[0].status == "open"

    def test_a_leg_too_small_for_the_venue_refuses_the_list(self, scene):
        scene.place_list("oto", "buy", 9, entry={"price": 5_990_000}, then={"price": 4_000_000})
        assert scene.refusal.code == "MIN_NOTIONAL"
        assert scene.refusal.details["leg"] == "then"
