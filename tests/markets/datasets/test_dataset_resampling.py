"""Candles out of trades and out of shorter candles: exact, whatever the numbers and however the rows were divided."""

from fractions import Fraction
from itertools import groupby

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from markets.datasets.resampling import candles_from_trades, longer_candles, stream_candles
from markets.datasets.store import TRADE_SCHEMA

MINUTE_NS = 60 * 10**9
DECIMALS = 5


@st.composite
def trades(draw):
    """Trades over an hour, quantities with five decimals."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 60 * MINUTE_NS),
                st.integers(1, 10**9),
                st.integers(1, 10**12),
                st.sampled_from(["buy", "sell"]),
            ),
            min_size=1,
            max_size=80,
        )
    )
    rows.sort(key=lambda row: row[0])
    return [(time, price / 100, quantity / 10**DECIMALS, side) for time, price, quantity, side in rows]


def expected_candles(rows, interval_ns):
    """The same by rational numbers, the slow way."""
    candles = []
    for place, group in groupby(rows, key=lambda row: row[0] // interval_ns):
        members = list(group)
        prices = [row[1] for row in members]
        volume = sum(Fraction(round(row[2] * 10**DECIMALS), 10**DECIMALS) for row in members)
        candles.append((place * interval_ns, prices[0], max(prices), min(prices), prices[-1], float(volume)))
    return candles


def frame_of(rows):
    return pl.DataFrame(rows, schema=TRADE_SCHEMA, orient="row")


@settings(max_examples=80, deadline=None)
@given(rows=trades(), minutes=st.sampled_from([1, 5, 15, 60]))
def test_candles_of_trades_are_exact(rows, minutes):
    made = candles_from_trades(frame_of(rows), interval_ns=minutes * MINUTE_NS, volume_decimals=DECIMALS)
    assert made.rows() == expected_candles(rows, minutes * MINUTE_NS)


@settings(max_examples=80, deadline=None)
@given(rows=trades(), minutes=st.sampled_from([5, 15, 60]))
def test_longer_candles_equal_those_made_from_the_trades_themselves(rows, minutes):
    short = candles_from_trades(frame_of(rows), interval_ns=MINUTE_NS, volume_decimals=DECIMALS)
    long = longer_candles(short, interval_ns=minutes * MINUTE_NS, volume_decimals=DECIMALS)
    assert long.rows() == expected_candles(rows, minutes * MINUTE_NS)


@settings(max_examples=50, deadline=None)
@given(rows=trades(), batch=st.integers(1, 30))
def test_how_trades_arrive_in_frames_does_not_matter(rows, batch):
    frames = frame_of(rows).iter_slices(batch)
    streamed = pl.concat(stream_candles(frames, interval_ns=MINUTE_NS, volume_decimals=DECIMALS))
    assert streamed.rows() == expected_candles(rows, MINUTE_NS)


def test_sums_beyond_what_a_float_counts_exactly_are_rounded_once():
    rows = [(time, 1.0, 40_000_000_000.12345, "buy") for time in range(3)]
    made = candles_from_trades(frame_of(rows), interval_ns=MINUTE_NS, volume_decimals=DECIMALS)
    assert made["volume"][0] == float(Fraction(3 * 4_000_000_000_012_345, 10**5))


def test_quantities_that_are_no_plain_decimals_are_added_all_the_same():
    rows = [(0, 1.0, 1 / 3, "buy"), (1, 1.0, 1 / 3, "buy")]
    made = candles_from_trades(frame_of(rows), interval_ns=MINUTE_NS, volume_decimals=None)
    assert made["volume"][0] == 0.666666666666
