"""Lots by three methods: books worked out by hand, and what must hold for any book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.builders.lots import Trade, by_orders, match
from trading.sandbox.accounts import Position

UNIT_VALUE = {"COIN-USD": 1, "GOLD-USD": 10}


def book(*rows, symbol="COIN-USD"):
    """Trades from (lots, price) or (lots, price, fee); negative lots are sold. Each a second after the one before."""
    return [
        Trade(place, symbol, 1 if lots > 0 else -1, price, abs(lots), *(fee or [0]))
        for place, (lots, price, *fee) in enumerate(rows, 1)
    ]


def profits(trades, method, **options):
    found = match(trades, UNIT_VALUE, method=method, **({"can_be_short": True} | options))
    return [each.profit_units for each in found.closed], [
        (lot.side * lot.quantity_lots, lot.cost_units) for lot in found.open
    ]


# Bought 10 at 100, 10 at 120, sold 15 at 130: the first ten made 30 each and five of the others 10 each.
TWICE = book((10, 100), (10, 120), (-15, 130))


@pytest.mark.parametrize(
    ("method", "realised", "left"),
    [
        ("fifo", [300, 50], [(5, 600)]),  # five at 120 are left
        ("lifo", [100, 150], [(5, 500)]),  # five at 100
        ("average", [300], [(5, 550)]),  # at 110 each
    ],
)
def test_a_sale_takes_the_lots_of_its_method(method, realised, left):
    assert profits(TWICE, method) == (realised, left)


def test_fees_of_both_ends_go_with_the_parts_and_none_is_lost():
    # A fee of 10 on 3 lots: 3 for one lot, then 3 of the 7 that are left, then 4. The sale of 2 at a fee of 5: 2 and 3.
    trades = book((3, 100, 10), (-1, 110, 1), (-1, 110, 1), (-1, 110, 1))
    assert profits(trades, "fifo")[0] == [10 - 3 - 1, 10 - 3 - 1, 10 - 4 - 1]
    two_lots = book((1, 100), (1, 100), (-2, 100, 5))
    assert profits(two_lots, "fifo")[0] == [-2, -3]


def test_a_short_is_the_same_the_other_way_round():
    trades = book((-10, 130), (-10, 120), (15, 100))
    assert profits(trades, "fifo") == ([300, 100], [(-5, 600)])
    assert profits(trades, "lifo") == ([200, 150], [(-5, 650)])


def test_a_sale_beyond_what_is_held_turns_the_position():
    assert profits(book((5, 100), (-8, 110), (3, 105)), "fifo") == ([50, 15], [])


def test_what_was_never_bought_is_counted_and_not_judged():
    found = match(book((5, 100), (-8, 110)), UNIT_VALUE, method="fifo", can_be_short=False)
    assert [each.profit_units for each in found.closed] == [50]
    assert found.open == []
    assert found.unmatched_lots == {"COIN-USD": 3}


def test_symbols_are_kept_apart_and_valued_by_their_own_units():
    trades = book((2, 100), (-2, 110)) + book((2, 100), (-2, 110), symbol="GOLD-USD")
    found = match(trades, UNIT_VALUE, method="fifo", can_be_short=True)
    assert [(each.symbol, each.profit_units) for each in found.closed] == [("COIN-USD", 20), ("GOLD-USD", 200)]


TRADES = st.lists(
    st.tuples(st.integers(-9, 9).filter(bool), st.integers(1, 200), st.integers(0, 50)), min_size=1, max_size=40
)


@given(TRADES)
def test_all_methods_come_to_the_same_once_nothing_is_held(rows):
    held = sum(lots for lots, _, _ in rows)
    closing = [(-held, 77, 3)] if held else []
    trades = book(*rows, *closing)
    totals = {method: sum(profits(trades, method)[0]) for method in ("fifo", "lifo", "average")}
    came_in = sum(-lots * price - fee for lots, price, fee in [*rows, *closing])
    assert totals == dict.fromkeys(totals, came_in)


@given(TRADES)
def test_nothing_is_made_or_lost_on_the_way(rows):
    for method in ("fifo", "lifo", "average"):
        found = match(book(*rows), UNIT_VALUE, method=method, can_be_short=True)
        assert sum(lot.side * lot.quantity_lots for lot in found.open) == sum(lots for lots, _, _ in rows)
        fees = sum(each.fee_units for each in found.closed) + sum(lot.fee_units for lot in found.open)
        assert fees == sum(fee for _, _, fee in rows)
        assert len({lot.side for lot in found.open}) <= 1


@given(TRADES)
def test_the_average_is_that_of_the_exchange(rows):
    position = Position()
    for place, (lots, price, _) in enumerate(rows):
        position.trade(lots, abs(lots) * price, place)
    found = match(book(*((lots, price) for lots, price, _ in rows)), UNIT_VALUE, method="average", can_be_short=True)
    assert sum(each.profit_units for each in found.closed) == position.realized_units
    assert sum(lot.cost_units for lot in found.open) == position.cost_units


def test_what_one_order_opened_and_another_closed_is_one_round_trip():
    fills = [
        ("a", 4, 100, 1),
        ("a", 6, 110, 1),
        ("b", -3, 120, 1),
        ("b", -7, 130, 1),
        ("c", 2, 90, 0),
        ("d", -1, 95, 0),
    ]
    trades = [
        Trade(place, "COIN-USD", 1 if lots > 0 else -1, price, abs(lots), fee, order)
        for place, (order, lots, price, fee) in enumerate(fills, 1)
    ]
    closed = match(trades, UNIT_VALUE, method="fifo", can_be_short=True).closed
    first, second = by_orders(closed)
    assert (first.quantity_lots, first.entry_units, first.exit_units, first.fee_units) == (10, 1_060, 1_270, 4)
    assert (first.entry_time_ns, first.exit_time_ns, first.profit_units) == (1, 4, 206)
    assert (second.quantity_lots, second.profit_units) == (1, 5)
    assert sum(each.profit_units for each in closed) == first.profit_units + second.profit_units
