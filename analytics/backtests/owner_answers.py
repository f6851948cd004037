"""What a strategy in Python answers to the bars of one symbol, as a code for each bar; answers that are none are named.

Bars are copies, made anew for each question: nothing leads from them to the bars that come after.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from analytics.backtests.engine import bars as engine
from analytics.backtests.engine.preparing import Signals
from analytics.backtests.owner_code import OwnerCode
from analytics.backtests.strategy_files import Value, failure
from analytics.backtests.truncation import SIDES, Codes, mirrored
from analytics.strategies import COLUMNS, TIME_BITS, Bar, Bars, History, Intention, Strategy

ROWS: Final = 4_096
"""Bars that are turned into Python's numbers together, and after which a job that was canceled ends."""

ALL_SIDES: Final = sum(SIDES.values())


class Answering:
    """A strategy with values for its parameters, made anew for each symbol that it is asked about.

    `pulse` is called while it is asked, and may raise Canceled; `where` tells what it was asked when it breaks.
    """

    def __init__(
        self, code: OwnerCode, kind: type[Strategy], values: Mapping[str, Value], pulse: Callable[[], None]
    ) -> None:
        self._code, self._kind, self._values, self._pulse = code, kind, values, pulse

    def answer(self, bars: Bars, known: int, where: str) -> Codes:
        """What it says of the first `known` of these bars; raises Rejected STRATEGY_FAILED."""
        if not known:
            return np.zeros(0, np.uint8)
        strategy = self._code.make(self._kind, self._values)
        if self._code.declared.form == "on_bar":
            return self._by_bar(strategy, bars, known, where)
        with self._code.guarded(where):
            said = strategy.signals(bars)
        self._require(wrong_with(said, len(bars)), where)
        return codes_of(said, len(bars))[:known]

    def _by_bar(self, strategy: Strategy, bars: Bars, known: int, where: str) -> Codes:
        with self._code.guarded(where):
            indicators = dict(strategy.indicators(bars))
        for name, column in indicators.items():
            self._require(wrong_with_indicator(name, column, len(bars)), where)
        history = History((TIME_BITS, *COLUMNS, *indicators), known)
        columns = [bars.time_ns.view(np.float64), *(getattr(bars, name) for name in COLUMNS), *indicators.values()]
        codes = np.zeros(known, np.uint8)
        wrong_answer = None
        with self._code.guarded(where):
            for start in range(0, known, ROWS):
                self._pulse()
                part = slice(start, min(start + ROWS, known))
                rows = np.column_stack([column[part] for column in columns])
                wrong_answer = walk(strategy, bars.time_ns[part].tolist(), rows, history, codes[part])
                if wrong_answer is not None:
                    break
        self._require(wrong_with_intention(wrong_answer), where)
        return codes

    def _require(self, wrong: str | None, where: str) -> None:
        if wrong is not None:
            raise failure(self._code.file.name, None, wrong + where)


def shown_bars(symbol: engine.Bars, known: int) -> Bars:
    """The first bars of a symbol as a strategy sees them: copies, so that nothing leads from them to what comes after."""
    return _bars(symbol, {name: np.array(getattr(symbol, name)[:known]) for name in ("time_ns", *COLUMNS)})


def mirrored_bars(symbol: engine.Bars, known: int) -> Bars:
    """All bars of a symbol, but after the first `known` they go the other way, and volumes come last first."""
    level = float(symbol.close[known - 1])
    names = {"open": "open", "high": "low", "low": "high", "close": "close"}
    columns = {name: mirrored_after(symbol, name, other, known, level) for name, other in names.items()}
    columns["time_ns"] = np.array(symbol.time_ns)
    columns["volume"] = np.concatenate((symbol.volume[:known], symbol.volume[known:][::-1]))
    return _bars(symbol, columns)


def mirrored_after(symbol: engine.Bars, name: str, other: str, known: int, level: float) -> np.ndarray:
    """A column that is continued by the mirror of another one: where prices fell they rise, and a low becomes a high."""
    return np.concatenate((getattr(symbol, name)[:known], mirrored(getattr(symbol, other)[known:], level)))


def _bars(symbol: engine.Bars, columns: dict[str, np.ndarray]) -> Bars:
    for column in columns.values():
        column.flags.writeable = False
    return Bars(symbol.symbol, symbol.interval_ns, **columns)


def walk(strategy: Strategy, times: list[int], rows: np.ndarray, history: History, codes: Codes) -> object:
    """Ask bar by bar, and write down what is said; gives the first answer that is none, else None."""
    on_bar = strategy.on_bar
    for place, (time_ns, row) in enumerate(zip(times, rows, strict=True)):
        history.add(row)
        said: object = on_bar(Bar(time_ns, *row[1:6].tolist()), history)
        if said is None:
            continue
        if type(said) is not Intention:
            return said
        codes[place] = int(said) & ALL_SIDES
    return None


def wrong_with(said: object, bars: int) -> str | None:
    """What is wrong with the answer of `signals`; None when nothing is."""
    if not isinstance(said, Signals):
        return f"signals must return Signals, and returned {type(said).__name__}."
    if said.long_entry is None and said.short_entry is None:
        return "A strategy enters: give long_entry or short_entry."
    for side in SIDES:
        wrong = _wrong_with_flags(getattr(said, side), bars)
        if wrong is not None:
            return f"{side} must be a bool array of {bars} values, one for each bar, and {wrong}."
    return None


def _wrong_with_flags(flags: object, bars: int) -> str | None:
    if flags is None:
        return None
    if not isinstance(flags, np.ndarray):
        return f"is a {type(flags).__name__}"
    if flags.dtype != np.bool_:
        return f"holds {flags.dtype}{_first_nan(flags)}"
    return None if flags.shape == (bars,) else f"has the shape {flags.shape}"


def _first_nan(values: np.ndarray) -> str:
    """Where the first NaN of an array is, in words; nothing when there is none."""
    if values.dtype.kind != "f" or values.ndim != 1 or not np.isnan(values).any():
        return ""
    return f", NaN at bar {int(np.argmax(np.isnan(values)))} among it"


def wrong_with_intention(answer: object) -> str | None:
    """What is wrong with an answer of `on_bar` that is none; None is nothing."""
    return None if answer is None else f"on_bar must return an Intention or None, and returned {type(answer).__name__}."


def wrong_with_indicator(name: object, column: object, bars: int) -> str | None:
    """What is wrong with an indicator; None when nothing is. NaN is where it is not known."""
    if not isinstance(name, str) or not name.isidentifier() or name in (*COLUMNS, "time_ns"):
        return f"An indicator cannot be called {name!r:.64}."
    if not isinstance(column, np.ndarray) or column.dtype.kind not in "fiub":
        return f"The indicator {name} must be an array of numbers."
    return None if column.shape == (bars,) else f"The indicator {name} must have {bars} values, and has {column.shape}."


def codes_of(signals: Signals, bars: int) -> Codes:
    """Signals of one symbol as a code for each bar."""
    codes = np.zeros(bars, np.uint8)
    for side, bit in SIDES.items():
        flags = getattr(signals, side)
        if flags is not None:
            codes |= np.asarray(flags).view(np.uint8) * np.uint8(bit)
    return codes
