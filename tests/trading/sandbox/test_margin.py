"""Leverage, maintenance and liquidation, on numbers worked out by hand."""

import pytest

from kit.errors import Rejected
from quant.fills import initial_units, maintenance_ppm, maintenance_units
from tests.trading.sandbox.scene import UNIT, Scene, replayed
from tests.trading.sandbox.test_account_money import change
from trading.sandbox.events import FundsMoved, OrderAccepted
from trading.sandbox.margin import liquidation_ticks, margin_of
from trading.sandbox.margin_terms import MarginTerms
from trading.sandbox.orders import MoveFunds

BTC = 100_000
"""Lots in a bitcoin."""


def margin_scene(leverage: int = 10, *, money: int = 10_000, allow_short: bool = True, **terms: object) -> Scene:
    """A margin account without fees, the market at 50,000."""
    scene = Scene(account_type="margin", allow_short=allow_short, USDT=money * UNIT)
    change(scene, maker_ppm=0, taker_ppm=0, margin=MarginTerms(leverage=leverage, **terms))  # type: ignore[arg-type]
    scene.market(5_000_000, bids=((5_000_000, 10**9),), asks=((5_000_000, 10**9),))
    return scene


def to(scene: Scene, ticks: int, **depth: object) -> list:
    """Move the market without a spread."""
    book = {"bids": ((ticks, 10**9),), "asks": ((ticks, 10**9),)}
    return scene.market(ticks, **{**book, **depth})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("leverage", "rate_ppm"), [(1, 250_000), (2, 250_000), (4, 125_000), (10, 50_000), (20, 25_000), (125, 4_000)]
)
def test_maintenance_is_half_the_initial_rate_and_a_quarter_at_the_most(leverage, rate_ppm):
    assert maintenance_ppm(leverage) == rate_ppm
    assert maintenance_units(10**8, leverage) == 100 * rate_ppm
    assert initial_units(10**8 + 1, leverage) == -(-(10**8 + 1) // leverage)


def test_leverage_buys_as_much_more_and_not_a_lot_beyond():
    scene = margin_scene(10)
    assert scene.place("buy", 2 * BTC + 1).status == "rejected"
    assert scene.place("buy", 2 * BTC).status == "filled"
    assert scene.total("USDT") == -90_000 * UNIT
    assert scene.place("buy", 1_000).status == "rejected"


def test_a_symbol_can_have_a_leverage_of_its_own():
    scene = margin_scene(1, by_symbol={"BTC-USDT": 5})
    assert scene.place("buy", BTC).status == "filled"
    scene.market(30_000, symbol="ETH-USDT")
    assert scene.place("buy", 100, symbol="ETH-USDT").status == "rejected"


def test_less_leverage_than_what_is_held_needs_is_refused_and_more_is_taken():
    scene = margin_scene(10)
    scene.place("buy", BTC)
    with pytest.raises(Rejected) as refused:
        change(scene, margin=MarginTerms(leverage=4))
    assert refused.value.details == {"asset": "USDT", "missing": "2500"}
    change(scene, margin=MarginTerms(leverage=5))
    change(scene, margin=MarginTerms(leverage=20))


def test_a_long_is_liquidated_at_the_tick_that_is_told_and_not_one_before():
    scene = margin_scene(10)
    scene.place("buy", 2 * BTC)
    # Equity 10,000 + 2 (p - 50,000) meets 5 % of 2 p at p = 90,000 / 1.9 = 47,368.42...
    account = scene.exchange.accounts["a"]
    told = liquidation_ticks(account, "BTC-USDT", scene.exchange._state.mark_of)
    assert told == 4_736_842
    assert to(scene, told + 1) == []
    events = to(scene, told)
    accepted = next(event for event in events if isinstance(event, OrderAccepted))
    order = scene.exchange.orders[accepted.order_id]
    assert (order.side, order.type, order.status, order.quantity_lots) == ("sell", "market", "filled", 2 * BTC)
    assert order.status_reason.startswith(
        "Liquidation: the equity of 4736.84 USDT fell to the maintenance margin of 4736.842"
    )
    assert account.positions["BTC-USDT"].quantity_lots == 0
    assert scene.total("USDT") == 473_684 * 10**6


def test_a_short_is_liquidated_at_the_tick_that_is_told_and_not_one_before():
    scene = margin_scene(10)
    scene.place("sell", 2 * BTC)
    # Equity 10,000 - 2 (p - 50,000) meets 5 % of 2 p at p = 110,000 / 2.1 = 52,380.95...
    account = scene.exchange.accounts["a"]
    told = liquidation_ticks(account, "BTC-USDT", scene.exchange._state.mark_of)
    assert told == 5_238_096
    assert to(scene, told - 1) == []
    to(scene, told)
    assert account.positions["BTC-USDT"].quantity_lots == 0
    assert scene.total("BTC") == 0


def test_a_long_without_leverage_is_never_liquidated():
    scene = margin_scene(1, money=50_000)
    scene.place("buy", BTC)
    account = scene.exchange.accounts["a"]
    assert liquidation_ticks(account, "BTC-USDT", scene.exchange._state.mark_of) is None
    assert to(scene, 1) == []
    assert account.positions["BTC-USDT"].quantity_lots == BTC


def test_open_orders_are_canceled_first_and_say_why():
    scene = margin_scene(10)
    scene.place("buy", BTC)
    resting = scene.place("buy", 50_000, type="limit", price=4_000_000)
    assert resting.status == "open"
    to(scene, 4_100_000)
    assert resting.status == "canceled"
    assert resting.status_reason.startswith("Canceled: Liquidation: the equity of 1000 USDT fell to")


def test_only_as_much_is_closed_as_the_rest_needs_the_largest_first():
    scene = margin_scene(10)
    scene.market(300_000, symbol="ETH-USDT", bids=((300_000, 10**9),), asks=((300_000, 10**9),))
    scene.place("buy", BTC)
    scene.place("buy", 10, symbol="ETH-USDT")
    # 0.1 ETH is worth 3,000 USDT and asks for 150: that is carried when the bitcoin is gone.
    to(scene, 4_200_000)
    positions = scene.exchange.accounts["a"].positions
    assert (positions["BTC-USDT"].quantity_lots, positions["ETH-USDT"].quantity_lots) == (0, 10)


def test_what_the_book_does_not_hold_is_closed_with_the_next_prices():
    scene = margin_scene(10)
    scene.place("buy", 2 * BTC)
    to(scene, 4_700_000, bids=((4_700_000, BTC),))
    account = scene.exchange.accounts["a"]
    assert account.positions["BTC-USDT"].quantity_lots == BTC
    first = [order for order in scene.exchange.orders.values() if order.status == "expired"][-1]
    assert "closed with the next prices" in first.status_reason
    to(scene, 4_500_000)
    assert account.positions["BTC-USDT"].quantity_lots == 0


def test_a_debt_beyond_all_that_there_was_is_taken_over_with_an_event_that_says_so():
    scene = margin_scene(10)
    scene.place("buy", 2 * BTC)
    events = to(scene, 4_000_000)
    (taken_over,) = [event for event in events if isinstance(event, FundsMoved)]
    assert (taken_over.kind, taken_over.units) == ("bankruptcy", 10_000 * UNIT)
    assert "debt of 10000 USDT" in taken_over.reason
    assert scene.total("USDT") == 0
    assert replayed(scene.events).state_hash() == scene.exchange.state_hash()


def test_the_fee_of_a_liquidation_is_an_event_of_its_own():
    scene = margin_scene(10, liquidation_fee_ppm=5_000)
    scene.place("buy", 2 * BTC)
    events = to(scene, 4_736_842)
    (fee,) = [event for event in events if isinstance(event, FundsMoved)]
    assert (fee.kind, fee.units) == ("liquidation_fee", -2 * 4_736_842 * 10**6 * 5 // 1_000)


def test_a_deposit_keeps_a_position_alive():
    scene = margin_scene(10)
    scene.place("buy", 2 * BTC)
    scene.keep(scene.exchange.apply(MoveFunds(account_id="a", asset="USDT", units=1_000 * UNIT), scene.time_ns))
    assert to(scene, 4_736_842) == []
    assert to(scene, 4_684_211) == []
    assert to(scene, 4_684_210) != []


def test_a_price_looks_only_at_margin_accounts_that_hold_its_symbol():
    scene = margin_scene(10)
    scene.open_account("b", account_type="margin")
    scene.place("buy", BTC)
    state = scene.exchange._state
    assert {symbol: list(holders) for symbol, holders in state.margin_holders.items()} == {"BTC-USDT": ["a"]}
    scene.place("sell", BTC, is_closing=True)
    assert state.margin_holders == {"BTC-USDT": {}}


def test_margin_adds_up_over_positions_in_one_quote():
    scene = margin_scene(10)
    scene.market(300_000, symbol="ETH-USDT", bids=((300_000, 10**9),), asks=((300_000, 10**9),))
    scene.place("buy", BTC)
    scene.place("sell", 10, symbol="ETH-USDT")
    margin = margin_of(scene.exchange.accounts["a"], "USDT", scene.exchange._state.mark_of)
    assert margin.equity_units == 10_000 * UNIT
    assert margin.initial_units == 5_300 * UNIT
    assert margin.maintenance_units == 2_650 * UNIT
