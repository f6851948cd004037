"""Round trips out of fills: profit after fees, from flat to flat."""

from hypothesis import given
from hypothesis import strategies as st

from trading.strategies.trips import TradedFill, trips_of


def fill(lots, price, *, fee=0, time_ns=0, symbol="A-B"):
    return TradedFill(symbol, lots, abs(lots) * price, fee, time_ns)


def test_a_position_that_is_built_and_left_in_parts_is_one_trip():
    fills = [fill(2, 100, fee=2, time_ns=1), fill(2, 110, fee=2, time_ns=2), fill(-1, 120, fee=1, time_ns=3),
             fill(-3, 100, fee=3, time_ns=4)]  # fmt: skip
    [trip] = trips_of(fills)
    assert (trip.is_long, trip.most_lots, trip.opened_ns, trip.closed_ns) == (True, 4, 1, 4)
    assert (trip.profit_units, trip.fee_units) == (120 + 300 - 420 - 8, 8)


def test_a_reversal_ends_a_trip_and_begins_another_with_its_share_of_the_fee():
    long, short = trips_of([fill(1, 100), fill(-3, 110, fee=6), fill(2, 100, fee=4)])
    assert (long.is_long, long.profit_units, long.fee_units) == (True, 10 - 2, 2)
    assert (short.is_long, short.most_lots, short.profit_units) == (False, 2, 20 - 4 - 4)


def test_what_is_not_closed_is_no_trip_and_symbols_have_trips_of_their_own():
    assert trips_of([fill(1, 100)]) == []
    found = trips_of([fill(1, 100), fill(-1, 50, symbol="C-B"), fill(-1, 90), fill(1, 40, symbol="C-B")])
    assert [(trip.symbol, trip.profit_units) for trip in found] == [("A-B", -10), ("C-B", 10)]


@given(st.lists(st.tuples(st.integers(-5, 5).filter(bool), st.integers(1, 1_000), st.integers(0, 9)), max_size=30))
def test_money_is_neither_made_nor_lost_by_the_telling(trades):
    fills = [fill(lots, price, fee=fee) for lots, price, fee in trades]
    held = sum(lots for lots, _, _ in trades)
    if held:  # end flat, so that every unit belongs to a trip
        fills.append(fill(-held, 500))
    gained = -sum(each.signed_lots // abs(each.signed_lots) * each.notional_units + each.fee_units for each in fills)
    trips = trips_of(fills)
    assert sum(trip.profit_units for trip in trips) == gained
    assert sum(trip.fee_units for trip in trips) == sum(each.fee_units for each in fills)
