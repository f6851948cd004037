"""Reports of an account out of ledgers that were written by hand."""

from decimal import Decimal

import pytest

from markets.instruments import make_instrument
from reports.builders.accounts import account_track
from reports.builders.execution import build_execution
from reports.builders.performance import build_performance
from reports.builders.realised import build_realised
from reports.builders.statement import build_statement
from trading.ledger.records import Ledger, LedgerFill, LedgerOrder, LedgerPosition, LedgerSample, part_of

HOUR_NS = 3_600 * 10**9
DAY_NS = 24 * HOUR_NS
START_NS = 1_700_006_400 * 10**9  # a midnight in UTC
COIN = make_instrument("COIN-USDT", tick="0.5", lot="0.01")
"""A lot at a tick is half a cent."""
GOLD = make_instrument("GOLD-EUR", tick="1", lot="1")
CENTS = 10**6


def fill(hours, symbol, side, ticks, lots, *, fee=0, reference=None, spread=0, maker=False, order="o"):
    return LedgerFill(
        START_NS + int(hours * HOUR_NS), order, symbol, side, ticks, lots, fee, maker, reference or ticks, spread
    )


def order(name, hours, status, lots, filled, *, kind="limit", reason=None, way_ms=None):
    created = START_NS + int(hours * HOUR_NS)
    arrives = None if way_ms is None else created + way_ms * 10**6
    return LedgerOrder(
        name, "COIN-USDT", "buy", kind, status, reason, lots, filled, created, created, arrives, "realistic"
    )


def sample(hours, equity, deposits=0, growth=1.0):
    return LedgerSample(START_NS + int(hours * HOUR_NS), equity * 10**8, deposits * 10**8, growth)


def ledger(**changes):
    said = {
        "account": "mine", "name": "Mine", "type": "cash", "base_currency": "USDT", "epoch": 1, "opened_ns": START_NS,
        "now_ns": START_NS + 10 * DAY_NS, "since_ns": START_NS, "until_ns": START_NS + 10 * DAY_NS + 1, "head_seq": 7,
        "head_hash": "ab" * 32, "fills": [], "orders": [], "samples": [sample(0, 1_000)], "positions": [], "balances": [],
        "instruments": {"COIN-USDT": COIN, "GOLD-EUR": GOLD},
    }  # fmt: skip
    return Ledger(**{**said, **changes})


def figure(report, name):
    return next(each.value for section in report.sections for each in section.figures if each.name == name)


def table(report, name):
    found = next(each for each in report.tables if each.name == name)
    return [dict(zip([column.name for column in found.columns], row, strict=True)) for row in found.rows]


MADE = {"made_ns": 0, "time_zone": "UTC"}


def test_costs_are_counted_against_the_trader():
    # Bought 100 lots (1 coin) at 101 over a middle of 100: half a tick... in ticks 202 = 200 + 1 spread + 1 slippage.
    bought = fill(1, "COIN-USDT", "buy", 202, 100, fee=5 * CENTS, reference=200, spread=1)
    # Sold 100 lots at 198 under 200: -1 spread, -1 slippage; and one resting that cost nothing but its fee.
    sold = fill(2, "COIN-USDT", "sell", 198, 100, fee=5 * CENTS, reference=200, spread=-1)
    rested = fill(3, "COIN-USDT", "buy", 200, 200, fee=2 * CENTS, maker=True)
    report = build_execution(ledger(fills=[bought, sold, rested]), (), **MADE)
    assert figure(report, "spread_USDT") == Decimal("1.0")  # a tick of half a dollar, a coin, twice
    assert figure(report, "slippage_USDT") == Decimal("1.0")
    assert figure(report, "fees_USDT") == Decimal("0.12")
    assert figure(report, "notional_USDT") == Decimal(101 + 99 + 200)
    assert figure(report, "maker_USDT") == pytest.approx(0.5)
    assert figure(report, "cost_bps_USDT") == pytest.approx(2.12 / 400 * 10_000)
    by_liquidity = {row["liquidity"]: row for row in table(report, "liquidity")}
    assert (by_liquidity["maker"]["spread"], by_liquidity["taker"]["spread"]) == (Decimal(0), Decimal("1.0"))


def test_what_a_maker_gained_is_a_negative_cost():
    better = fill(1, "COIN-USDT", "buy", 198, 100, reference=200)
    assert figure(build_execution(ledger(fills=[better]), (), **MADE), "slippage_USDT") == Decimal("-1.0")


def test_fill_rates_are_of_orders_that_ended_and_times_of_those_that_filled():
    orders = [
        order("a", 0, "filled", 10, 10),
        order("b", 1, "canceled", 10, 4, reason="by its owner"),
        order("c", 2, "rejected", 10, 0, reason="too poor"),
        order("d", 3, "open", 10, 5, way_ms=40),
    ]
    fills = [
        fill(0.5, "COIN-USDT", "buy", 200, 6, order="a"),
        fill(1, "COIN-USDT", "buy", 200, 4, order="a"),
        fill(3, "COIN-USDT", "buy", 200, 4, order="b"),
        fill(3, "COIN-USDT", "buy", 200, 5, order="d"),
    ]
    report = build_execution(ledger(orders=orders, fills=fills), (), **MADE)
    assert figure(report, "fill_rate") == pytest.approx(2 / 3)
    assert figure(report, "filled_share") == pytest.approx((1 + 0.4 + 0) / 3)
    assert figure(report, "first_median") == pytest.approx(0.5 * 3_600_000)  # of half an hour, two hours, nothing
    assert figure(report, "whole_mean") == pytest.approx(3_600_000)
    assert figure(report, "latency_mean") == 40
    assert [(row["reason"], row["orders"]) for row in table(report, "reasons")] == [
        ("by its owner", 1),
        ("too poor", 1),
    ]


def test_reasons_that_differ_by_their_amounts_are_one():
    reasons = (
        "The order needs 1,200.5 USDT; 80 USDT is free.",
        "The order needs 7 USDT; 6.5 USDT is free.",
        "On MA20.",
    )
    orders = [order(str(place), 0, "rejected", 1, 0, reason=reason) for place, reason in enumerate(reasons)]
    report = build_execution(ledger(orders=orders), (), **MADE)
    assert [(row["reason"], row["orders"]) for row in table(report, "reasons")] == [
        ("The order needs … USDT; … USDT is free.", 2),
        ("On MA20.", 1),
    ]


def test_waits_are_drawn_in_a_unit_that_suits_them():
    orders = [order(name, 0, "filled", 1, 1) for name in "abc"]
    fills = [fill(hours, "COIN-USDT", "buy", 200, 1, order=name) for name, hours in zip("abc", (3, 5, 60), strict=True)]
    report = build_execution(ledger(orders=orders, fills=fills), (), **MADE)
    chart = next(each for each in report.sections[1].charts if each.name == "waits")
    assert (chart.unit, chart.series[1].values[0], chart.series[1].values[-1]) == ("hours", 3.0, 60.0)
    assert figure(report, "first_median") == 5 * 3_600_000


def test_a_statement_has_a_line_for_each_day_of_the_zone():
    samples = [
        sample(0, 1_000, 0, 1.0),
        sample(5, 1_010, 0, 1.01),
        sample(23.5, 1_020, 0, 1.02),
        sample(30, 1_520, 500, 1.02),
        sample(31, 1_500, 500, 1.02 * 1_500 / 1_520),
    ]
    fills = [
        fill(1, "COIN-USDT", "buy", 200, 100, fee=10 * CENTS),
        fill(31, "COIN-USDT", "sell", 220, 100, fee=11 * CENTS),
        fill(2, "GOLD-EUR", "buy", 10, 1, fee=1),
    ]
    days = table(build_statement(ledger(samples=samples, fills=fills), (), **MADE), "days")
    assert [row["day"] for row in days] == [START_NS, START_NS + DAY_NS]
    assert [row["deposits"] for row in days] == [0, 500]
    assert [row["profit"] for row in days] == [20, -20]
    assert [row["growth"] for row in days] == pytest.approx([0.02, 1_500 / 1_520 - 1])
    assert [row["fees"] for row in days] == [Decimal("0.10"), Decimal("0.11")]
    assert [row["realised"] for row in days] == [0, Decimal("9.79")]  # ten dollars less both fees
    tokyo = build_statement(ledger(samples=samples, fills=fills), (), made_ns=0, time_zone="Asia/Tokyo")
    rows = table(tokyo, "days")
    assert [(row["day"], row["profit"]) for row in rows] == [(START_NS, 10), (START_NS + DAY_NS, -10)]
    assert sum(row["profit"] for row in rows) == figure(tokyo, "profit") == 0


def test_what_is_held_is_told_only_when_the_period_ends_now():
    held = [LedgerPosition("COIN-USDT", 100, 100 * 10**8, 220)]
    now = build_statement(ledger(positions=held), (), **MADE)
    assert table(now, "positions")[0]["profit"] == Decimal("10")
    earlier = build_statement(ledger(positions=held, until_ns=START_NS + DAY_NS), (), **MADE)
    assert "holdings" not in [section.name for section in earlier.sections]


def test_realised_profit_is_by_the_asset_it_is_in():
    fills = [
        fill(1, "COIN-USDT", "buy", 200, 100),
        fill(2, "COIN-USDT", "buy", 240, 100),
        fill(3, "COIN-USDT", "sell", 260, 100, fee=5 * CENTS),
        fill(4, "GOLD-EUR", "buy", 10, 5),
        fill(5, "GOLD-EUR", "sell", 12, 5),
    ]
    report = build_realised(ledger(fills=fills), (), method="lifo", **MADE)
    assert figure(report, "profit_USDT") == Decimal("9.95")
    assert figure(report, "profit_EUR") == Decimal("10")
    by_method = {(row["method"], row["asset"]): row["profit"] for row in table(report, "methods")}
    assert by_method["first in, first out", "USDT"] == Decimal("29.95")
    assert by_method["average cost", "USDT"] == Decimal("19.95")
    later = build_realised(ledger(fills=fills, since_ns=START_NS + 4 * HOUR_NS), (), method="lifo", **MADE)
    assert [row["symbol"] for row in table(later, "lots")] == ["GOLD-EUR"]


def test_what_cannot_be_known_is_said_on_top():
    sold = ledger(fills=[fill(1, "COIN-USDT", "sell", 200, 100)], uncounted=("DOGE",))
    warnings = build_realised(sold, (), method="fifo", **MADE).warnings
    assert warnings[0] == "Came or went without a known rate, and is in no figure: DOGE."
    assert warnings[1] == "Sold without having been bought in this epoch, so its cost is not known: 1.00 COIN-USDT."
    forked = ledger(type="margin", positions=[LedgerPosition("COIN-USDT", 50, 1, 200)])
    assert "fork" in build_realised(forked, (), method="fifo", **MADE).warnings[0]
    assert build_realised(ledger(), (), method="fifo", **MADE).warnings == ()


def test_the_curve_of_an_account_is_its_growth():
    samples = [
        sample(24 * day, 1_000 + 600 * (day >= 2), 500 * (day >= 2), 1.1 if day >= 2 else 1.0) for day in range(5)
    ]
    fills = [
        fill(1, "COIN-USDT", "buy", 200, 100),
        fill(2, "GOLD-EUR", "buy", 9, 1),
        fill(3, "GOLD-EUR", "sell", 10, 1),
        fill(49, "COIN-USDT", "sell", 220, 100),
    ]
    track = account_track(ledger(samples=samples, fills=fills, now_ns=START_NS + 4 * DAY_NS), ())
    assert track.equity.tolist() == pytest.approx([1_000, 1_000, 1_100, 1_100, 1_100])
    assert track.trades.profit.tolist() == [10]
    assert track.exposure == pytest.approx(48 / (4 * 24))
    assert track.traded_value == 210
    report = build_performance(track, **MADE)
    assert figure(report, "total_return") == pytest.approx(0.1)
    assert any("GOLD-EUR" in each for each in report.warnings)
    assert figure(report, "average_adverse_excursion") is None


def chart(report, name):
    return next(each for section in report.sections for each in section.charts if each.name == name)


def test_what_is_still_held_is_at_work_too():
    samples = [sample(24 * day, 1_000) for day in range(5)]
    fills = [
        fill(1, "COIN-USDT", "buy", 200, 100, order="a"),
        fill(25, "COIN-USDT", "sell", 210, 100, order="b"),
        fill(49, "COIN-USDT", "buy", 400, 100, order="c"),
    ]
    held = account_track(ledger(samples=samples, fills=fills), ())
    assert chart(build_performance(held, **MADE), "exposure").series[0].values == pytest.approx([0, 0.1, 0, 0.2, 0.2])


def test_an_average_price_has_no_noise_behind_its_digits():
    fills = [
        fill(1, "COIN-USDT", "buy", 137_003, 1, order="a"),
        fill(2, "COIN-USDT", "buy", 137_005, 2, order="a"),
        fill(3, "COIN-USDT", "sell", 137_004, 3, order="b"),
    ]
    trades = account_track(ledger(fills=fills), ()).trades
    assert trades.entry_price.tolist() == [68_502.16666667]
    assert trades.exit_price.tolist() == [68_502.0]


def test_an_account_that_lost_all_says_when_and_what_its_ratios_are_of():
    samples = [sample(24 * day, worth, 0, worth / 1_000) for day, worth in enumerate((1_000, 1_100, -50, -50, -50))]
    report = build_performance(account_track(ledger(samples=samples), ()), **MADE)
    told = "Equity was lost whole on 2023-11-17: returns and ratios are of the 3 days that began with some."
    assert told in report.warnings
    whole = build_performance(account_track(ledger(samples=[sample(0, 10), sample(24, 9)]), ()), **MADE)
    assert not any("lost whole" in each for each in whole.warnings)


def test_a_run_of_a_strategy_is_told_of_by_its_own_orders():
    fills = [
        fill(1, "COIN-USDT", "buy", 200, 100, order="mine", fee=CENTS),
        fill(2, "COIN-USDT", "buy", 202, 100, order="others"),
        fill(3, "COIN-USDT", "sell", 220, 100, order="my exit"),
    ]
    orders = [order("mine", 1, "filled", 100, 100), order("others", 2, "filled", 100, 100)]
    whole = ledger(fills=fills, orders=orders, type="margin", positions=[LedgerPosition("COIN-USDT", 100, 1, 200)])
    own = part_of(whole, frozenset({"mine", "my exit"}), name="Flips", part="Run 7 of Flips", is_shared=True)
    report = build_performance(account_track(own, ()), **MADE)
    assert report.title == "Flips"
    assert report.subtitle.startswith("Run 7 of Flips. Account mine, epoch 1, margin")
    assert "Others trade on this account: equity, and what follows from it, are of all of them." in report.warnings
    assert not any("fork" in each for each in report.warnings)
    assert [row["profit"] for row in table(report, "trades")] == [9.99]
    assert figure(build_execution(own, (), **MADE), "orders") == 1


def test_a_clock_that_was_set_back_is_told_of():
    assert "clock was set back" in build_realised(ledger(is_set_back=True), (), method="fifo", **MADE).warnings[0]
