"""Seeded prices, and real ones, as the kinds of analyses take them."""

import numpy as np
import polars as pl

from tests.shared_data import shared_file

HOUR = 3_600 * 10**9
START = 1_700_000_000 * 10**9 // (24 * HOUR) * (24 * HOUR)


def times(count, step_ns=HOUR, start_ns=START):
    """Open times of bars without a gap."""
    return start_ns + np.arange(count, dtype=np.int64) * step_ns


def walk(count, seed, *, level=50_000.0, deviation=0.01, inner=50):
    """A random walk as open, high, low and close: every bar is made of `inner` steps and opens where the last one closed."""
    steps = np.random.default_rng(seed).normal(0.0, deviation / np.sqrt(inner), (count, inner))
    return bars_of(steps, level)


def bars_of(steps, level=50_000.0):
    """Bars out of the logarithmic steps inside each, float64[T, steps]."""
    path = np.log(level) + np.cumsum(steps).reshape(steps.shape)
    opened = np.concatenate(([np.log(level)], path[:-1, -1]))
    whole = np.column_stack([opened, path])
    return tuple(np.exp(each) for each in (opened, whole.max(axis=1), whole.min(axis=1), path[:, -1]))


def ar1(count, seed, *, factor, deviation=1.0):
    """A series that comes back: each value is `factor` times the one before, and a normal number."""
    shocks = np.random.default_rng(seed).normal(0.0, deviation, count)
    values = np.zeros(count)
    for place in range(1, count):
        values[place] = factor * values[place - 1] + shocks[place]
    return values


def real_prices(name):
    """Times, and open, high, low and close, of a file of the shared data."""
    frame = pl.read_csv(shared_file(name))
    frame = frame.rename({frame.columns[0]: "time"}).rename(str.lower)
    moments = frame["time"].str.to_datetime(time_unit="ns", strict=True).to_physical().to_numpy()
    return moments, tuple(frame[column].cast(pl.Float64).to_numpy() for column in ("open", "high", "low", "close"))


BTC = "crypto_bars/btc-perp-20211231-20220201_1m.csv"
GOOG = "equity_daily/GOOG.csv"
