"""Many combinations of a strategy's parameters over the same bars, and the best of them.

Parameters stand in conditions (`p.fast`) or for the size of a distance (`stop`, `target`, `trailing`: its amount, percent or
multiple). Threads take chunks of combinations, and share what expressions have in common.
"""

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import msgspec
import numpy as np

from analytics.backtests.conditions import DISTANCES, read_swept, signals_of, workspace_of
from analytics.backtests.engine.bars import Bars, Panel, align
from analytics.backtests.engine.figures import FIGURES
from analytics.backtests.engine.preparing import Measures, Signals, events_of, settings_of
from analytics.backtests.engine.specs import AtrDistance, Backtest, FixedDistance, PercentDistance, Strategy
from analytics.backtests.engine.sweeping import sweep
from analytics.backtests.records import Combination, combination_from
from analytics.backtests.search import Space, Value

CHUNK: Final = 32
"""Combinations that are prepared together: their signals are bool arrays over all bars, for a moment."""

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

    def __init__(self, spec: Backtest, space: Space, panel: Panel) -> None:
        """Raises InvalidExpression as `read_conditions`, and Invalid for a distance that is swept and not there."""
        self.spec, self.space, self.panel = spec, space, panel
        self.conditions = read_swept(spec, space)
        self.workspace = workspace_of(panel, CACHE_BYTES)

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

    def signals(self, number: int, bars: range | None = None) -> Signals:
        """What the strategy says with combination `number`, over a part of the bars; what came before them is known."""
        values = {**self.spec.strategy.parameters, **self.space.parameters_of(number)}
        signals = signals_of(self.workspace, self.conditions, values)
        return signals if bars is None else _cut(signals, bars)

    def spec_of(self, number: int) -> Backtest:
        """The backtest of one combination."""
        strategy = strategy_with(self.spec.strategy, self.space.parameters_of(number))
        return msgspec.structs.replace(self.spec, strategy=strategy)

    def _figures(
        self, part: Panel, bars: range | None, numbers: Sequence[int], sizes: "Sizes", days_per_year: int
    ) -> np.ndarray:
        signals: list[Signals] = []
        rows: list[int] = []
        known: dict[tuple[Value, ...], int] = {}
        for number in numbers:
            parameters = self.space.parameters_of(number)
            said = tuple(value for name, value in parameters.items() if name not in DISTANCES)
            if said not in known:
                known[said] = len(signals)
                signals.append(self.signals(number, bars))
            rows.append(known[said])
        at_close = self.spec.fills.fill_at == "signal_close"
        events = events_of(part, signals, at_close=at_close, delisted_after_bars=self.spec.delisted_after_bars)
        settings = np.stack([sizes.settings[self._size_of(number)] for number in numbers])
        found = sweep(part, events, np.array(rows), settings, sizes.measures, days_per_year=days_per_year, threads=1)
        return found.figures

    def _sizes(self, part: Panel, numbers: Sequence[int]) -> "Sizes":
        """The settings of every size of the distances, and what they are measured with: the same for all chunks."""
        measures = Measures(part)
        settings: dict[tuple[Value, ...], np.ndarray] = {}
        for number in numbers:
            size = self._size_of(number)
            if size not in settings:
                settings[size] = settings_of(self.spec_of(number), part, measures)
        return Sizes(settings, measures.array())

    def _size_of(self, number: int) -> tuple[Value, ...]:
        """The values of the distances that combination `number` varies."""
        return tuple(value for name, value in self.space.parameters_of(number).items() if name in DISTANCES)


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
        name: _sized(getattr(strategy, name), value) for name, value in parameters.items() if name in DISTANCES
    }
    said = {name: value for name, value in parameters.items() if name not in DISTANCES}
    return msgspec.structs.replace(strategy, parameters={**strategy.parameters, **said}, **changes)


def _sized(
    distance: FixedDistance | PercentDistance | AtrDistance, value: Value
) -> FixedDistance | PercentDistance | AtrDistance:
    size = Decimal(str(value))
    if isinstance(distance, FixedDistance):
        return msgspec.structs.replace(distance, amount=size)
    if isinstance(distance, PercentDistance):
        return msgspec.structs.replace(distance, percent=size)
    return msgspec.structs.replace(distance, multiple=size)


def part_of(panel: Panel, bars: range) -> Panel:
    """The panel of some of its bars; raises Invalid NO_DATA for a symbol that has none of them."""
    first_ns, last_ns = panel.time_ns[bars.start], panel.time_ns[bars.stop - 1]
    return align([_between(each, int(first_ns), int(last_ns)) for each in panel.symbols])


def _between(bars: Bars, first_ns: int, last_ns: int) -> Bars:
    start, stop = np.searchsorted(bars.time_ns, [first_ns, last_ns + 1])
    return bars.part(int(start), int(stop))


def _cut(signals: Signals, bars: range) -> Signals:
    sides = {"long_entry": signals.long_entry, "long_exit": signals.long_exit}
    sides |= {"short_entry": signals.short_entry, "short_exit": signals.short_exit}
    return Signals(**{side: None if array is None else array[bars.start : bars.stop] for side, array in sides.items()})
