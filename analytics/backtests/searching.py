"""Many combinations of a strategy's parameters over the same bars, and the best of them.

Parameters stand in conditions (`p.fast`) or for the size of a distance (`stop`, `target`, `trailing`: its amount, percent or
multiple). Threads take chunks of combinations, and share what expressions have in common.
"""

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from analytics.backtests.conditions import DISTANCES, moments_of, read_swept, require_distances, workspace_of
from analytics.backtests.engine.bars import Bars, Panel, align
from analytics.backtests.engine.figures import FIGURES
from analytics.backtests.engine.preparing import Measures, Moments, events_of, settings_of
from analytics.backtests.engine.preparing import moments_of as moments_of_arrays
from analytics.backtests.engine.specs import Backtest, Strategy
from analytics.backtests.engine.sweeping import sweep
from analytics.backtests.python_signals import PythonSignals
from analytics.backtests.records import Combination, combination_from
from analytics.backtests.search import Space, Value
from analytics.backtests.strategy_files import StrategyFile
from quant.expressions.expression import Binder
from quant.strategies.specs import resized

CHUNK: Final = 32
"""Combinations that a thread prepares and carries out together, between two looks at whether to go on."""

CACHE_BYTES: Final = 96 * 1024 * 1024
"""Of values of expressions that all threads keep together; with all the rest a sweep stays below 300 MB."""

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Found:
    """Figures float64[M, len(FIGURES)] of the combinations `numbers`, in their order."""

    space: Space
    numbers: Sequence[int]
    figures: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """One figure of all combinations."""
        values: np.ndarray = self.figures[:, FIGURES.index(name)]
        return values

    def metric(self, name: str, least_trades: int) -> dict[int, float]:
        """By combination what is looked for the most of; NaN for those with too few trades."""
        if name == "profit_factor":
            with np.errstate(divide="ignore", invalid="ignore"):
                losses = -self.column("gross_loss")
                values = np.where(losses > 0, self.column("gross_profit") / losses, math.nan)
        else:
            values = self.column(name)
        values = np.where(self.column("trades") >= least_trades, values, math.nan)
        return dict(zip(self.numbers, values.tolist(), strict=True))

    def combination(self, place: int) -> Combination:
        """One of them as a person reads it."""
        number = self.numbers[place]
        return combination_from(number, self.space.parameters_of(number), self.figures[place].tolist())


class Search:
    """A strategy, the space of its parameters, and the bars they are tried on."""

    def __init__(self, spec: Backtest, space: Space, panel: Panel, python: StrategyFile | None = None) -> None:
        """`python` is the file of a strategy in Python.

        Raises InvalidExpression as `read_conditions`, Invalid for a distance that is swept and not there, and what
        `PythonSignals` raises.
        """
        self.spec, self.space, self.panel = spec, space, panel
        self._sized = [place for place, name in enumerate(space.names) if name in DISTANCES]
        self.python: PythonSignals | None = None
        self._say: Callable[[dict[str, Value]], Moments]
        if python is None:
            self._say = self._conditions()
        else:
            require_distances(spec, space)
            self.python = PythonSignals(python, panel, allow_short=spec.allow_short)
            self._say = self._in_python

    def _conditions(self) -> Callable[[dict[str, Value]], Moments]:
        """What conditions say, by the values of their parameters."""
        binders = {side: Binder(each) for side, each in read_swept(self.spec, self.space).items()}
        workspace = workspace_of(self.panel, CACHE_BYTES)
        return lambda values: moments_of(workspace, {side: each.bind(values) for side, each in binders.items()})

    def _in_python(self, values: dict[str, Value]) -> Moments:
        """What a strategy in Python says with these values."""
        assert self.python is not None, "it is asked only where there is one"
        return moments_of_arrays(self.python.signals(values), len(self.panel.time_ns), len(self.panel.symbols))

    def run(
        self,
        numbers: Sequence[int],
        *,
        days_per_year: int,
        bars: range | None = None,
        threads: int | None = None,
        progress: Progress = lambda _: None,
    ) -> Found:
        """Try these combinations on a part of the bars (all of them: None). `progress` may raise to end it."""
        part = self.panel if bars is None else part_of(self.panel, bars)
        figures = np.empty((len(numbers), len(FIGURES)))
        starts = range(0, len(numbers), CHUNK)
        sizes = self._sizes(part, numbers)

        def work(start: int) -> None:
            chosen = numbers[start : start + CHUNK]
            figures[start : start + CHUNK] = self._figures(part, bars, chosen, sizes, days_per_year)

        with ThreadPoolExecutor(threads or thread_count()) as pool:
            try:
                for done, _ in enumerate(pool.map(work, starts), 1):
                    progress(min(done * CHUNK, len(numbers)) / len(numbers))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return Found(self.space, numbers, figures)

    def signals(self, number: int, bars: range | None = None) -> Moments:
        """What the strategy says with combination `number`, over a part of the bars; what came before them is known."""
        return self._said(self.space.values_of(number), bars)

    def _said(self, combination: tuple[Value, ...], bars: range | None) -> Moments:
        said = self._say(self._parameters_of(combination))
        return said if bars is None else said.between(bars.start, bars.stop)

    def require_blind(self, number: int) -> None:
        """Look at the strategy in Python with combination `number` as closely as at a single backtest; raises as it does."""
        if self.python is not None:
            self.python.asked(self._parameters_of(self.space.values_of(number)))

    def spec_of(self, number: int) -> Backtest:
        """The backtest of one combination."""
        strategy = strategy_with(self.spec.strategy, self.space.parameters_of(number))
        return msgspec.structs.replace(self.spec, strategy=strategy)

    def _parameters_of(self, combination: tuple[Value, ...]) -> dict[str, Value]:
        """The values that entries and exits are said with."""
        strategy = self.spec.strategy
        fixed = strategy.parameters if strategy.python is None else strategy.python.parameters
        varied = zip(self.space.names, combination, strict=True)
        return {**fixed, **{name: value for name, value in varied if name not in DISTANCES}}

    def _figures(
        self, part: Panel, bars: range | None, numbers: Sequence[int], sizes: "Sizes", days_per_year: int
    ) -> np.ndarray:
        signals: list[Moments] = []
        rows: list[int] = []
        settings: list[np.ndarray] = []
        known: dict[tuple[Value, ...], int] = {}
        for number in numbers:
            combination = self.space.values_of(number)
            size = self._size_of(combination)
            said = tuple([value for place, value in enumerate(combination) if place not in self._sized])
            if said not in known:
                known[said] = len(signals)
                signals.append(self._said(combination, bars))
            rows.append(known[said])
            settings.append(sizes.settings[size])
        at_close = self.spec.fills.fill_at == "signal_close"
        events = events_of(part, signals, at_close=at_close, delisted_after_bars=self.spec.delisted_after_bars)
        found = sweep(
            part, events, np.array(rows), np.stack(settings), sizes.measures, days_per_year=days_per_year, threads=1
        )
        return found.figures

    def _sizes(self, part: Panel, numbers: Sequence[int]) -> "Sizes":
        """The settings of every size of the distances, and what they are measured with: the same for all chunks."""
        measures = Measures(part)
        settings: dict[tuple[Value, ...], np.ndarray] = {}
        for number in numbers if self._sized else numbers[:1]:
            size = self._size_of(self.space.values_of(number))
            if size not in settings:
                settings[size] = settings_of(self.spec_of(number), part, measures)
        return Sizes(settings, measures.array())

    def _size_of(self, combination: tuple[Value, ...]) -> tuple[Value, ...]:
        """The values of the distances that a combination varies."""
        return tuple([combination[place] for place in self._sized])


@dataclass(frozen=True)
class Sizes:
    """By the values of the distances the settings of a run, and the measures that they point to."""

    settings: dict[tuple[Value, ...], np.ndarray]
    measures: np.ndarray


def thread_count() -> int:
    """Threads of one worker: what numba was told to use, which the pool of workers shares out; else every core."""
    return max(1, int(os.environ.get("NUMBA_NUM_THREADS") or os.cpu_count() or 1))


def strategy_with(strategy: Strategy, parameters: dict[str, Value]) -> Strategy:
    """A strategy with values for its parameters, and for the sizes of its distances."""
    changes: dict[str, object] = {
        name: resized(getattr(strategy, name), value) for name, value in parameters.items() if name in DISTANCES
    }
    said = {name: value for name, value in parameters.items() if name not in DISTANCES}
    if strategy.python is not None:
        python = msgspec.structs.replace(strategy.python, parameters={**strategy.python.parameters, **said})
        return msgspec.structs.replace(strategy, python=python, **changes)
    return msgspec.structs.replace(strategy, parameters={**strategy.parameters, **said}, **changes)


def part_of(panel: Panel, bars: range) -> Panel:
    """The panel of some of its bars; raises Invalid NO_DATA for a symbol that has none of them."""
    first_ns, last_ns = panel.time_ns[bars.start], panel.time_ns[bars.stop - 1]
    return align([_between(each, int(first_ns), int(last_ns)) for each in panel.symbols])


def _between(bars: Bars, first_ns: int, last_ns: int) -> Bars:
    start, stop = np.searchsorted(bars.time_ns, [first_ns, last_ns + 1])
    return bars.part(int(start), int(stop))
