"""Searches that go on after a restart: what they have done is kept in blocks, and the best so far is shown meanwhile."""

import io
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import numpy as np

from analytics.backtests.engine.figures import FIGURES
from analytics.backtests.engine.results import Result
from analytics.backtests.robustness import best_of
from analytics.backtests.searching import Found, Search
from jobs.checkpoints import Checkpoints
from jobs.progress import Progress

BLOCK: Final = 512
"""Combinations between two checkpoints: some tenths of a second of a small sweep, minutes of a large one."""

FIGURES_FILE: Final = "figures"
STEPS_FILE: Final = "steps"
CURVE_FILE: Final = "curve"


def run_in_blocks(
    search: Search,
    numbers: Sequence[int],
    *,
    days_per_year: int,
    metric: str,
    least_trades: int,
    progress: Progress,
    shares: tuple[float, float],
) -> Found:
    """As `Search.run`, from where the last try came to; tells progress between two shares of the whole work."""
    figures = np.empty((len(numbers), len(FIGURES)))
    done = _kept_figures(progress.checkpoints, figures)
    best: dict[str, Any] | None = _best(search, numbers, figures, done, metric, least_trades)
    while done < len(numbers):
        chosen = numbers[done : done + BLOCK]
        tell = _teller(progress, shares, done, len(chosen), len(numbers), best)
        figures[done : done + len(chosen)] = search.run(chosen, days_per_year=days_per_year, progress=tell).figures
        done += len(chosen)
        best = _best(search, numbers, figures, done, metric, least_trades)
        if progress.checkpoints is not None:
            progress.checkpoints.save(_packed(figures=figures[:done]), FIGURES_FILE)
    return Found(search.space, numbers, figures)


def _kept_figures(checkpoints: Checkpoints | None, figures: np.ndarray) -> int:
    """Put what was kept into `figures`, and say how many combinations that is."""
    content = None if checkpoints is None else checkpoints.load(FIGURES_FILE)
    if content is None:
        return 0
    kept = _unpacked(content)["figures"]
    figures[: len(kept)] = kept
    return len(kept)


def _best(
    search: Search, numbers: Sequence[int], figures: np.ndarray, done: int, metric: str, least_trades: int
) -> dict[str, Any] | None:
    """The best combination so far as a partial result shows it."""
    if done == 0:
        return None
    found = Found(search.space, numbers[:done], figures[:done])
    best = best_of(found.metric(metric, least_trades))
    shown = None if best is None else msgspec.to_builtins(found.combination(numbers.index(best)))
    return {"combinations_done": done, "best": shown}


def _teller(
    progress: Progress,
    shares: tuple[float, float],
    before: int,
    count: int,
    total: int,
    partial: dict[str, Any] | None,
) -> Callable[[float], None]:
    first, last = shares

    def tell(share: float) -> None:
        done = before + round(share * count)
        progress.update(first + (last - first) * done / total, f"{done} of {total} combinations", partial)

    return tell


class WalkState:
    """The windows of a walk forward that are behind it: what came of each, and the curve of their tests."""

    def __init__(self, starting_cash: float) -> None:
        self.steps: list[dict[str, Any]] = []
        self.cash = starting_cash
        self.fees = 0.0
        self.traded = 0.0
        self.times: list[np.ndarray] = []
        self.curves: list[np.ndarray] = []
        self._has_newest = False

    def add(self, step: dict[str, Any], result: Result | None) -> None:
        """Take over a window; None when no combination was chosen in it."""
        self.steps.append(step)
        self._has_newest = result is not None
        if result is not None:
            self.cash = max(result.final_equity, 0.0)
            self.fees, self.traded = self.fees + result.fees, self.traded + result.traded_value
            self.times.append(result.time_ns)
            self.curves.append(result.equity)

    def shown(self) -> dict[str, Any] | None:
        """What a partial result says of it: the last window, and the money after it."""
        if not self.steps:
            return None
        return {"windows_done": len(self.steps), "equity": self.cash, "last": self.steps[-1]}

    def keep(self, checkpoints: Checkpoints | None) -> None:
        """Keep the newest window for a continuation. Its curve goes first: steps without theirs would be taken for whole."""
        if checkpoints is None:
            return
        if self._has_newest:
            checkpoints.save(_packed(time_ns=self.times[-1], equity=self.curves[-1]), f"{CURVE_FILE}-{len(self.steps)}")
        said = {"steps": self.steps, "cash": self.cash, "fees": self.fees, "traded": self.traded}
        checkpoints.save(msgspec.json.encode(said), STEPS_FILE)

    def take_up(self, checkpoints: Checkpoints | None) -> None:
        """Begin where the last try came to."""
        content = None if checkpoints is None else checkpoints.load(STEPS_FILE)
        if content is None or checkpoints is None:
            return
        said = msgspec.json.decode(content)
        self.steps, self.cash, self.fees, self.traded = said["steps"], said["cash"], said["fees"], said["traded"]
        for number in range(1, len(self.steps) + 1):
            curve = checkpoints.load(f"{CURVE_FILE}-{number}")
            if curve is not None:
                arrays = _unpacked(curve)
                self.times.append(arrays["time_ns"])
                self.curves.append(arrays["equity"])


def _packed(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _unpacked(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)
