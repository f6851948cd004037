"""Each kind of divergence between a backtest and a session, on deeds made by hand."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.backtests.parity import KINDS, BarsOf, Deed, Parity, compare, deeds_of_fills

BARS = {"A-USD": BarsOf([0, 10, 20, 30, 40, 50, 60, 70, 80, 90], 10, [95] * 10, [105] * 10)}


def deed(bar: int, is_buy: bool = True, lots: int = 5, price: int = 100, fee: int = 1, **changes) -> Deed:
    found = Deed(symbol="A-USD", time_ns=bar * 10, bar=bar, is_buy=is_buy, lots=lots, value=lots * price, fee_units=fee)
    return msgspec.structs.replace(found, **changes)


def refused(bar: int, reason: str, is_buy: bool = True) -> Deed:
    return Deed(symbol="A-USD", time_ns=bar * 10, bar=bar, is_buy=is_buy, lots=0, refused=reason)


def kinds(found: Parity) -> list[str]:
    return [each.kind for each in found.divergences]


def test_equal_deeds_are_alike():
    side = [deed(1), deed(4, is_buy=False, price=103)]
    found = compare(side, [msgspec.structs.replace(each, order_id="o") for each in side], BARS)
    assert (found.alike, found.divergences) == (2, [])
    assert found.counts == dict.fromkeys(KINDS, 0)


@pytest.mark.parametrize(
    ("ours", "theirs", "kind", "text"),
    [
        ([deed(1)], [], "signal", "The sandbox did nothing here."),
        ([], [deed(1)], "signal", "The backtest did nothing here."),
        ([deed(1)], [deed(1, is_buy=False)], "signal", "The sandbox did nothing here."),
        ([deed(1)], [deed(3)], "timing", "The sandbox acted 2 bars later."),
        ([deed(3)], [deed(1)], "timing", "The sandbox acted 2 bars earlier."),
        ([deed(1)], [deed(5)], "signal", "The sandbox did nothing here."),
        ([deed(1)], [deed(1, price=101)], "fill", "The price differs."),
        ([deed(1)], [deed(1, lots=4)], "fill", "The quantity differs."),
        ([deed(1)], [deed(1, price=106)], "data", "The sandbox filled at a price that the backtest's bar never had"),
        (
            [],
            [msgspec.structs.replace(deed(0), bar=None, time_ns=500)],
            "data",
            "The backtest has no bar for this time.",
        ),
        ([deed(1)], [deed(1, fee=2)], "fee", "The fee differs."),
        ([deed(1)], [refused(1, "RISK_MAX_POSITION")], "risk", "The sandbox refused it: RISK_MAX_POSITION."),
        ([refused(1, "no_cash")], [deed(1)], "risk", "The backtest refused it: no_cash."),
    ],
)
def test_a_difference_is_named_by_its_kind(ours, theirs, kind, text):
    found = compare(ours, theirs, BARS)
    assert kinds(found)[0] == kind
    assert found.divergences[0].text.startswith(text)
    assert found.alike == 0


def test_what_both_refuse_or_one_alone_was_refused_is_no_difference():
    found = compare([refused(1, "no_cash")], [refused(1, "INSUFFICIENT_BALANCE")], BARS)
    assert (found.divergences, found.backtest_orders, found.sandbox_orders) == ([], 0, 0)
    assert compare([], [refused(2, "RISK")], BARS).divergences == []


def test_a_pair_that_is_alike_is_not_torn_apart_by_a_nearer_one():
    found = compare([deed(1), deed(2)], [deed(2), deed(3)], BARS)
    assert (found.alike, kinds(found)) == (1, ["timing"])


def test_of_two_as_near_the_earlier_one_is_the_partner():
    found = compare([deed(5)], [deed(4), deed(6)], BARS)
    assert [each.text for each in found.divergences] == [
        "The sandbox acted 1 bar earlier.",
        "The backtest did nothing here.",
    ]
    assert found.divergences[1].time_ns == 60


def test_fills_of_an_order_in_one_bar_are_one_deed():
    parts = [deed(1, lots=2, price=100, order_id="x"), deed(1, lots=3, price=105, order_id="x")]
    other = [deed(2, lots=1, order_id="x"), deed(1, lots=1, order_id="y")]
    first, second, third = deeds_of_fills([*parts, *other])
    assert (first.lots, first.price_ticks, first.fee_units) == (5, 103, 2)
    assert (second.bar, third.order_id) == (2, "y")


def test_a_bar_is_found_by_a_time_within_it():
    bars = BARS["A-USD"]
    assert [bars.bar_at(time) for time in (-1, 0, 9, 10, 99, 100)] == [None, 0, 0, 1, 9, None]


deeds = st.lists(
    st.builds(
        deed,
        st.integers(0, 9),
        is_buy=st.booleans(),
        lots=st.integers(1, 3),
        price=st.integers(94, 106),
        fee=st.integers(0, 2),
    ),
    max_size=12,
)


@given(deeds, deeds)
def test_every_deed_is_told_once(ours, theirs):
    found = compare(ours, theirs, BARS)
    told = found.divergences
    assert found.alike + sum(each.backtest is not None for each in told) == len(ours) == found.backtest_orders
    assert found.alike + sum(each.sandbox is not None for each in told) == len(theirs) == found.sandbox_orders
    assert [each.time_ns for each in told] == sorted(each.time_ns for each in told)


@given(deeds)
def test_a_session_is_like_itself(side):
    found = compare(side, list(side), BARS)
    assert (found.alike, found.divergences) == (len(side), [])
