"""Searches that are ended in the middle and taken up again, and what they show meanwhile."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from analytics.backtests import going_on, work
from analytics.backtests.records import SweepWork, WalkWork
from analytics.backtests.search import Axis
from analytics.backtests.searching import Search
from analytics.backtests.windows import Schedule
from jobs.checkpoints import Checkpoints
from jobs.progress import Canceled, Progress
from markets.bars.records import write_bars
from markets.bars.references import BarsReference
from markets.instruments import make_instrument

HOUR_NS = 3_600 * 10**9
BARS = 900
CROSS = {
    "long_entry": "cross_above(sma(close, p.fast), sma(close, p.slow))",
    "long_exit": "cross_below(sma(close, p.fast), sma(close, p.slow))",
}


def bars(folder: Path) -> BarsReference:
    close = np.round(100 * np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.01, BARS))), 2)
    opens = np.concatenate((close[:1], close[:-1]))
    columns = {
        "open": opens,
        "high": np.maximum(opens, close),
        "low": np.minimum(opens, close),
        "close": close,
        "volume": np.ones(BARS),
    }
    path = folder / "bars.npy"
    write_bars(path, np.arange(BARS) * HOUR_NS, columns)
    return BarsReference(
        instrument=make_instrument("SEED-USD", tick="0.01", lot="0.001"),
        interval="1h",
        interval_ns=HOUR_NS,
        source="seeded",
        rows=BARS,
        from_ns=0,
        to_ns=(BARS - 1) * HOUR_NS,
        content_hash="seeded",
        path=str(path),
    )


@pytest.fixture
def sweep_spec(tmp_path: Path) -> SweepWork:
    return SweepWork(
        spec={"symbols": ["SEED-USD"], "interval": "1h", "strategy": CROSS},
        bars=[bars(tmp_path)],
        file=str(tmp_path / "result.npz"),
        axes={"fast": Axis(3, 12), "slow": Axis(20, 32, 2)},
        rising=[],
        samples=None,
        seed=0,
        metric="total_return",
        least_trades=1,
    )


class Watched:
    """Progress that is kept, with checkpoints in a folder, and ends the work at some message."""

    def __init__(self, folder: Path | None, until: str | None = None) -> None:
        self.partials: list[dict[str, Any]] = []
        self.messages: list[str] = []
        self._until = until
        self.checkpoints = None if folder is None else Checkpoints(folder)
        self.progress = Progress(self._report, self._is_over, self.partials.append, self.checkpoints)

    def _report(self, fraction: float, message: str) -> None:
        self.messages.append(message)

    def _is_over(self) -> bool:
        return self._until is not None and any(self._until in message for message in self.messages)

    def close(self) -> None:
        assert self.checkpoints is not None
        self.checkpoints.close()


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many combinations each call of a search has tried."""
    counts: list[int] = []
    true_run = Search.run

    def run(self: Search, numbers: Any, **options: Any) -> Any:
        counts.append(len(numbers))
        return true_run(self, numbers, **options)

    monkeypatch.setattr(Search, "run", run)
    return counts


def test_a_sweep_numbers_its_combinations_alike_after_a_table_has_ordered_its_keys(sweep_spec):
    asked = msgspec.structs.replace(sweep_spec, axes=dict(reversed(sweep_spec.axes.items())), names=["slow", "fast"])
    kept = msgspec.json.decode(msgspec.json.encode(asked, order="sorted"), type=SweepWork)
    assert list(kept.axes) == ["fast", "slow"]
    assert work.search_of(kept)[0].space == work.search_of(asked)[0].space


def test_a_sweep_goes_on_from_its_last_block(sweep_spec, tmp_path, monkeypatch):
    monkeypatch.setattr(going_on, "BLOCK", 16)
    spec = msgspec.to_builtins(sweep_spec)
    whole = work.run_sweep(spec, Watched(None).progress)
    first = Watched(tmp_path / "kept", until="48 of 70")
    with pytest.raises(Canceled):
        work.run_sweep(spec, first.progress)
    first.close()
    counts = counted(monkeypatch)
    second = Watched(tmp_path / "kept")
    assert work.run_sweep(spec, second.progress) == whole
    assert sum(counts) < 70
    assert second.partials[0]["combinations_done"] >= 32
    best = [each["best"]["total_return"] for each in second.partials]
    assert best == sorted(best), "what was found so far only becomes better"
    second.close()


def test_a_sweep_that_is_canceled_at_the_very_end_leaves_no_file(sweep_spec):
    with pytest.raises(Canceled):
        work.run_sweep(msgspec.to_builtins(sweep_spec), Watched(None, until="Looking for overfitting").progress)
    assert not Path(sweep_spec.file).exists()


def test_a_sweep_that_was_done_tries_nothing_again(sweep_spec, tmp_path, monkeypatch):
    monkeypatch.setattr(going_on, "BLOCK", 16)
    spec = msgspec.to_builtins(sweep_spec)
    first = Watched(tmp_path / "kept")
    whole = work.run_sweep(spec, first.progress)
    first.close()
    counts = counted(monkeypatch)
    second = Watched(tmp_path / "kept")
    assert work.run_sweep(spec, second.progress) == whole
    assert counts == []
    second.close()


def test_a_walk_goes_on_with_the_window_it_was_in(sweep_spec, tmp_path):
    spec = msgspec.to_builtins(WalkWork(sweep=sweep_spec, schedule=Schedule(300, 100)))
    whole = work.run_walk(spec, Watched(None).progress)
    arrays = dict(np.load(sweep_spec.file))
    first = Watched(tmp_path / "kept", until="Window 4")
    with pytest.raises(Canceled):
        work.run_walk(spec, first.progress)
    first.close()
    second = Watched(tmp_path / "kept")
    assert work.run_walk(spec, second.progress) == whole
    assert second.messages[0].startswith("Window 4") or second.messages[0].startswith("Window 5")
    assert second.partials[0]["windows_done"] >= 3
    for name, array in np.load(sweep_spec.file).items():
        np.testing.assert_array_equal(array, arrays[name])
    second.close()
