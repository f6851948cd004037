"""The calculator: against a naive walk in decimals, and its refusals by name."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Invalid
from markets.board import Market
from markets.calculations import calculation, parse_wanted
from markets.instruments import make_instrument
from markets.sources.base import Step
from markets.updates import MarketUpdate
from tests.markets.conftest import START_NS

INSTRUMENT = make_instrument("AAA-USD", tick="0.05", lot="0.002")
TICK, LOT = Decimal("0.05"), Decimal("0.002")


@st.composite
def books(draw):
    """Bids and asks, best first, never crossed; a side may be empty."""
    middle = draw(st.integers(100, 10_000))
    sizes = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10_000)), max_size=12)
    bids, asks = [], []
    for levels, way, side in ((draw(sizes), -1, bids), (draw(sizes), 1, asks)):
        price = middle
        for distance, lots in levels:
            price += way * distance
            if price > 0:
                side.append((price, lots))
    return tuple(bids), tuple(asks)


def market_of(book):
    bids, asks = book
    last = (bids or asks or ((50, 1),))[0][0]
    low, high = min([last, *(p for p, _ in bids)]), max([last, *(p for p, _ in asks)])
    market = Market(INSTRUMENT, "replay", 0)
    market.apply(Step(MarketUpdate("AAA-USD", START_NS, last, last, low, high, bids, asks), 1, "buy", True))
    return market


def calculated(market, side, **asked):
    wanted = {"quantity": None, "notional": None, "price": None, **{name: str(value) for name, value in asked.items()}}
    return calculation(INSTRUMENT, market, side, parse_wanted(INSTRUMENT, **wanted))


def decimals(book, side):
    return [(price * TICK, lots * LOT) for price, lots in book[1 if side == "buy" else 0]]


def naive_quantity(levels, quantity):
    """[(price, taken)] for a quantity, level by level."""
    taken = []
    for price, there in levels:
        if quantity <= 0:
            break
        taken.append((price, min(there, quantity)))
        quantity -= taken[-1][1]
    return taken


def check(shown, taken):
    quantity = sum((each for _, each in taken), Decimal(0))
    notional = sum((price * each for price, each in taken), Decimal(0))
    assert Decimal(shown.quantity) == quantity
    assert Decimal(shown.notional) == notional
    assert shown.levels == len(taken)
    if not taken:
        assert (shown.average_price, shown.best_price, shown.worst_price) == (None, None, None)
        return
    with localcontext(prec=60):
        average = (notional / quantity).quantize(Decimal("1e-8"), ROUND_HALF_EVEN)
    assert Decimal(shown.average_price) == average
    assert Decimal(shown.best_price) == taken[0][0]
    assert Decimal(shown.worst_price) == taken[-1][0]


@given(book=books(), side=st.sampled_from(["buy", "sell"]), lots=st.integers(1, 60_000))
def test_a_quantity_is_walked_as_by_hand_and_what_is_missing_is_said(book, side, lots):
    shown = calculated(market_of(book), side, quantity=lots * LOT)
    check(shown, naive_quantity(decimals(book, side), lots * LOT))
    assert Decimal(shown.missing_quantity) == lots * LOT - Decimal(shown.quantity)
    assert shown.complete == (Decimal(shown.missing_quantity) == 0)
    assert shown.missing_notional is None


@given(book=books(), side=st.sampled_from(["buy", "sell"]), price=st.integers(1, 11_000))
def test_everything_up_to_a_price_is_what_lies_there(book, side, price):
    limit = price * TICK
    within = [
        (level, there) for level, there in decimals(book, side) if (level <= limit if side == "buy" else level >= limit)
    ]
    shown = calculated(market_of(book), side, price=limit)
    check(shown, within)
    assert shown.complete
    assert (shown.missing_quantity, shown.missing_notional) == (None, None)


@given(book=books(), side=st.sampled_from(["buy", "sell"]), cents=st.integers(1, 10**9))
def test_a_notional_takes_whole_lots_and_no_more_money_than_it_has(book, side, cents):
    notional = Decimal(cents) / 100
    left, taken = notional, []
    for price, there in decimals(book, side):
        lots = min(there / LOT, left // (price * LOT))
        if lots == 0:
            break
        taken.append((price, lots * LOT))
        left -= price * lots * LOT
        if lots * LOT < there:
            break
    shown = calculated(market_of(book), side, notional=notional)
    check(shown, taken)
    holds_more = sum(there for _, there in decimals(book, side)) > Decimal(shown.quantity)
    could_buy = bool(taken) and left >= taken[-1][0] * LOT
    if taken and (holds_more or not could_buy):
        assert shown.complete
        assert Decimal(shown.missing_notional) == 0
    else:
        assert not shown.complete
        assert Decimal(shown.missing_notional) == left


def test_a_market_that_is_not_there_gives_nothing_and_is_stale():
    shown = calculated(None, "buy", quantity="1")
    assert (shown.quantity, shown.complete, shown.missing_quantity) == ("0.000", False, "1.000")
    assert (shown.average_price, shown.source, shown.stale, shown.time) == (None, None, True, None)


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({}, {"quantity", "notional", "price"}),
        ({"quantity": "1", "price": "2"}, {"quantity", "price"}),
        ({"quantity": "1", "price": "2", "notional": "3"}, {"quantity", "notional", "price"}),
    ],
)
def test_exactly_one_thing_is_asked_for(asked, fields):
    with pytest.raises(Invalid, match="exactly one") as refused:
        parse_wanted(INSTRUMENT, **{"quantity": None, "notional": None, "price": None, **asked})
    assert set(refused.value.details) == fields


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("quantity", "0.001", "multiple of the lot size 0.002"),
        ("price", "0.07", "multiple of the tick size 0.05"),
        ("notional", "1.123456789", "at most 8 digits"),
    ],
)
def test_what_is_off_the_steps_is_refused_by_name(field, value, says):
    with pytest.raises(Invalid, match=says) as refused:
        calculated(None, "buy", **{field: value})
    assert set(refused.value.details) == {field}
