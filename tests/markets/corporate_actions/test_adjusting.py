"""Prices over splits and dividends, and what says of which."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND
from kit.errors import Invalid
from markets.calendars import day_start_ns
from markets.corporate_actions.adjusting import adjusted, factors_of
from markets.corporate_actions.parsing import MAX_ROWS, parse_csv
from markets.corporate_actions.records import CorporateAction, make_action, ratio_text
from markets.datasets.records import Candles
from tests.markets.candle_store.conftest import SHARED_DATA

DAY_NS = 86_400 * NS_PER_SECOND
BEGIN = date(2020, 1, 1)
BEGIN_NS = 18_262 * DAY_NS


def daily(*closes: float, volume: float = 1_000.0) -> Candles:
    """Days from 2020-01-01 whose prices are all their close."""
    times = [BEGIN_NS + number * DAY_NS for number in range(len(closes))]
    prices = list(closes)
    return Candles(times, prices, prices, prices, prices, [volume] * len(closes))


def split(day: int, ratio: str) -> CorporateAction:
    return make_action(symbol="AAA-USD", kind="split", ex_date=f"2020-01-{day:02d}", ratio=ratio, amount=None)


def dividend(day: int, amount: str) -> CorporateAction:
    return make_action(symbol="AAA-USD", kind="dividend", ex_date=f"2020-01-{day:02d}", ratio=None, amount=amount)


def adjust(candles: Candles, actions: list[CorporateAction], how: str = "all") -> Candles:
    def close_before(time_ns: int) -> float | None:
        before = [close for time, close in zip(candles.time_ns, candles.close, strict=True) if time < time_ns]
        return before[-1] if before else None

    return adjusted(
        candles,
        factors_of(
            actions,
            how,
            newest_ns=candles.time_ns[-1],
            start_ns_of=lambda day: day_start_ns("24/7", day, of_daily_bars=True),
            close_before=close_before,
        ),
    )


def test_a_split_divides_earlier_prices_and_multiplies_earlier_volumes():
    found = adjust(daily(400.0, 404.0, 101.0, 102.0), [split(3, "4:1")])
    assert found.close == [100.0, 101.0, 101.0, 102.0]
    assert found.volume == [4_000.0, 4_000.0, 1_000.0, 1_000.0]


def test_a_reverse_split_multiplies_earlier_prices():
    found = adjust(daily(1.0, 10.0), [split(2, "1:10")])
    assert (found.close, found.volume) == ([10.0, 10.0], [100.0, 1_000.0])


def test_a_dividend_lowers_earlier_prices_by_its_share_of_the_last_close_before_it():
    found = adjust(daily(50.0, 100.0, 98.0), [dividend(3, "2")])
    assert found.close == [49.0, 98.0, 98.0]
    assert found.volume == [1_000.0] * 3


def test_factors_multiply_over_several_days_and_splits_alone_can_be_asked_for():
    candles = daily(100.0, 98.0, 49.0, 48.0)
    actions = [dividend(2, "2"), split(3, "2:1"), dividend(4, "0.98")]
    assert adjust(candles, actions).close == pytest.approx([48.02, 48.02, 48.02, 48.0])
    assert adjust(candles, actions, "splits").close == [50.0, 49.0, 49.0, 48.0]
    assert adjust(candles, actions, "none") == candles


def test_a_dividend_on_the_day_of_a_split_is_paid_on_the_new_shares():
    found = adjust(daily(100.0, 49.0), [split(2, "2:1"), dividend(2, "1")])
    assert found.close == [49.0, 49.0]


def test_what_lies_beyond_the_candles_changes_nothing():
    candles = daily(100.0, 101.0)
    assert adjust(candles, [dividend(1, "2"), split(3, "2:1"), dividend(20, "1")]) == candles


def test_a_dividend_as_large_as_the_price_is_left_out():
    assert adjust(daily(1.0, 1.0), [dividend(2, "1")]).close == [1.0, 1.0]


@given(
    closes=st.lists(st.floats(1.0, 1_000.0), min_size=6, max_size=12),
    ratio=st.sampled_from(["2:1", "3:2", "1:5"]),
    amount=st.sampled_from(["0.01", "0.5", "0.999"]),
    days=st.permutations([2, 3, 4, 5, 6]),
)
def test_returns_are_those_of_holding_the_share(closes, ratio, amount, days):
    """Adjusted returns equal those of a holder whose shares were split and whose dividend bought more of them before the
    ex-date's open; the newest candle never changes."""
    actions = [split(days[0], ratio), dividend(days[1], amount)]
    found = adjust(daily(*closes), actions).close
    assert found[-1] == closes[-1]
    for number in range(1, len(closes)):
        today = [action for action in actions if action.ex_date.day == number + 1]
        before = Fraction(closes[number - 1])
        for action in today:
            before = before / action.ratio if action.ratio else before - Fraction(action.amount)
        assert found[number] / found[number - 1] == pytest.approx(closes[number] / float(before))


APPLE_DIVIDENDS = {"2020-02-07": "0.1925", "2020-05-08": "0.205", "2020-08-07": "0.205", "2020-11-06": "0.205"}
"""Apple's dividends of 2020 in today's shares (0.77, 0.82 and 0.82 before the split of 4:1 on 2020-08-31, then 0.205)."""


def test_apples_adjusted_closes_of_2020_are_those_of_the_vendor():
    path = SHARED_DATA / "equity_daily" / "dj30_valid.csv"
    if not path.exists():
        pytest.skip("the shared data folder has no dj30_valid.csv here")
    rows = pl.read_csv(path).filter(pl.col("tic") == "AAPL").sort("date")
    times = rows["date"].str.to_date().dt.epoch("ns").to_list()
    closes = rows["close"].to_list()
    candles = Candles(times, closes, closes, closes, closes, [0.0] * len(closes))
    actions = [
        CorporateAction(symbol="AAPL-USD", kind="dividend", ex_date=date.fromisoformat(day), amount=Decimal(amount))
        for day, amount in APPLE_DIVIDENDS.items()
    ]
    ours = adjust(candles, actions).close
    vendors = rows["adjcp"].to_list()
    # The vendor's are anchored at a later day, so they differ by one factor, and not along the year.
    anchor = vendors[-1] / ours[-1]
    assert len(ours) == 253
    assert ours == pytest.approx([value / anchor for value in vendors], rel=2e-5)
    assert ours[-1] == closes[-1]
    assert ours[0] < 0.992 * closes[0]


@pytest.mark.parametrize(
    ("text", "shown"), [("4:1", "4:1"), ("1:10", "1:10"), ("1.5", "3:2"), ("2", "2:1"), ("6:4", "3:2")]
)
def test_a_ratio_is_new_shares_for_old(text, shown):
    assert ratio_text(split(2, text).ratio) == shown


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("ratio", {"ratio": "1:1"}),
        ("ratio", {"ratio": "0:1"}),
        ("ratio", {"ratio": "4:0"}),
        ("ratio", {"ratio": "-4:1"}),
        ("ratio", {"ratio": "1e5"}),
        ("ratio", {"ratio": "999999999:1"}),
        ("ratio", {"ratio": None}),
        ("amount", {"amount": "1"}),
        ("amount", {"kind": "dividend", "ratio": None, "amount": "0"}),
        ("amount", {"kind": "dividend", "ratio": None, "amount": "٣"}),
        ("amount", {"kind": "dividend", "ratio": None, "amount": "1" * 30}),
        ("ratio", {"kind": "dividend", "amount": "1"}),
        ("kind", {"kind": "merger"}),
        ("ex_date", {"ex_date": "2020-13-01"}),
        ("ex_date", {"ex_date": "1700-01-01"}),
        ("ex_date", {"ex_date": "yesterday"}),
        ("symbol", {"symbol": "../x"}),
    ],
)
def test_an_action_that_is_none_is_refused_by_field(field, change):
    whole = {"symbol": "AAA-USD", "kind": "split", "ex_date": "2020-01-02", "ratio": "4:1", "amount": None}
    with pytest.raises(Invalid) as refused:
        make_action(**{**whole, **change})
    assert list(refused.value.details) == [field]


def test_a_file_is_read_whatever_the_order_of_its_columns():
    text = "\ufeffEx_Date,Kind,Symbol,Amount,Ratio\r\n2020-08-31,split,aapl-usd,,4:1\r\n\r\n"
    text += "2020-08-07,DIVIDEND,AAPL-USD,0.82,\r\n"
    found = parse_csv(text.encode())
    assert [(action.symbol, action.kind, action.ratio, action.amount) for action in found] == [
        ("AAPL-USD", "split", Fraction(4), None),
        ("AAPL-USD", "dividend", None, Decimal("0.82")),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must name the columns"),
        ("symbol,ex_date,kind,price\n", "must name the columns"),
        ("symbol,symbol,ex_date,kind\n", "must name the columns"),
        ("symbol,ex_date,kind,ratio\n", "holds no split"),
        ("symbol,ex_date,kind,ratio\nAAA-USD,2020-01-02,split,x\nAAA-USD,never,split,2:1\n", "Line 3: ex_date"),
        ("symbol,ex_date,kind,ratio\nAAA-USD,2020-01-02,split\n", "Line 2: columns"),
        ("symbol,ex_date,kind,ratio\nA-B,2020-01-02,split,2:1\nA-B,2020-01-02,split,3:1\n", "another one of that kind"),
        ('symbol,ex_date,kind,ratio\n"A-B,2020-01-02,split,2:1\n', "Line"),
        (f"symbol,ex_date,kind,ratio\n{'A' * 300}-B,2020-01-02,split,2:1\n", "more than 200 characters"),
        ("symbol,ex_date,kind\0\n", "NUL"),
    ],
)
def test_a_file_at_fault_is_refused_with_its_lines(text, says):
    with pytest.raises(Invalid) as refused:
        parse_csv(text.encode())
    assert list(refused.value.details) == ["file"]
    assert says in refused.value.message


def test_files_are_bounded():
    rows = "".join(f"S{number}-USD,2020-01-02,split,2:1\n" for number in range(MAX_ROWS + 1))
    with pytest.raises(Invalid, match="at most 100,000 rows"):
        parse_csv(f"symbol,ex_date,kind,ratio\n{rows}".encode())
    with pytest.raises(Invalid, match="at most 8 MiB"):
        parse_csv(b"x" * (8 * 2**20 + 1))
    with pytest.raises(Invalid, match="UTF-8"):
        parse_csv(b"\xff\xfe")
