"""Longer candles out of shorter ones: exact, by the calendar's days, and the same on every way there."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.clock import NS_PER_SECOND, iso_from_ns, ns_from_iso
from kit.errors import Invalid
from markets.candle_store.longer import read_longer
from markets.candle_store.store import CandleStore
from markets.datasets.resampling import candles_from_trades, longer_candles
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window
from tests.markets.candle_store.conftest import KEY, MINUTE_NS, START_NS, make_candles

DAY_NS = 1_440 * MINUTE_NS


def resample(candles: pl.DataFrame, minutes: int, calendar: str = "24/7") -> pl.DataFrame:
    return longer_candles(candles, interval_ns=minutes * MINUTE_NS, volume_decimals=3, calendar=calendar)


@given(
    dropped=st.sets(st.integers(0, 2_999), max_size=400),
    steps=st.sampled_from([(5, 15), (5, 60), (15, 240), (60, 240), (60, 1_440), (7, 21), (90, 180), (30, 1_440)]),
    calendar=st.sampled_from(["24/7", "fx", "XNYS"]),
)
@settings(max_examples=40, deadline=None)
def test_resampling_twice_equals_resampling_once(dropped, steps, calendar):
    candles = make_candles(3_000).filter(~pl.int_range(3_000).is_in(list(dropped)))
    middle, final = steps
    assert resample(resample(candles, middle), final, calendar).equals(resample(candles, final, calendar))


def test_currency_days_end_at_five_in_the_afternoon_in_new_york_over_a_clock_change():
    start_ns = ns_from_iso("2024-03-07T00:00:00Z")
    hours = make_candles(24 * 7, start_ns=start_ns, interval_ns=60 * MINUTE_NS)
    days = resample(hours, 1_440, "fx")
    opens = [iso_from_ns(time)[:16] for time in days["time"]]
    assert opens == [
        "2024-03-06T22:00",
        "2024-03-07T22:00",
        "2024-03-10T21:00",
        "2024-03-11T21:00",
        "2024-03-12T21:00",
        "2024-03-13T21:00",
    ]
    thursday = hours.filter(
        pl.col("time").is_between(ns_from_iso("2024-03-07T22:00:00Z"), start_ns + 2 * DAY_NS - 3 * 60 * MINUTE_NS)
    )
    assert days["open"][1] == thursday["open"][0]


def test_sessions_of_an_exchange_hold_what_trades_before_and_after_them():
    start_ns = ns_from_iso("2024-03-08T00:00:00Z")
    friday_to_monday = make_candles(24 * 4, start_ns=start_ns, interval_ns=60 * MINUTE_NS)
    hours_of_trade = friday_to_monday.filter(
        pl.from_epoch("time", time_unit="ns").dt.weekday().is_between(1, 5)
        & pl.from_epoch("time", time_unit="ns").dt.hour().is_between(9, 23)
    )
    days = resample(hours_of_trade, 1_440, "XNYS")
    assert [iso_from_ns(time)[:10] for time in days["time"]] == ["2024-03-08", "2024-03-11"]
    assert days["open"].to_list() == [hours_of_trade["open"][0], hours_of_trade["open"][15]]


@pytest.mark.parametrize("calendar", ["24/7", "fx", "XNYS"])
@pytest.mark.parametrize("minutes", [60, 90, 1_440])
@pytest.mark.parametrize("is_oldest_first", [True, False])
def test_a_window_of_longer_candles_is_a_slice_of_all_of_them(tmp_path, calendar, minutes, is_oldest_first):
    store = CandleStore(tmp_path)
    candles = make_candles(20_000)
    store.append(KEY, candles)
    every = resample(candles, minutes, calendar)
    for first, end, limit in [(0, 20_000, 3), (1_500, 14_000, 4), (1_500, 14_000, 1_000), (19_000, 30_000, 2)]:
        window = Window(START_NS + first * MINUTE_NS, START_NS + end * MINUTE_NS, limit, is_oldest_first)
        found = read_longer(
            lambda part: store.read(KEY, part),
            window,
            base_ns=MINUTE_NS,
            interval_ns=minutes * MINUTE_NS,
            calendar=calendar,
            volume_decimals=3,
        )
        asked = every.filter(pl.col("time").is_between(window.from_ns, window.to_ns))
        assert found.equals(asked.head(limit) if is_oldest_first else asked.tail(limit)), (first, end, limit)


def test_more_than_a_day_has_no_candles_where_days_are_sessions():
    with pytest.raises(Invalid, match=r"interval: .* fx"):
        resample(make_candles(10), 2_880, "fx")


def reference(path) -> pl.DataFrame:
    """A candle file of freqtrade in our columns."""
    return pl.read_ipc(path).select(
        pl.col("date").dt.epoch("ns").alias("time"), "open", "high", "low", "close", "volume"
    )


def test_ripple_trades_minutes_and_five_minutes_agree_through_the_store(shared, store):
    minutes, five = (reference(shared(f"crypto_bars/xrp_eth/XRP_ETH-{name}.feather")) for name in ("1m", "5m"))
    trades = pl.read_ipc(shared("crypto_bars/xrp_eth/XRP_ETH-trades.feather")).select(
        (pl.col("timestamp") * 10**6).cast(pl.Int64).alias("time"), "price", pl.col("amount").alias("quantity")
    )
    made = candles_from_trades(trades.sort("time", maintain_order=True), interval_ns=MINUTE_NS, volume_decimals=0)
    store.append(KEY, made)
    everything = Window(MIN_TIME_NS, MAX_TIME_NS - 1, 100_000, True)
    assert store.read(KEY, everything).equals(minutes)
    found = read_longer(
        lambda part: store.read(KEY, part),
        everything,
        base_ns=MINUTE_NS,
        interval_ns=300 * NS_PER_SECOND,
        calendar="24/7",
        volume_decimals=store.decimals(KEY)[1],
    )
    assert found.equals(five)
