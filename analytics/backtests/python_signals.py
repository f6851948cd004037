"""What a strategy in Python says over the bars of a backtest, and whether it may be believed. For workers.

It is asked twice with all bars, which must give the same answer (NOT_REPEATABLE), and then at several cuts without the later
bars and with others in their place, which must not change what it said until then (LOOK_AHEAD). That is asked of a second
copy of its module, the earliest cut first: whatever the module remembers of bars that came, it was shown before.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final

import numpy as np

from analytics.backtests.engine import bars as engine
from analytics.backtests.engine.bars import Panel
from analytics.backtests.engine.preparing import Signals
from analytics.backtests.owner_code import OwnerCode
from analytics.backtests.strategy_files import StrategyFile, Value, failure, require_bars, values_of
from analytics.backtests.truncation import SIDES, Codes, Difference, cuts_of, difference_of, mirrored
from analytics.strategies import COLUMNS, TIME_BITS, Bar, Bars, History, Intention, Strategy
from kit.clock import iso_from_ns
from kit.errors import Rejected, invalid_field

FIELD: Final = "strategy.python.parameters"
CUTS: Final = 24
"""Each is two questions, and all of them take about thirty times as long as one answer."""

SWEEP_CUTS: Final = 4
"""For each combination of a sweep; its best is cut `CUTS` times."""

LEAST_CUTS: Final = 3
CHECKING_S: Final = 120.0
"""A strategy so slow that its cuts would take longer is given fewer of them."""

ROWS: Final = 4_096
"""Bars that are turned into Python's numbers together, and after which a job that was canceled ends."""

KEPT_BYTES: Final = 96 * 1024 * 1024
"""Of answers that a sweep keeps for its next window; as much as it keeps of expressions."""

ALL_SIDES: Final = sum(SIDES.values())
Pulse = Callable[[float, str], None]


def silent(share: float, message: str) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Asked:
    """An answer that was checked: the signals, all values of the parameters, and how many cuts it was compared with."""

    signals: Signals
    parameters: dict[str, Value]
    cuts: int


@dataclass(frozen=True)
class Until:
    """How many bars of the panel are as they were; what comes after is left out, or mirrored."""

    bars: int
    is_mirrored: bool = False


class PythonSignals:
    """A strategy of the owner's over the bars of a panel. One thread at a time is let into its code."""

    def __init__(
        self, file: StrategyFile, panel: Panel, *, allow_short: bool, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Raises as `OwnerCode`, and Invalid TOO_MANY_BARS."""
        require_bars(sum(len(each) for each in panel.symbols))
        self._panel, self._allow_short, self._clock = panel, allow_short, clock
        self._code = OwnerCode(file)
        self._kind = self._code.load()
        # Bar by bar only the indicators are shown what comes; without any there is nothing to exchange.
        self._sees_ahead = self._code.declared.form == "signals" or self._kind.indicators is not Strategy.indicators
        self._spare: type[Strategy] | None = None
        self._lock = Lock()
        self._kept: dict[tuple[Value, ...], list[Codes]] = {}

    def asked(self, given: Mapping[str, Value], *, most_cuts: int = CUTS, pulse: Pulse = silent) -> Asked:
        """The signals with these values of the parameters, checked.

        Raises Invalid for values and for short signals that are not allowed, Rejected STRATEGY_FAILED, NOT_REPEATABLE and
        LOOK_AHEAD.
        """
        values = values_of(self._code.declared, given, FIELD)
        with self._lock:
            codes, cuts = self._checked(values, most_cuts, pulse, self._code.load)
        return Asked(self._signals(codes), values, cuts)

    def signals(self, given: Mapping[str, Value]) -> Signals:
        """The same for a combination of a sweep: with fewer cuts, and kept."""
        values = values_of(self._code.declared, given, FIELD)
        key = tuple(values.values())
        with self._lock:
            codes = self._kept.get(key)
            if codes is None:
                codes, _ = self._checked(values, SWEEP_CUTS, silent, self._second)
                if (len(self._kept) + 1) * sum(map(len, codes)) <= KEPT_BYTES:
                    self._kept[key] = codes
        return self._signals(codes)

    # ---- checking

    def _second(self) -> type[Strategy]:
        """The second copy of a sweep: one for all combinations, for what it compiles may take longer than they do."""
        if self._spare is None:
            self._spare = self._code.load()
        return self._spare

    def _checked(
        self, values: Mapping[str, Value], most_cuts: int, pulse: Pulse, second: Callable[[], type[Strategy]]
    ) -> tuple[list[Codes], int]:
        began_s = self._clock()
        bars = len(self._panel.time_ns)
        whole = self._ask(self._kind, values, Until(bars), partial(pulse, 0.0, "Asking the strategy"))
        took_s = self._clock() - began_s
        again = self._ask(self._kind, values, Until(bars), partial(pulse, 0.25, "Asking the strategy again"))
        self._require_same(whole, again)
        seed = int(self._code.file.sha256[:16], 16)
        cuts = cuts_of(bars, self._spoken(whole), affordable(most_cuts, took_s), seed)
        kind = second() if cuts else self._kind
        for place, cut in enumerate(cuts):
            told = partial(
                pulse, 0.5 + 0.5 * place / len(cuts), f"Cutting the bars off, {place + 1} of {len(cuts)} times"
            )
            for is_mirrored in (False, True) if self._sees_ahead else (False,):
                self._require_blind(kind, values, Until(cut, is_mirrored), whole, told)
        return whole, len(cuts)

    def _require_same(self, first: list[Codes], second: list[Codes]) -> None:
        for symbol, one, other in zip(self._panel.symbols, first, second, strict=True):
            difference = difference_of(one, other)
            if difference is not None:
                raise self._not_repeatable(symbol, difference)

    def _require_blind(
        self,
        kind: type[Strategy],
        values: Mapping[str, Value],
        until: Until,
        whole: list[Codes],
        pulse: Callable[[], None],
    ) -> None:
        known = self._ask(kind, values, until, pulse)
        for place, symbol in enumerate(self._panel.symbols):
            difference = difference_of(whole[place], known[place])
            if difference is not None:
                # Chance is told apart from knowledge: asked the same once more, it must say the same.
                self._require_same(known, self._ask(kind, values, until, pulse))
                raise self._look_ahead(symbol, difference, until)

    def _spoken(self, codes: list[Codes]) -> list[np.ndarray]:
        """For each signal the bars of the panel at which it is said of any symbol."""
        spoken = np.zeros(len(self._panel.time_ns), np.uint8)
        for symbol, each in zip(self._panel.symbols, codes, strict=True):
            spoken[self._panel.time_ns.searchsorted(symbol.time_ns)] |= each
        return [np.flatnonzero(spoken & bit) for bit in SIDES.values()]

    # ---- asking

    def _ask(
        self, kind: type[Strategy], values: Mapping[str, Value], until: Until, pulse: Callable[[], None]
    ) -> list[Codes]:
        """What it says of the bars of each symbol that it may know."""
        last_ns = self._panel.time_ns[until.bars - 1]
        found = []
        for symbol in self._panel.symbols:
            known = int(symbol.time_ns.searchsorted(last_ns, "right"))
            pulse()
            found.append(self._ask_one(kind, values, symbol, known, until.is_mirrored, pulse))
        return found

    def _ask_one(
        self,
        kind: type[Strategy],
        values: Mapping[str, Value],
        symbol: engine.Bars,
        known: int,
        is_mirrored: bool,
        pulse: Callable[[], None],
    ) -> Codes:
        if not known:
            return np.zeros(0, np.uint8)
        bars = mirrored_bars(symbol, known) if is_mirrored else shown_bars(symbol, known)
        where = "" if known == len(symbol) else f" (asked with the first {known} bars of {symbol.symbol})"
        strategy = self._code.make(kind, values)
        if self._code.declared.form == "on_bar":
            return self._ask_by_bar(strategy, bars, known, where, pulse)
        with self._code.guarded(where):
            said = strategy.signals(bars)
        wrong = wrong_with(said, len(bars))
        if wrong is not None:
            raise failure(self._code.file.name, None, wrong + where)
        return codes_of(said, len(bars))[:known]

    def _ask_by_bar(self, strategy: Strategy, bars: Bars, known: int, where: str, pulse: Callable[[], None]) -> Codes:
        with self._code.guarded(where):
            indicators = dict(strategy.indicators(bars))
        for name, column in indicators.items():
            wrong = wrong_with_indicator(name, column, len(bars))
            if wrong is not None:
                raise failure(self._code.file.name, None, wrong + where)
        history = History((TIME_BITS, *COLUMNS, *indicators), known)
        columns = [bars.time_ns.view(np.float64), *(getattr(bars, name) for name in COLUMNS), *indicators.values()]
        codes = np.zeros(known, np.uint8)
        wrong_answer = None
        with self._code.guarded(where):
            for start in range(0, known, ROWS):
                pulse()
                part = slice(start, min(start + ROWS, known))
                rows = np.column_stack([column[part] for column in columns])
                wrong_answer = walk(strategy, bars.time_ns[part].tolist(), rows, history, codes[part])
                if wrong_answer is not None:
                    break
        if wrong_answer is not None:
            said = f"on_bar must return an Intention or None, and returned {type(wrong_answer).__name__}."
            raise failure(self._code.file.name, None, said + where)
        return codes

    def _signals(self, codes: list[Codes]) -> Signals:
        """The codes of all symbols as the engine takes them: None for what is never said."""
        panel = self._panel
        together = np.zeros((len(panel.time_ns), len(codes)), np.uint8)
        for column, symbol, each in zip(together.T, panel.symbols, codes, strict=True):
            column[panel.time_ns.searchsorted(symbol.time_ns)] = each
        if not self._allow_short and (together & (SIDES["short_entry"] | SIDES["short_exit"])).any():
            raise invalid_field("allow_short", "The strategy sells short; set allow_short.")
        shaped = together[:, 0] if len(codes) == 1 else together
        flags = {side: (shaped & bit) != 0 for side, bit in SIDES.items()}
        return Signals(**{side: each if each.any() else None for side, each in flags.items()})

    # ---- refusing

    def _not_repeatable(self, symbol: engine.Bars, difference: Difference) -> Rejected:
        name, at = self._code.file.name, iso_from_ns(int(symbol.time_ns[difference.bar]))
        return Rejected(
            f"{name}.py gives two answers to the same bars: {difference.signal} of {symbol.symbol} at {at} is "
            f"{said(difference.first)} once and {said(difference.second)} then. Draw from a seed, inside a method.",
            code="NOT_REPEATABLE",
            details={
                "strategy": name,
                "symbol": symbol.symbol,
                "time": at,
                "signal": difference.signal,
                "first": difference.first,
                "second": difference.second,
            },
        )

    def _look_ahead(self, symbol: engine.Bars, difference: Difference, until: Until) -> Rejected:
        name, at = self._code.file.name, iso_from_ns(int(symbol.time_ns[difference.bar]))
        last = iso_from_ns(int(self._panel.time_ns[until.bars - 1]))
        otherwise = "with others in their place" if until.is_mirrored else "without them"
        return Rejected(
            f"{name}.py looks ahead: {difference.signal} of {symbol.symbol} at {at} is {said(difference.first)} "
            f"with the bars after {last}, and {said(difference.second)} {otherwise}.",
            code="LOOK_AHEAD",
            details={
                "strategy": name,
                "symbol": symbol.symbol,
                "time": at,
                "signal": difference.signal,
                "with_later_bars": difference.first,
                "with_other_bars" if until.is_mirrored else "without_later_bars": difference.second,
                "last_known_time": last,
            },
        )


def affordable(most: int, took_s: float) -> int:
    """How many cuts there is time for when an answer takes so long."""
    return max(LEAST_CUTS, min(most, int(CHECKING_S / max(took_s, 1e-6))))


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


def said(value: bool) -> str:
    """A signal in words."""
    return "true" if value else "false"
