"""What the exchange does with each kind of order, on books small enough to compute by hand."""

import pytest

from kit.errors import Conflict, Invalid, NotFound, Rejected
from tests.trading.sandbox.scene import BTC, ETH, UNIT, Scene, replayed
from trading.sandbox.orders import (
    CancelAllOrders,
    CancelOrder,
    OpenAccount,
    OrderType,
    PlaceOrder,
    ReplaceOrder,
    ResetAccount,
    Side,
    TimeInForce,
)

PRICE = 6_400_000  # 64,000.00
LOTS = 100_000  # 1 BTC


def rejected_code(scene: Scene) -> str:
    return scene.events[-1].code


def test_market_buy_walks_the_asks_and_pays_the_taker_fee_on_each_fill():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 1_000), (PRICE + 10, 2_000)))
    order = scene.place("buy", 2_500)
    assert scene.fills(order) == [(PRICE, 1_000), (PRICE + 10, 1_500)]
    assert order.status == "filled"
    costs = [PRICE * 1_000 * BTC.unit_value, (PRICE + 10) * 1_500 * BTC.unit_value]
    fees = [-(-cost * 500 // 1_000_000) for cost in costs]
    assert scene.total("USDT") == 100_000 * UNIT - sum(costs) - sum(fees)
    assert scene.total("BTC") == 2_500 * BTC.lot_units
    assert scene.held("USDT") == 0


def test_market_order_beyond_the_depth_expires_the_rest_with_the_reason():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 1_000),))
    order = scene.place("buy", 1_500)
    assert (order.status, order.filled_lots) == ("expired", 1_000)
    assert "depth" in order.status_reason


def test_depth_taken_by_an_account_is_gone_until_the_next_update_but_only_for_that_account():
    scene = Scene()
    scene.open_account("b")
    scene.market(PRICE, asks=((PRICE, 1_000), (PRICE + 5, 5_000)))
    scene.place("buy", 1_000)
    again = scene.place("buy", 1_000)
    other = scene.place("buy", 1_000, account="b")
    assert scene.fills(again) == [(PRICE + 5, 1_000)]
    assert scene.fills(other) == [(PRICE, 1_000)]
    scene.market(PRICE, asks=((PRICE, 1_000),))
    assert scene.fills(scene.place("buy", 500)) == [(PRICE, 500)]


def test_market_order_without_a_market_is_kept_as_rejected():
    scene = Scene()
    order = scene.place("buy", 1_000)
    assert (order.status, rejected_code(scene)) == ("rejected", "NO_MARKET_PRICE")
    assert order.status_reason


def test_closed_market_refuses_market_orders_and_keeps_limits_waiting():
    scene = Scene()
    scene.market(PRICE)
    resting = scene.place("buy", 1_000, type="limit", price=PRICE - 100)
    scene.exchange.close_market("BTC-USDT")
    scene.place("buy", 1_000)
    assert rejected_code(scene) == "NO_MARKET_PRICE"
    scene.market(PRICE - 500)
    assert resting.status == "filled"


def test_market_buy_by_notional_takes_whole_lots_within_the_money():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 1_000), (PRICE * 2, 10_000)))
    order = scene.place("buy", notional=1_000 * UNIT)
    spent = sum(price * lots for price, lots in scene.fills(order)) * BTC.unit_value
    assert order.status == "filled"
    assert 0 <= 1_000 * UNIT - spent < 2 * PRICE * BTC.unit_value


def test_notional_below_one_lot_is_refused():
    scene = Scene()
    scene.market(2_000_000, symbol="ETH-USDT")
    scene.place("buy", notional=1, symbol="ETH-USDT")
    assert rejected_code(scene) == "MIN_NOTIONAL"


def test_order_below_the_smallest_notional_is_refused():
    scene = Scene()
    scene.market(PRICE)
    scene.place("buy", 7)
    assert rejected_code(scene) == "MIN_NOTIONAL"


def test_limit_holds_what_it_may_cost_and_fills_as_maker_at_its_own_price_on_a_move():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    cost = (PRICE - 500) * 1_000 * BTC.unit_value
    assert order.status == "open"
    assert scene.held("USDT") == cost + -(-cost * 500 // 1_000_000)
    scene.market(PRICE - 900, came_from=PRICE)
    assert scene.fills(order) == [(PRICE - 500, 1_000)]
    assert scene.total("USDT") == 100_000 * UNIT - cost - -(-cost * 200 // 1_000_000)
    assert scene.held("USDT") == 0


def test_limit_gets_the_better_price_when_the_market_gaps_past_it():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    scene.market(PRICE - 900)
    assert scene.fills(order) == [(PRICE - 899, 1_000)]


def test_limit_is_not_filled_by_a_price_that_only_comes_near():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    scene.market(PRICE - 500)
    assert order.status == "open"


def test_marketable_limit_takes_and_rests_with_the_remainder():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 400), (PRICE + 50, 10_000)))
    order = scene.place("buy", 1_000, type="limit", price=PRICE)
    assert (order.status, order.filled_lots) == ("partially_filled", 400)
    rest_cost = PRICE * 600 * BTC.unit_value
    assert scene.held("USDT") == rest_cost + -(-rest_cost * 500 // 1_000_000)
    scene.market(PRICE - 5)
    assert order.status == "filled"


def test_resting_order_fills_in_parts_as_depth_comes():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 10)
    scene.market(PRICE - 20, came_from=PRICE, asks=((PRICE - 19, 300),))
    scene.market(PRICE - 20, asks=((PRICE - 19, 900),))
    assert scene.fills(order) == [(PRICE - 10, 300), (PRICE - 19, 700)]


def test_ioc_limit_expires_what_the_book_does_not_hold():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 400), (PRICE + 50, 10_000)))
    order = scene.place("buy", 1_000, type="limit", price=PRICE, tif="ioc")
    assert (order.status, order.filled_lots) == ("expired", 400)
    assert "Immediate or cancel" in order.status_reason
    assert scene.held("USDT") == 0


def test_fok_is_filled_whole_or_refused_whole():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 400), (PRICE + 50, 10_000)))
    scene.place("buy", 1_000, type="limit", price=PRICE, tif="fok")
    assert rejected_code(scene) == "UNFILLABLE"
    whole = scene.place("buy", 1_000, type="limit", price=PRICE + 50, tif="fok")
    assert scene.fills(whole) == [(PRICE, 400), (PRICE + 50, 600)]


def test_post_only_that_would_take_is_refused_and_otherwise_rests():
    scene = Scene()
    scene.market(PRICE)
    scene.place("buy", 1_000, type="limit", price=PRICE + 1, post_only=True)
    assert rejected_code(scene) == "WOULD_TAKE"
    assert scene.place("buy", 1_000, type="limit", price=PRICE, post_only=True).status == "open"


def test_sell_needs_what_it_sells():
    scene = Scene()
    scene.market(PRICE)
    scene.place("sell", 1_000)
    assert rejected_code(scene) == "INSUFFICIENT_BALANCE"
    assert scene.events[-1].details == {"asset": "BTC", "required": "0.01", "available": "0"}


def test_order_with_exactly_the_whole_balance_is_accepted_and_one_lot_more_is_not():
    cost = PRICE * 1_000 * BTC.unit_value
    exactly = cost + -(-cost * 500 // 1_000_000)
    scene = Scene(USDT=exactly)
    scene.market(PRICE + 100)
    order = scene.place("buy", 1_000, type="limit", price=PRICE)
    assert order.status == "open"
    scene.exchange.apply(CancelOrder(order_id=order.id, account_id="a"), scene.time_ns)
    scene.place("buy", 1_001, type="limit", price=PRICE)
    assert rejected_code(scene) == "INSUFFICIENT_BALANCE"


def test_many_partial_fills_of_an_all_in_order_never_overdraw():
    cost = PRICE * 1_000 * BTC.unit_value
    scene = Scene(USDT=cost + -(-cost * 500 // 1_000_000))
    scene.market(PRICE + 100)
    order = scene.place("buy", 1_000, type="limit", price=PRICE)
    for _ in range(1_000):
        scene.market(PRICE - 1, came_from=PRICE + 100, asks=((PRICE, 1),))
        assert scene.total("USDT") >= scene.held("USDT") >= 0
    assert order.status == "filled"


def test_fees_of_many_small_fills_leave_the_rest_of_an_order_its_money():
    scene = Scene(USDT=100_050)
    scene.market(1_050, symbol="SHIB-USDT")
    order = scene.place("buy", 100, type="limit", price=1_000, symbol="SHIB-USDT")
    other = scene.place("buy", 1, type="limit", price=1, symbol="SHIB-USDT")
    for _ in range(100):
        scene.market(1_000, bids=((999, 5),), asks=((1_000, 1),), symbol="SHIB-USDT")
        assert scene.total("USDT") >= scene.held("USDT") >= 0
    assert (order.status, other.status) == ("filled", "rejected")
    assert scene.held("USDT") == 0


def test_closing_order_is_taken_below_the_smallest_notional():
    scene = Scene()
    scene.market(PRICE)
    scene.place("buy", 1_000)
    assert scene.place("sell", 994).status == "filled"
    assert scene.place("sell", 6).status == "rejected"
    assert scene.place("sell", 6, is_closing=True).status == "filled"


def test_post_only_does_not_cross_where_the_depth_has_been_used_up():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 1_000),))
    scene.place("buy", 1_000)
    scene.place("buy", 1_000, type="limit", price=PRICE + 100, post_only=True)
    assert rejected_code(scene) == "WOULD_TAKE"


def test_replacement_beyond_what_a_price_can_be_is_refused():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    for field, command in {
        "price": ReplaceOrder(order_id=order.id, account_id="a", price_ticks=10**19),
        "quantity": ReplaceOrder(order_id=order.id, account_id="a", quantity_lots=10**19),
    }.items():
        with pytest.raises(Invalid) as caught:
            scene.exchange.apply(command, 5_000)
        assert field in caught.value.details


def test_margin_account_is_funded_in_its_base_currency_alone():
    scene = Scene()
    with pytest.raises(Invalid, match="base currency"):
        scene.open_account("m", account_type="margin", balances={"USDT": UNIT, "BTC": UNIT})
    scene.open_account("m", account_type="margin", balances={"USDT": UNIT})
    with pytest.raises(Invalid, match="base currency"):
        scene.exchange.apply(ResetAccount(account_id="m", balances={"BTC": UNIT}), 5_000)


def test_stop_triggers_at_its_price_on_a_move_and_takes_the_book_of_that_moment():
    scene = Scene(BTC=LOTS * BTC.lot_units, USDT=0)
    scene.market(PRICE)
    stop = scene.place("sell", 1_000, type="stop", stop=PRICE - 500)
    assert stop.status == "pending"
    scene.market(PRICE - 900, came_from=PRICE)
    assert scene.fills(stop) == [(PRICE - 501, 1_000)]


def test_stop_fills_at_the_open_after_a_gap():
    scene = Scene(BTC=LOTS * BTC.lot_units, USDT=0)
    scene.market(PRICE)
    stop = scene.place("sell", 1_000, type="stop", stop=PRICE - 500)
    scene.market(PRICE - 900)
    assert scene.fills(stop) == [(PRICE - 901, 1_000)]


def test_fills_stay_within_the_range_of_the_bar():
    scene = Scene(BTC=LOTS * BTC.lot_units, USDT=0)
    scene.market(PRICE)
    stop = scene.place("sell", 1_000, type="stop", stop=PRICE - 500)
    scene.market(
        PRICE - 500, came_from=PRICE, low=PRICE - 500, high=PRICE, bids=((PRICE - 500, 10**6),), asks=((PRICE, 10**6),)
    )
    assert scene.fills(stop) == [(PRICE - 500, 1_000)]


def test_stop_that_is_reached_already_triggers_at_once():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="stop", stop=PRICE - 100)
    assert (order.triggered, order.status) == (True, "filled")
    assert scene.fills(order) == [(PRICE + 1, 1_000)]


def test_triggered_stop_buys_no_more_than_the_money_there_is():
    cost = PRICE * 1_000 * BTC.unit_value
    scene = Scene(USDT=cost + -(-cost * 500 // 1_000_000))
    scene.market(PRICE - 1_000)
    order = scene.place("buy", 1_000, type="stop", stop=PRICE)
    scene.market(PRICE + 50_000)
    assert order.status == "expired"
    assert 0 < order.filled_lots < 1_000
    assert "balance" in order.status_reason
    assert scene.total("USDT") >= 0
    assert scene.held("USDT") == 0


def test_stop_limit_waits_triggers_and_rests_at_its_limit():
    scene = Scene(BTC=LOTS * BTC.lot_units, USDT=0)
    scene.market(PRICE)
    order = scene.place("sell", 1_000, type="stop_limit", stop=PRICE - 500, price=PRICE - 450)
    scene.market(PRICE - 900)
    assert (order.status, order.triggered) == ("open", True)
    scene.market(PRICE - 100, came_from=PRICE - 900)
    assert scene.fills(order) == [(PRICE - 450, 1_000)]


def test_orders_reached_by_one_move_fill_in_the_order_of_its_path():
    scene = Scene()
    scene.market(PRICE)
    low = scene.place("buy", 100, type="limit", price=PRICE - 600)
    high = scene.place("buy", 100, type="limit", price=PRICE - 200)
    happened = scene.market(PRICE - 900, came_from=PRICE)
    assert [event.order_id for event in happened] == [high.id, low.id]


def test_position_has_average_price_and_realised_profit():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 10**6),))
    scene.place("buy", 1_000)
    scene.market(PRICE + 1_000, asks=((PRICE + 1_000, 10**6),))
    scene.place("buy", 1_000)
    position = scene.exchange.accounts["a"].positions["BTC-USDT"]
    assert position.cost_units == (2 * PRICE + 1_000) * 1_000 * BTC.unit_value
    scene.market(PRICE + 2_000, bids=((PRICE + 2_000, 10**6),))
    scene.place("sell", 500)
    assert position.realized_units == 1_500 * 500 * BTC.unit_value
    assert position.quantity_lots == 1_500


def test_selling_what_was_deposited_makes_no_position():
    scene = Scene(BTC=LOTS * BTC.lot_units, USDT=0)
    scene.market(PRICE)
    scene.place("sell", 1_000)
    position = scene.exchange.accounts["a"].positions["BTC-USDT"]
    assert (position.quantity_lots, position.realized_units) == (0, 0)


def test_margin_account_sells_short_covers_and_realises_the_profit():
    scene = Scene(account_type="margin", allow_short=True)
    scene.market(PRICE, bids=((PRICE, 10**6),))
    scene.place("sell", LOTS)
    position = scene.exchange.accounts["a"].positions["BTC-USDT"]
    assert position.quantity_lots == -LOTS
    scene.market(PRICE - 100_000, asks=((PRICE - 100_000, 10**6),))
    cover = scene.place("buy", LOTS)
    assert cover.status == "filled"
    assert position.quantity_lots == 0
    assert position.realized_units == 100_000 * LOTS * BTC.unit_value


def test_margin_account_is_bounded_by_its_equity_in_both_directions():
    scene = Scene(account_type="margin", allow_short=True)
    scene.market(PRICE)
    scene.place("sell", 2 * LOTS)
    assert rejected_code(scene) == "INSUFFICIENT_BALANCE"
    scene.place("sell", LOTS)
    assert scene.place("sell", LOTS, type="limit", price=PRICE + 10).status == "rejected"
    assert scene.place("buy", LOTS, type="limit", price=PRICE - 10).status == "open"


def test_margin_account_that_may_not_be_short_sells_only_what_it_is_long():
    scene = Scene(account_type="margin")
    scene.market(PRICE)
    scene.place("buy", 1_000)
    assert scene.place("sell", 600, type="limit", price=PRICE + 500).status == "open"
    scene.place("sell", 600)
    assert rejected_code(scene) == "INSUFFICIENT_BALANCE"


def test_position_turns_from_long_to_short_in_one_trade():
    scene = Scene(account_type="margin", allow_short=True)
    scene.market(PRICE, asks=((PRICE, 10**6),), bids=((PRICE, 10**6),))
    scene.place("buy", 1_000)
    scene.market(PRICE + 100, bids=((PRICE + 100, 10**6),))
    scene.place("sell", 3_000)
    position = scene.exchange.accounts["a"].positions["BTC-USDT"]
    assert position.quantity_lots == -2_000
    assert position.cost_units == (PRICE + 100) * 2_000 * BTC.unit_value
    assert position.realized_units == 100 * 1_000 * BTC.unit_value


def test_cash_account_cannot_be_opened_for_short():
    with pytest.raises(Invalid, match="margin"):
        Scene(allow_short=True)


def test_client_order_id_is_used_once_for_ever():
    scene = Scene()
    scene.market(PRICE)
    first = scene.place("buy", 1_000, client_order_id="mine")
    scene.exchange.apply(ResetAccount(account_id="a", balances={"USDT": UNIT}), 9_000)
    with pytest.raises(Conflict) as caught:
        scene.place("buy", 1_000, client_order_id="mine")
    assert caught.value.code == "DUPLICATE_CLIENT_ORDER_ID"
    assert caught.value.details["order_id"] == first.id


def test_cancel_frees_what_was_held_and_a_second_cancel_says_the_order_ended():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    command = CancelOrder(order_id=order.id, account_id="a")
    scene.exchange.apply(command, 5_000)
    assert (order.status, scene.held("USDT")) == ("canceled", 0)
    assert order.status_reason
    with pytest.raises(Conflict) as caught:
        scene.exchange.apply(command, 5_000)
    assert caught.value.code == "ORDER_NOT_OPEN"


def test_order_of_another_account_is_not_found():
    scene = Scene()
    scene.open_account("b")
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    with pytest.raises(NotFound):
        scene.exchange.apply(CancelOrder(order_id=order.id, account_id="b"), 5_000)


def test_cancel_all_can_be_narrowed_to_a_symbol():
    scene = Scene()
    scene.market(PRICE)
    scene.market(30_000, symbol="ETH-USDT")
    btc = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    eth = scene.place("buy", 100, type="limit", price=20_000, symbol="ETH-USDT")
    scene.exchange.apply(CancelAllOrders(account_id="a", symbol="BTC-USDT"), 5_000)
    assert (btc.status, eth.status) == ("canceled", "open")


def test_replace_with_less_keeps_the_place_and_with_another_price_loses_it():
    scene = Scene()
    scene.market(PRICE)
    first = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    second = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    scene.exchange.apply(ReplaceOrder(order_id=first.id, account_id="a", quantity_lots=800), 5_000)
    assert first.sequence < second.sequence
    scene.exchange.apply(ReplaceOrder(order_id=first.id, account_id="a", price_ticks=PRICE - 400), 5_000)
    assert first.sequence > second.sequence
    assert first.replaced_ns == 5_000
    cost = (PRICE - 400) * 800 * BTC.unit_value + (PRICE - 500) * 1_000 * BTC.unit_value
    assert cost < scene.held("USDT") < cost * 1.001


def test_replace_into_the_book_trades_at_once():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    scene.keep(scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", price_ticks=PRICE + 10), 5_000))
    assert scene.fills(order) == [(PRICE + 1, 1_000)]
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_replace_that_money_does_not_cover_is_refused_and_changes_nothing():
    scene = Scene()
    scene.market(PRICE)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    before = scene.exchange.state_hash()
    with pytest.raises(Rejected) as caught:
        scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", quantity_lots=10 * LOTS), 5_000)
    assert caught.value.code == "INSUFFICIENT_BALANCE"
    assert scene.exchange.state_hash() == before


def test_replace_below_what_is_filled_is_refused():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 400),))
    order = scene.place("buy", 1_000, type="limit", price=PRICE)
    with pytest.raises(Invalid, match="filled already"):
        scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", quantity_lots=400), 5_000)


def test_replaced_stop_waits_at_its_new_price():
    scene = Scene(BTC=LOTS * BTC.lot_units, USDT=0)
    scene.market(PRICE)
    order = scene.place("sell", 1_000, type="stop", stop=PRICE - 500)
    scene.exchange.apply(ReplaceOrder(order_id=order.id, account_id="a", stop_ticks=PRICE - 5_000), 5_000)
    scene.market(PRICE - 900)
    assert order.status == "pending"
    scene.market(PRICE - 5_000, came_from=PRICE - 900)
    assert order.status == "filled"


def test_reset_cancels_everything_and_begins_a_new_epoch():
    scene = Scene()
    scene.market(PRICE)
    scene.place("buy", 1_000)
    order = scene.place("buy", 1_000, type="limit", price=PRICE - 500)
    scene.keep(scene.exchange.apply(ResetAccount(account_id="a", balances={"USDT": 5 * UNIT}), 9_000))
    account = scene.exchange.accounts["a"]
    assert (account.epoch, order.status, scene.total("USDT"), scene.total("BTC")) == (2, "canceled", 5 * UNIT, 0)
    assert not account.positions
    scene.market(PRICE - 9_000)
    assert order.filled_lots == 0
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_account_exists_once():
    scene = Scene()
    with pytest.raises(Conflict):
        scene.open_account("a")


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"lots": 0}, "quantity"),
        ({"lots": -5}, "quantity"),
        ({}, "quantity"),
        ({"lots": 5, "notional": 5}, "quantity"),
        ({"lots": 5, "price": 5}, "price"),
        ({"lots": 5, "type": "limit"}, "price"),
        ({"lots": 5, "type": "limit", "price": 0}, "price"),
        ({"lots": 5, "type": "stop"}, "stop_price"),
        ({"lots": 5, "type": "stop", "stop": 5, "price": 5}, "price"),
        ({"lots": 5, "tif": "gtc"}, "time_in_force"),
        ({"lots": 5, "type": "limit", "price": 5, "tif": "ioc", "post_only": True}, "post_only"),
        ({"notional": 5, "type": "limit", "price": 5}, "notional"),
    ],
)
def test_parts_that_do_not_belong_together_are_refused_by_field(order, field):
    scene = Scene()
    scene.market(PRICE)
    with pytest.raises(Invalid) as caught:
        scene.place("buy", order.pop("lots", None), **order)
    assert field in caught.value.details
    assert len(scene.exchange.orders) == 0


def test_preview_says_what_placing_then_does_and_changes_nothing():
    scene = Scene()
    scene.market(PRICE, asks=((PRICE, 400), (PRICE + 50, 400)))
    before = scene.exchange.state_hash()
    order = {"type": "limit", "price": PRICE + 50}
    preview = scene.exchange.preview(
        PlaceOrder(
            order_id="p",
            account_id="a",
            symbol="BTC-USDT",
            side=Side.BUY,
            type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTC,
            quantity_lots=1_000,
            price_ticks=PRICE + 50,
        ),
        scene.time_ns,
    )
    assert scene.exchange.state_hash() == before
    placed = scene.place("buy", 1_000, **order)
    assert [(fill.price_ticks, fill.quantity_lots) for fill in preview.fills] == scene.fills(placed)
    assert preview.resting_lots == placed.remaining_lots == 200
    assert preview.balances_after == {"USDT": scene.total("USDT"), "BTC": scene.total("BTC")}
    assert preview.held_units == scene.held("USDT")


def test_preview_of_a_refused_order_says_why():
    scene = Scene()
    scene.market(PRICE)
    preview = scene.exchange.preview(
        PlaceOrder(
            order_id="p",
            account_id="a",
            symbol="BTC-USDT",
            side=Side.SELL,
            type=OrderType.MARKET,
            time_in_force=TimeInForce.IOC,
            quantity_lots=1_000,
        ),
        scene.time_ns,
    )
    assert preview.refusal is not None
    assert preview.refusal.code == "INSUFFICIENT_BALANCE"


def test_unknown_account_is_not_found():
    scene = Scene()
    with pytest.raises(NotFound) as caught:
        scene.place("buy", 1_000, account="nobody")
    assert caught.value.code == "UNKNOWN_ACCOUNT"


def test_amounts_beyond_64_bits_stay_exact():
    scene = Scene(USDT=10**30)
    scene.market(PRICE, asks=((PRICE, 10**18),), symbol="BTC-USDT")
    scene.place("buy", 10**17)
    cost = PRICE * 10**17 * BTC.unit_value
    assert scene.total("USDT") == 10**30 - cost - -(-cost * 500 // 1_000_000)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_account_of_a_symbol_in_another_quote_is_untouched():
    scene = Scene()
    scene.market(30_000, symbol="ETH-USDT")
    scene.exchange.apply(
        OpenAccount(
            account_id="c",
            name="c",
            type="cash",
            base_currency="EUR",
            allow_short=False,
            maker_ppm=0,
            taker_ppm=0,
            fill_policy="ideal",
            balances={"EUR": UNIT},
        ),
        1,
    )
    order = scene.place("buy", 100, symbol="ETH-USDT", account="c")
    assert order.status == "rejected"
    assert scene.total("EUR", "c") == UNIT
    assert ETH.quote == "USDT"
