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
from analytics.backtests.owner_answers import Answering, mirrored_bars, shown_bars
from analytics.backtests.owner_code import OwnerCode
from analytics.backtests.strategy_files import StrategyFile, Value, require_bars, values_of
from analytics.backtests.truncation import SIDES, Codes, Difference, cuts_of, difference_of
from analytics.strategies import Strategy
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

KEPT_BYTES: Final = 96 * 1024 * 1024
"""Of answers that a sweep keeps for its next window; as much as it keeps of expressions."""

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


@dataclass(frozen=True)
class Question:
    """Which copy of the class is asked, with which values, and who is told that it is being asked."""

    kind: type[Strategy]
    values: Mapping[str, Value]
    pulse: Callable[[], None]


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
        self._places = [panel.time_ns.searchsorted(each.time_ns) for each in panel.symbols]
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
        everything = Until(len(self._panel.time_ns))
        whole = self._ask(Question(self._kind, values, partial(pulse, 0.0, "Asking the strategy")), everything)
        took_s = self._clock() - began_s
        again = self._ask(Question(self._kind, values, partial(pulse, 0.25, "Asking it again")), everything)
        self._require_same(whole, again)
        seed = f"{self._code.file.sha256} {values}"
        cuts = cuts_of(everything.bars, self._spoken(whole), affordable(most_cuts, took_s), seed)
        kind = second() if cuts else self._kind
        for place, cut in enumerate(cuts):
            message = f"Cutting the bars off, {place + 1} of {len(cuts)} times"
            question = Question(kind, values, partial(pulse, 0.5 + 0.5 * place / len(cuts), message))
            for is_mirrored in (False, True) if self._sees_ahead else (False,):
                self._require_blind(question, Until(cut, is_mirrored), whole)
        return whole, len(cuts)

    def _require_same(self, first: list[Codes], second: list[Codes]) -> None:
        for symbol, one, other in zip(self._panel.symbols, first, second, strict=True):
            difference = difference_of(one, other)
            if difference is not None:
                raise self._not_repeatable(symbol, difference)

    def _require_blind(self, question: Question, until: Until, whole: list[Codes]) -> None:
        known = self._ask(question, until)
        for place, symbol in enumerate(self._panel.symbols):
            difference = difference_of(whole[place], known[place])
            if difference is not None:
                # Chance is told apart from knowledge: asked the same once more, it must say the same.
                self._require_same(known, self._ask(question, until))
                raise self._look_ahead(symbol, difference, until)

    def _spoken(self, codes: list[Codes]) -> list[np.ndarray]:
        """For each signal the bars of the panel at which it is said of any symbol."""
        spoken = np.zeros(len(self._panel.time_ns), np.uint8)
        for places, each in zip(self._places, codes, strict=True):
            spoken[places] |= each
        return [np.flatnonzero(spoken & bit) for bit in SIDES.values()]

    def _ask(self, question: Question, until: Until) -> list[Codes]:
        """What the strategy says of the bars of each symbol that it may know."""
        answering = Answering(self._code, question.kind, question.values, question.pulse)
        last_ns = self._panel.time_ns[until.bars - 1]
        found = []
        for symbol in self._panel.symbols:
            question.pulse()
            known = int(symbol.time_ns.searchsorted(last_ns, "right"))
            bars = mirrored_bars(symbol, known) if until.is_mirrored and known else shown_bars(symbol, known)
            where = "" if known == len(symbol) else f" (asked with the first {known} bars of {symbol.symbol})"
            found.append(answering.answer(bars, known, where))
        return found

    def _signals(self, codes: list[Codes]) -> Signals:
        """The codes of all symbols as the engine takes them: None for what is never said."""
        together = np.zeros((len(self._panel.time_ns), len(codes)), np.uint8)
        for column, places, each in zip(together.T, self._places, codes, strict=True):
            column[places] = each
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
            f"{_word(difference.first)} once and {_word(difference.second)} then. Draw from a seed, inside a method.",
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
            f"{name}.py looks ahead: {difference.signal} of {symbol.symbol} at {at} is {_word(difference.first)} "
            f"with the bars after {last}, and {_word(difference.second)} {otherwise}.",
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


def _word(value: bool) -> str:
    """A signal in words."""
    return "true" if value else "false"
