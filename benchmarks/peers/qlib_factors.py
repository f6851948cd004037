"""Qlib (0.9): its Alpha158 through `D.features`, the expression engine without its caches on disk.

The bars are in memory: what provides its calendar, instruments and fields reads them from arrays rather than from its binary
files, which hold single precision. Its results are single precision whatever comes in. Its cache of expressions in memory,
a part of the engine, is on as always, and emptied before each timing.
"""

from typing import Any

import numpy as np
import pandas as pd
import qlib
from qlib.contrib.data.loader import Alpha158DL
from qlib.data import D
from qlib.data.cache import H
from qlib.data.data import CalendarProvider, FeatureProvider, LocalInstrumentProvider

from benchmarks.tools.alpha158 import write_factors
from benchmarks.tools.bars import Arrays, read
from benchmarks.tools.timing import peak_mb, time_calls

MODULE = "benchmarks.peers.qlib_factors"
FREQUENCY = "day"
"""What Qlib calls a step of the calendar; its expressions count steps, however long they are."""

_panel: Arrays = {}
_columns: dict[tuple[str, str], pd.Series] = {}


class ArrayCalendar(CalendarProvider):
    """The times of the panel."""

    def load_calendar(self, freq: str, future: bool) -> list[pd.Timestamp]:
        """All of them."""
        return list(pd.DatetimeIndex(_panel["time_ns"]))


class ArrayInstruments(LocalInstrumentProvider):
    """The symbols of the panel, there from its beginning to its end."""

    def _load_instruments(self, market: str, freq: str) -> dict[str, list[tuple[pd.Timestamp, pd.Timestamp]]]:
        first, last = (pd.Timestamp(_panel["time_ns"][place]) for place in (0, -1))
        return {symbol: [(first, last)] for symbol in symbols_of(_panel)}


class ArrayFeatures(FeatureProvider):
    """The fields of the panel."""

    def feature(self, instrument: str, field: str, start_time: int, end_time: int, freq: str) -> pd.Series:
        """One field of one symbol."""
        return _columns[instrument, str(field)[1:]].iloc[start_time : end_time + 1]


def symbols_of(panel: Arrays) -> list[str]:
    """Their names, in an order that sorting keeps."""
    return [f"S{place:04d}" for place in range(panel["close"].shape[1])]


def measure(*, path: str, result_path: str, processes: int) -> dict[str, object]:
    """Alpha158 of a panel: from fields in memory to the table of 158 columns."""
    _load(read(path))
    qlib.init(
        provider_uri=".",
        calendar_provider={"class": "ArrayCalendar", "module_path": MODULE},
        instrument_provider={"class": "ArrayInstruments", "module_path": MODULE},
        feature_provider={"class": "ArrayFeatures", "module_path": MODULE},
        expression_cache=None,
        dataset_cache=None,
        kernels=processes,
        logging_level=40,
    )
    fields, names = Alpha158DL.get_feature_config()
    symbols = symbols_of(_panel)
    config: dict[str, Any] = {"start_time": None, "end_time": None, "freq": FREQUENCY, "disk_cache": 0}

    def once(symbols: list[str] = symbols) -> pd.DataFrame:
        H.clear()
        return D.features(symbols, fields, **config)

    times_s, table = time_calls(once, warm_up=lambda: once(symbols[:2]))
    shape = (len(symbols), len(_panel["time_ns"]), len(names))
    write_factors(result_path, names, table.to_numpy().reshape(shape))
    return {"times_s": times_s, "peak_mb": peak_mb()}


def _load(panel: Arrays) -> None:
    """Put the panel where the providers find it; the average price of a bar is that of its high, low and close."""
    _panel.update(panel)
    _panel["vwap"] = (panel["high"] + panel["low"] + panel["close"]) / 3
    for name in ("open", "high", "low", "close", "volume", "vwap"):
        for place, symbol in enumerate(symbols_of(panel)):
            _columns[symbol, name] = pd.Series(np.ascontiguousarray(_panel[name][:, place]))
