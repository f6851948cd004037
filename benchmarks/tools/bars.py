"""The files that all contenders of the backtests and factors read: the same float64 arrays for everybody.

Written in Sandbar's environment, read in anybody's with numpy alone. Bars: `time_ns` and open, high, low, close, volume of
shape [T]. A panel: the same with shape [T, K], NaN where a symbol has no bar.
"""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.tools.environment import ToolMissing

Floats = npt.NDArray[np.float64]
Arrays = dict[str, npt.NDArray]

SHARED_DATA = Path(os.environ.get("SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
BITCOIN_MINUTES = "crypto_bars/btc-perp-20211231-20220201_1m.csv"
DOCUMENTED = {"GOOG, daily": "equity_daily/GOOG.csv", "EURUSD, hourly": "fx/EURUSD.csv"}
PAIRS = "crypto_bars/freqtrade_5m_btc_pairs"
PRICES = ("open", "high", "low", "close")

BLOCK_BARS = 240
"""Four hours are drawn together: long enough to keep how calm and wild minutes follow each other."""
SEEDED_DECIMALS = 6
"""Finer than the market's own ticks, so that no two averages are equal by chance: who rounds how would decide a cross."""
MINUTES_SEED = 1
"""With it no trade's first bar reaches its own stop or target: there the peers, who look from the next bar on, differ."""
TICK = 0.5
"""Of the bitcoin perpetual."""
SATOSHI = 10**8
MINUTE_NS = 60 * 10**9
DAY_NS = 86_400 * 10**9
YEAR_2000_NS = 946_684_800 * 10**9


def write_real_minutes(*, path: str) -> dict[str, int]:
    """The real month of minutes of a bitcoin perpetual: 45,031 bars without a gap."""
    import polars as pl

    frame = pl.read_csv(shared(BITCOIN_MINUTES), try_parse_dates=True)
    time_ns = frame["timestamp"].dt.epoch("ns").to_numpy()
    np.savez(path, time_ns=time_ns, **{name: frame[name].to_numpy() for name in (*PRICES, "volume")})
    return {"bars": len(time_ns)}


def write_documented_bars(*, path: str, name: str) -> dict[str, int]:
    """The bars that backtesting.py's documentation trades: days of Google, or hours of the euro."""
    import polars as pl

    frame = pl.read_csv(shared(name), try_parse_dates=True)
    time_ns = frame[frame.columns[0]].cast(pl.Datetime("ns")).dt.epoch("ns").to_numpy()
    columns = {each: frame[each.title()].cast(pl.Float64).to_numpy() for each in (*PRICES, "volume")}
    np.savez(path, time_ns=time_ns, **columns)
    return {"bars": len(time_ns)}


def write_untied_minutes(*, path: str, real_path: str) -> dict[str, int]:
    """The real month with closes moved by less than a thousandth of their tick: no two averages are equal.

    Where two are, it is a matter of definition at which bar they cross, and of thousands of pairs of averages many are.
    """
    arrays = read(real_path)
    moved = np.random.default_rng(29).uniform(-1, 1, len(arrays["close"])) * TICK / 1_000
    close = np.round(arrays["close"] + moved, SEEDED_DECIMALS)
    high, low = np.maximum(arrays["high"], close), np.minimum(arrays["low"], close)
    np.savez(path, **(arrays | {"high": high, "low": low, "close": close}))
    return {"bars": len(close)}


def write_seeded_minutes(*, path: str, real_path: str, bars: int) -> dict[str, int]:
    """A block bootstrap of the real minutes (Künsch 1989): drawn blocks of changes, put one after another.

    Without the real month's drift, which over a million bars would leave the price near nothing.
    """
    real = read(real_path)
    before = real["close"][:-1]
    changes = np.stack([np.log(real[name][1:] / before) for name in PRICES], axis=1)
    changes -= changes[:, 3].mean()
    draws = np.random.default_rng(MINUTES_SEED)
    starts = draws.integers(0, len(changes) - BLOCK_BARS, -(-bars // BLOCK_BARS))
    drawn = changes[(starts[:, None] + np.arange(BLOCK_BARS)).ravel()[:bars]]
    level = np.concatenate(([0.0], np.cumsum(drawn[:, 3])[:-1]))
    prices = np.round(real["close"][0] * np.exp(level[:, None] + drawn), SEEDED_DECIMALS)
    high, low = prices.max(axis=1), prices.min(axis=1)
    columns = {"open": prices[:, 0].copy(), "high": high, "low": low, "close": prices[:, 3].copy()}
    time_ns = YEAR_2000_NS + MINUTE_NS * np.arange(bars)
    np.savez(path, time_ns=time_ns, volume=np.round(draws.exponential(1e6, bars), 4), **columns)
    return {"bars": bars}


def write_pairs(*, path: str) -> dict[str, int]:
    """The ten real pairs of five minutes on one axis of time, in satoshi, NaN where a pair has no bar.

    In satoshi, as prices of 0.00003 are below what Qlib counts as standing still.
    """
    import polars as pl

    files = sorted(shared(PAIRS).glob("*.feather"))
    frames = [pl.read_ipc(file).with_columns(date=pl.col("date").dt.epoch("ns")) for file in files]
    time_ns = np.unique(np.concatenate([frame["date"].to_numpy() for frame in frames]))
    columns = {name: np.full((len(time_ns), len(files)), np.nan) for name in (*PRICES, "volume")}
    for place, frame in enumerate(frames):
        rows = np.searchsorted(time_ns, frame["date"].to_numpy())
        for name, column in columns.items():
            values = frame[name].to_numpy()
            column[rows, place] = np.round(values * SATOSHI) if name in PRICES else values
    np.savez(path, time_ns=time_ns, **columns)
    return {"bars": len(time_ns), "symbols": len(files)}


def write_seeded_panel(*, path: str, symbols: int, days: int) -> dict[str, int]:
    """Days of made-up shares: random walks whose range within a day and volume vary from day to day."""
    draws = np.random.default_rng(23)
    shape = (days, symbols)
    close = 50.0 * np.exp(np.cumsum(draws.normal(0, 0.02, shape), axis=0))
    first = np.concatenate((np.full((1, symbols), 50.0), close[:-1])) * np.exp(draws.normal(0, 0.005, shape))
    high = np.maximum(first, close) * np.exp(draws.exponential(0.006, shape))
    low = np.minimum(first, close) * np.exp(-draws.exponential(0.006, shape))
    volume = np.round(np.exp(draws.normal(13, 0.6, shape)))
    time_ns = YEAR_2000_NS + DAY_NS * np.arange(days)
    np.savez(path, time_ns=time_ns, open=first, high=high, low=low, close=close, volume=volume)
    return {"bars": days, "symbols": symbols}


def read(path: str) -> Arrays:
    """All arrays of a file, in memory."""
    with np.load(path) as file:
        return {name: np.ascontiguousarray(file[name]) for name in file.files}


def shared(name: str) -> Path:
    """A file of real data; raises ToolMissing where there is none."""
    path = SHARED_DATA / name
    if not path.exists():
        raise ToolMissing(f"It needs {name} of the real data; SHARED_DATA names their folder.")
    return path
