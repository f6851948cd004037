"""Writes down what runs said and how far they came, in batches, so that trading never waits for the table.

Orders and fills are in the journal; what is lost here by a crash is at most the last signals, and some seconds of progress,
which the client order ids of orders make good.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec
from django.db import DatabaseError

from trading.strategies import table
from trading.strategies.live import LiveRun
from trading.strategies.records import Progress, Run, Signal

PAUSE_S: Final = 0.2
"""How long signals gather before they are written together."""

PROGRESS_PAUSE_S: Final = 5.0
"""How long the progress of runs may wait: after a crash, bars of so long are named as missed though they were not."""

RETRY_S: Final = 2.0
SIGNALS_BEFORE_WAITING: Final = 2_000
"""Signals that wait to be written before a market at full speed waits for them."""

MAX_UNWRITTEN: Final = 20_000
"""Signals that wait while the table cannot be written; beyond them the oldest are never written."""

_log = logging.getLogger(__name__)


class Keeper:
    """What is not written yet, and the task that writes it."""

    def __init__(self) -> None:
        self._signals: dict[str, tuple[str, Signal]] = {}
        self._runs: dict[str, tuple[Run, Progress]] = {}
        self._moved: dict[str, LiveRun] = {}
        self._counts: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._written = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._progress_timer: asyncio.TimerHandle | None = None
        self._is_progress_due = False
        self._task: asyncio.Task[None] | None = None
        self._writing: asyncio.Future[None] | None = None
        self.trouble: str | None = None
        """Why nothing can be written at present; None while all is well."""
        self.never_written = 0

    def start(self, counts: Mapping[str, int]) -> None:
        """Write from now on; `counts` are the signals of each run so far."""
        self._counts = Counter(counts)
        self._news, self._written = asyncio.Event(), asyncio.Event()
        self._writing = None
        self._task = asyncio.get_running_loop().create_task(self._run(), name="strategies kept")

    async def stop(self) -> None:
        """Write what waits, once, and stop."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task, *([self._writing] if self._writing is not None else [])])
        for timer in (self._timer, self._progress_timer):
            if timer is not None:
                timer.cancel()
        self._timer = self._progress_timer = None
        self._is_progress_due = True
        await self._write()
        self._signals.clear()
        self._runs.clear()
        self._moved.clear()

    @property
    def waiting(self) -> int:
        """How many signals wait to be written."""
        return len(self._signals)

    @property
    def is_behind(self) -> bool:
        """Whether so many signals wait that whoever can wait should."""
        return len(self._signals) >= SIGNALS_BEFORE_WAITING and self.trouble is None

    async def wait_for_room(self) -> None:
        """Return once they are written, or cannot be."""
        while self.is_behind and self._task is not None:
            self._written.clear()
            self._news.set()
            await self._written.wait()

    async def flush(self) -> None:
        """Return once what waits by now is written, or cannot be."""
        if self._task is not None and (self._signals or self._runs):
            self._written.clear()
            self._news.set()
            await self._written.wait()

    def add_signal(self, strategy_id: str, signal: Signal) -> None:
        """Write a new signal, soon."""
        if len(self._signals) >= MAX_UNWRITTEN:
            del self._signals[next(iter(self._signals))]
            self.never_written += 1
        self._signals[signal.id] = strategy_id, signal
        self._write_after(PAUSE_S)

    def note_run(self, run: Run, progress: Progress) -> None:
        """Write a run that changed, soon."""
        self._runs[run.id] = run, as_of_now(progress)
        self._write_after(PAUSE_S)

    def note_progress(self, live: LiveRun) -> None:
        """Write how far a run has come, some time."""
        self._moved[live.run.id] = live
        if self._progress_timer is None and self._task is not None:
            loop = asyncio.get_running_loop()
            self._progress_timer = loop.call_later(PROGRESS_PAUSE_S, self._progress_due)

    def forget(self, run_id: str) -> None:
        """The run has ended, and is written as it ended."""
        self._moved.pop(run_id, None)

    def _progress_due(self) -> None:
        self._progress_timer = None
        self._is_progress_due = True
        self._news.set()

    def _write_after(self, pause_s: float) -> None:
        if self._timer is None and self._task is not None:
            self._timer = asyncio.get_running_loop().call_later(pause_s, self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._news.set()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            # A stop does not break off what is being written: it waits for it.
            self._writing = asyncio.ensure_future(self._write())
            await asyncio.shield(self._writing)

    async def _write(self) -> None:
        signals, runs = self._signals, self._runs
        self._signals, self._runs = {}, {}
        moved: dict[str, LiveRun] = {}
        if self._is_progress_due:
            moved, self._moved, self._is_progress_due = self._moved, {}, False
        progress = {run_id: as_of_now(live.progress) for run_id, live in moved.items()}
        try:
            if signals or runs or progress:
                batch = table.Batch(list(signals.values()), runs, progress)
                await table.in_table(table.write_batch, batch, self._counts)
        except DatabaseError as fault:
            if self.trouble is None:
                _log.error("The table of strategies cannot be written; trying again.", exc_info=fault)
            self.trouble = f"The table of strategies cannot be written ({type(fault).__name__})."
            self._signals = signals | self._signals
            self._runs = runs | self._runs
            self._moved = moved | self._moved
            self._write_after(RETRY_S)
        else:
            self.trouble = None
        self._written.set()


def as_of_now(progress: Progress) -> Progress:
    """A copy: a run goes on while its progress is written in a thread."""
    return msgspec.structs.replace(progress, last_ns=dict(progress.last_ns))
