"""Each limit of risk: at the limit, one step over, and with what it needs to know missing."""

import pytest

from kit.errors import Invalid, NotFound, Rejected
from tests.trading.sandbox.scene import UNIT, Scene, replayed
from trading.sandbox.limits import ACTIVE, NO_RISK_LIMITS, REDUCING, RiskLimits, SymbolLimits
from trading.sandbox.orders import CancelOrder, ReplaceOrder, SetRiskLimits
from trading.sandbox.risk import OrderLimits

PRICE = 100_000
"""1,000.00 in ticks; a lot is 0.00001 BTC, so 1,000 lots are worth 10 USDT and cost nothing in fees worth a thought."""
LOT_UNITS = 1_000
PERCENT = 10_000
"""Of millionths."""


def limit(scene: Scene, account: str = "a", **limits: object) -> None:
    """Give an account limits."""
    command = SetRiskLimits(account_id=account, limits=RiskLimits(**limits))
    scene.keep(scene.exchange.apply(command, scene.time_ns))


def refused(scene: Scene, *order: object, **options: object) -> tuple[str, dict[str, str]]:
    """The code and details of an order that must be refused."""
    placed = scene.place(*order, **options)
    assert placed.status == "rejected", placed
    assert placed.status_reason == scene.events[-1].reason
    return scene.events[-1].code, scene.events[-1].details


@pytest.fixture
def scene() -> Scene:
    """A market at 1,000.00."""
    made = Scene()
    made.market(PRICE)
    return made


@pytest.fixture
def margin() -> Scene:
    """The same for a margin account that may be short."""
    made = Scene(account_type="margin", allow_short=True)
    made.market(PRICE)
    return made


def of_symbol(**limits: int) -> dict[str, SymbolLimits]:
    return {"BTC-USDT": SymbolLimits(**limits)}


# ---- what one order may be


def test_an_order_may_be_for_the_largest_quantity_and_not_a_lot_more(scene):
    limit(scene, symbols=of_symbol(max_order_quantity_units=1_000 * LOT_UNITS))
    assert scene.place("buy", 1_000).status == "filled"
    assert refused(scene, "buy", 1_001) == ("RISK_MAX_ORDER_QUANTITY", {"quantity": "0.01001", "limit": "0.01"})
    scene.market(300_000, symbol="ETH-USDT")
    assert scene.place("buy", 100, symbol="ETH-USDT").status == "filled"


def test_an_order_may_be_worth_the_largest_notional_and_not_a_tick_more(scene):
    limit(scene, max_order_notional_units=10 * UNIT)
    assert scene.place("buy", 1_000, type="limit", price=PRICE).status == "open"
    assert refused(scene, "buy", 1_000, type="limit", price=PRICE + 1) == (
        "RISK_MAX_ORDER_NOTIONAL",
        {"notional": "10.0001", "limit": "10"},
    )


def test_an_account_may_have_its_own_number_of_open_orders_above_that_of_the_installation(scene):
    scene.exchange.set_limits(OrderLimits(open_orders=1))
    limit(scene, max_open_orders=2)
    for _ in range(2):
        assert scene.place("buy", 1_000, type="limit", price=PRICE // 2).status == "open"
    code, details = refused(scene, "buy", 1_000, type="limit", price=PRICE // 2)
    assert (code, details) == ("RISK_MAX_OPEN_ORDERS", {"open_orders": "2", "limit": "2"})
    assert scene.place("buy", 1_000).status == "filled"


def test_orders_per_second_count_by_the_clock_of_the_market(scene):
    limit(scene, max_orders_per_second=2)
    started_ns = scene.time_ns
    assert [scene.place("buy", 1_000).status for _ in range(2)] == ["filled", "filled"]
    assert refused(scene, "buy", 1_000) == ("RISK_MAX_ORDERS_PER_SECOND", {"orders": "2", "limit": "2"})
    scene.time_ns = started_ns + 10**9 - 1
    assert refused(scene, "buy", 1_000)[0] == "RISK_MAX_ORDERS_PER_SECOND"
    scene.time_ns = started_ns + 10**9
    assert scene.place("buy", 1_000).status == "filled"


def test_a_market_whose_clock_is_set_back_does_not_lock_the_account_out(scene):
    scene.time_ns = 10**18
    limit(scene, max_orders_per_second=1)
    scene.place("buy", 1_000)
    scene.time_ns = 10**15
    assert scene.place("buy", 1_000).status == "filled"


def test_changes_count_as_orders_and_cancels_never_do(scene):
    limit(scene, max_orders_per_second=2)
    order = scene.place("buy", 1_000, type="limit", price=PRICE // 2)
    scene.keep(scene.exchange.apply(_replace(order.id, price_ticks=PRICE // 2 + 1), scene.time_ns))
    with pytest.raises(Rejected) as caught:
        scene.exchange.apply(_replace(order.id, quantity_lots=900), scene.time_ns)
    assert caught.value.code == "RISK_MAX_ORDERS_PER_SECOND"
    scene.keep(scene.exchange.apply(_cancel(order.id), scene.time_ns))
    assert order.status == "canceled"


@pytest.mark.parametrize(("side", "sign"), [("buy", 1), ("buy", -1), ("sell", 1), ("sell", -1)])
def test_a_price_may_be_as_far_from_the_last_as_the_collar_and_not_a_tick_further(side, sign):
    scene = Scene(USDT=100_000 * UNIT, BTC=UNIT)
    scene.market(PRICE)
    limit(scene, price_collar_ppm=5 * PERCENT)
    edge = PRICE + sign * PRICE // 20
    assert scene.place(side, 1_000, type="limit", price=edge).status in ("open", "filled")
    code, details = refused(scene, side, 1_000, type="limit", price=edge + sign)
    assert code == "RISK_PRICE_COLLAR"
    assert (details["distance_percent"], details["limit"], details["last"]) == ("5.001", "5", "1000.00")


def test_a_market_order_that_would_walk_beyond_the_collar_is_refused(scene):
    limit(scene, price_collar_ppm=5 * PERCENT)
    scene.market(PRICE, asks=((PRICE, 500), (PRICE + 5_001, 10_000)))
    assert scene.place("buy", 500).status == "filled"
    assert refused(scene, "buy", 1_000)[0] == "RISK_PRICE_COLLAR"


def test_a_stop_may_wait_far_away_but_its_limit_must_be_near_to_it(scene):
    limit(scene, price_collar_ppm=5 * PERCENT)
    assert scene.place("buy", 1_000, type="stop", stop=2 * PRICE).status == "pending"
    assert scene.place("buy", 1_000, type="stop_limit", stop=2 * PRICE, price=210_000).status == "pending"
    code, details = refused(scene, "buy", 1_000, type="stop_limit", stop=2 * PRICE, price=210_001)
    assert (code, details["last"]) == ("RISK_PRICE_COLLAR", "2000.00")


def test_without_a_last_price_the_collar_refuses():
    scene = Scene()
    limit(scene, price_collar_ppm=5 * PERCENT)
    code, details = refused(scene, "buy", 1_000, type="limit", price=PRICE)
    assert (code, details) == ("NO_MARKET_PRICE", {"limit": "price_collar_percent", "symbol": "BTC-USDT"})


def test_a_restricted_symbol_is_not_bought_but_sold(scene):
    scene.place("buy", 1_000)
    limit(scene, restricted_symbols=("BTC-USDT",))
    assert refused(scene, "buy", 1_000) == ("RISK_RESTRICTED_SYMBOL", {"symbol": "BTC-USDT"})
    assert scene.place("sell", 1_000).status == "filled"


# ---- what may be held


def test_a_position_may_reach_its_largest_quantity_with_all_open_orders(scene):
    scene.place("buy", 1_000)
    scene.place("buy", 1_000, type="limit", price=PRICE // 2)
    limit(scene, symbols=of_symbol(max_position_quantity_units=3_000 * LOT_UNITS))
    assert refused(scene, "buy", 1_001) == ("RISK_MAX_POSITION_QUANTITY", {"position": "0.03001", "limit": "0.03"})
    assert scene.place("buy", 1_000).status == "filled"
    assert refused(scene, "buy", 1_000)[0] == "RISK_MAX_POSITION_QUANTITY"
    assert scene.place("sell", 2_000).status == "filled"


def test_a_short_position_has_the_same_largest_quantity(margin):
    limit(margin, symbols=of_symbol(max_position_quantity_units=3_000 * LOT_UNITS))
    assert margin.place("sell", 3_000).status == "filled"
    assert refused(margin, "sell", 1)[0] in ("MIN_NOTIONAL", "RISK_MAX_POSITION_QUANTITY")
    assert refused(margin, "sell", 1_000)[0] == "RISK_MAX_POSITION_QUANTITY"
    assert refused(margin, "buy", 6_001)[0] == "RISK_MAX_POSITION_QUANTITY"
    assert margin.place("buy", 6_000).status == "filled"


def test_a_position_may_be_worth_its_largest_notional_and_not_a_tick_more(scene):
    limit(scene, max_position_notional_units=20 * UNIT)
    assert scene.place("buy", 2_000, type="limit", price=PRICE).status == "open"
    scene.exchange.apply(_cancel(scene.events[-1].order_id), scene.time_ns)
    code, details = refused(scene, "buy", 2_000, type="limit", price=PRICE + 1)
    assert (code, details) == ("RISK_MAX_POSITION_NOTIONAL", {"position_notional": "20.0002", "limit": "20"})


def test_the_notional_of_one_symbol_goes_before_that_of_all(scene):
    limit(scene, max_position_notional_units=10 * UNIT, symbols=of_symbol(max_position_notional_units=30 * UNIT))
    assert scene.place("buy", 2_900).status == "filled"
    scene.market(300_000, symbol="ETH-USDT")
    assert refused(scene, "buy", 100, symbol="ETH-USDT")[0] == "RISK_MAX_POSITION_NOTIONAL"


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        ({"max_position_notional_units": UNIT}, "max_position_notional"),
        ({"max_concentration_ppm": PERCENT}, "max_concentration_percent"),
        ({"max_leverage_ppm": PERCENT}, "max_leverage"),
    ],
)
def test_without_a_last_price_a_limit_of_what_is_held_refuses(limits, name):
    scene = Scene()
    limit(scene, **limits)
    code, details = refused(scene, "buy", 1_000, type="limit", price=PRICE)
    assert (code, details) == ("NO_MARKET_PRICE", {"limit": name, "symbol": "BTC-USDT"})


def test_one_symbol_may_be_its_share_of_the_equity_and_not_a_lot_more():
    scene = Scene(USDT=100 * UNIT)
    scene.market(PRICE)
    limit(scene, max_concentration_ppm=50 * PERCENT)
    assert refused(scene, "buy", 5_001, type="limit", price=PRICE) == (
        "RISK_MAX_CONCENTRATION",
        {"share_percent": "50.01", "limit": "50"},
    )
    assert scene.place("buy", 5_000, type="limit", price=PRICE).status == "open"


def test_all_positions_together_may_reach_the_leverage_and_not_a_lot_more(margin):
    margin.market(300_000, symbol="ETH-USDT")
    limit(margin, max_leverage_ppm=500_000)
    assert margin.place("sell", 4_000_000, type="limit", price=PRICE).status == "open"
    assert refused(margin, "buy", 34, type="limit", price=300_000, symbol="ETH-USDT")[0] == "RISK_MAX_LEVERAGE"
    assert margin.place("buy", 33, type="limit", price=300_000, symbol="ETH-USDT").status == "open"


def test_an_account_that_has_lost_all_may_not_add_to_its_leverage_but_reduce(margin):
    margin.place("sell", 9_000_000)
    margin.market(3 * PRICE, asks=())  # nobody sells what its liquidation would buy
    limit(margin, max_leverage_ppm=20_000_000, max_concentration_ppm=1_000 * PERCENT)
    assert refused(margin, "sell", 1_000)[0] == "RISK_MAX_CONCENTRATION"
    limit(margin, max_leverage_ppm=20_000_000)
    assert refused(margin, "sell", 1_000)[0] == "RISK_MAX_LEVERAGE"
    assert margin.place("buy", 1_000, type="limit", price=3 * PRICE).status == "open"


# ---- what may be lost


def bought(**limits: object) -> Scene:
    """0.5 BTC at 1,000.00 without a spread in an account with 600 USDT, whose losses count from there."""
    scene = Scene(USDT=600 * UNIT)
    scene.market(PRICE, asks=((PRICE, 10**9),))
    scene.place("buy", 50_000)
    limit(scene, on_breach=REDUCING, **limits)
    return scene


def test_a_day_may_lose_its_limit_and_not_a_tick_more():
    scene = bought(max_daily_loss_units=50 * UNIT)
    scene.market(90_000)
    assert scene.exchange.accounts["a"].trading_state is ACTIVE
    assert scene.place("buy", 1_000).status == "filled"
    scene.market(89_999)
    assert scene.exchange.accounts["a"].trading_state is REDUCING


def test_an_order_that_comes_before_the_next_price_is_refused_for_the_loss_itself():
    scene = bought(max_daily_loss_units=50 * UNIT)
    scene.market(90_000)
    scene.place("sell", 25_000)
    limit(scene, max_daily_loss_units=49 * UNIT)
    code, details = refused(scene, "buy", 1_000)
    assert (code, details["limit"]) == ("RISK_MAX_DAILY_LOSS", "49")
    assert scene.place("sell", 1_000).status == "filled"


def test_the_next_day_counts_anew():
    scene = bought(max_daily_loss_units=50 * UNIT)
    scene.market(92_000)
    scene.time_ns += 24 * 3_600 * 10**9
    scene.market(92_000)
    scene.market(84_000)
    assert scene.exchange.accounts["a"].trading_state is ACTIVE
    scene.market(81_000)
    assert scene.exchange.accounts["a"].trading_state is REDUCING


def test_the_equity_may_fall_from_its_peak_by_the_drawdown_and_not_a_tick_more():
    scene = bought(max_drawdown_ppm=10 * PERCENT)
    scene.market(140_000)
    peak = 600 * UNIT - 25 * UNIT // 100 + 200 * UNIT
    assert scene.exchange.accounts["a"].risk.peak_units == peak
    scene.market(124_005)
    assert scene.exchange.accounts["a"].trading_state is ACTIVE
    scene.market(124_004)
    assert scene.exchange.accounts["a"].trading_state is REDUCING


def test_a_peak_between_two_notes_counts_while_the_exchange_runs():
    scene = bought(max_drawdown_ppm=10 * PERCENT)
    noted = scene.exchange.accounts["a"].risk.peak_units
    scene.market(PRICE + 100)
    account = scene.exchange.accounts["a"]
    assert account.risk.peak_units == noted
    assert scene.exchange.losses.peak_units(account, 0) == noted + UNIT // 2


def test_without_a_price_a_limit_of_loss_refuses_what_does_not_reduce():
    scene = bought(max_daily_loss_units=50 * UNIT)
    again = Scene()
    again.exchange = replayed(scene.events)
    again.market(300_000, symbol="ETH-USDT")
    code, details = refused(again, "buy", 100, symbol="ETH-USDT")
    assert (code, details) == ("NO_MARKET_PRICE", {"limit": "max_daily_loss", "symbol": "BTC-USDT"})
    assert again.place("sell", 1_000, type="limit", price=PRICE).status == "open"
    limit(again, max_drawdown_ppm=PERCENT)
    assert refused(again, "buy", 100, symbol="ETH-USDT")[1]["limit"] == "max_drawdown_percent"


# ---- whose limits


def test_limits_of_the_installation_hold_where_the_account_has_none(scene):
    scene.exchange.set_limits(OrderLimits(risk=RiskLimits(price_collar_ppm=5 * PERCENT)))
    assert refused(scene, "buy", 1_000, type="limit", price=PRICE // 2)[0] == "RISK_PRICE_COLLAR"
    limit(scene, price_collar_ppm=60 * PERCENT)
    assert scene.place("buy", 1_000, type="limit", price=PRICE // 2).status == "open"
    scene.open_account("b")
    assert refused(scene, "buy", 1_000, type="limit", price=PRICE // 2, account="b")[0] == "RISK_PRICE_COLLAR"
    scene.exchange.set_limits(OrderLimits())
    assert scene.place("buy", 1_000, type="limit", price=PRICE // 2, account="b").status == "open"


def test_the_whole_set_is_replaced_and_no_limits_are_none(scene):
    limit(scene, max_order_notional_units=UNIT, price_collar_ppm=PERCENT)
    limit(scene, price_collar_ppm=PERCENT)
    assert scene.place("buy", 1_000).status == "filled"
    limit(scene)
    assert scene.exchange.accounts["a"].guard is None
    assert scene.exchange.accounts["a"].risk.limits == NO_RISK_LIMITS


def test_closing_a_position_is_held_up_by_no_limit(scene):
    scene.place("buy", 1_000)
    limit(
        scene,
        max_order_notional_units=1,
        max_orders_per_second=1,
        price_collar_ppm=1,
        restricted_symbols=("BTC-USDT",),
        max_position_notional_units=1,
    )
    for _ in range(2):
        assert scene.place("sell", 500, is_closing=True).status == "filled"


def test_limits_of_what_is_not_there_are_refused(scene):
    with pytest.raises(NotFound):
        limit(scene, account="nobody")
    with pytest.raises(NotFound):
        limit(scene, restricted_symbols=("XYZ-USDT",))
    with pytest.raises(Invalid, match="on_breach"):
        limit(scene, on_breach=ACTIVE)


def test_the_same_limits_again_are_no_event(scene):
    limit(scene, max_open_orders=1)
    before = len(scene.events)
    limit(scene, max_open_orders=1)
    assert len(scene.events) == before


# ---- changed orders


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"max_order_notional_units": 10 * UNIT}, "RISK_MAX_ORDER_NOTIONAL"),
        ({"symbols": of_symbol(max_order_quantity_units=2_000 * LOT_UNITS)}, "RISK_MAX_ORDER_QUANTITY"),
        ({"symbols": of_symbol(max_position_quantity_units=2_000 * LOT_UNITS)}, "RISK_MAX_POSITION_QUANTITY"),
        ({"max_position_notional_units": 20 * UNIT}, "RISK_MAX_POSITION_NOTIONAL"),
        ({"max_concentration_ppm": 200}, "RISK_MAX_CONCENTRATION"),
        ({"max_leverage_ppm": 200}, "RISK_MAX_LEVERAGE"),
        ({"restricted_symbols": ("BTC-USDT",)}, "RISK_RESTRICTED_SYMBOL"),
    ],
)
def test_an_order_does_not_grow_beyond_a_limit_and_may_always_shrink(scene, limits, code):
    order = scene.place("buy", 2_000, type="limit", price=PRICE // 2)
    limit(scene, **limits)
    with pytest.raises(Rejected) as caught:
        scene.exchange.apply(_replace(order.id, quantity_lots=2_001), scene.time_ns)
    assert (caught.value.code, caught.value.details["order_id"]) == (code, order.id)
    scene.keep(scene.exchange.apply(_replace(order.id, quantity_lots=1_999), scene.time_ns))
    assert order.quantity_lots == 1_999


def test_a_new_price_is_held_to_the_collar_and_an_old_one_is_not(scene):
    order = scene.place("buy", 2_000, type="limit", price=PRICE // 2)
    limit(scene, price_collar_ppm=5 * PERCENT)
    scene.keep(scene.exchange.apply(_replace(order.id, quantity_lots=2_100), scene.time_ns))
    with pytest.raises(Rejected) as caught:
        scene.exchange.apply(_replace(order.id, price_ticks=PRICE // 2 - 1), scene.time_ns)
    assert caught.value.code == "RISK_PRICE_COLLAR"


def test_a_replay_gives_the_same_state_and_asks_no_limit(scene):
    limit(scene, max_daily_loss_units=UNIT, max_open_orders=1)
    scene.place("buy", 20_000)
    scene.place("buy", 1_000, type="limit", price=PRICE // 2)
    scene.market(PRICE - 10_000)
    scene.market(PRICE + 10_000)
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def _replace(order_id: str, **changes: int) -> ReplaceOrder:
    return ReplaceOrder(account_id="a", order_id=order_id, **changes)


def _cancel(order_id: str) -> CancelOrder:
    return CancelOrder(account_id="a", order_id=order_id)
