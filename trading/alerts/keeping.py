"""Writes down what alerts did, and tells of events once they are written.

What waits is written together. While the table cannot be written, events are told all the same and written later: an alert
is worth more than its record.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from django.db import DatabaseError

from trading.alerts import table
from trading.alerts.events import AlertEvent
from trading.alerts.rules import Progress

PROGRESS_PAUSE_S: Final = 1.0
"""How long the progress of rules that did not fire may wait to be written: a crash forgets that they were armed again."""

RETRY_S: Final = 2.0
EVENTS_BEFORE_WAITING: Final = 500
"""Events that wait to be written before a replay at full speed waits for them."""

MAX_UNWRITTEN: Final = 10_000
"""Events that wait while the table cannot be written; beyond them the oldest are told of and never written."""

_log = logging.getLogger(__name__)

ProgressOf = Callable[[str], tuple[Progress, bool] | None]
"""A rule's progress and whether it is enabled; None when it is gone."""


class Keeper:
    """What is not written yet, and the task that writes it."""

    def __init__(self, progress_of: ProgressOf, on_written: Callable[[AlertEvent], None]) -> None:
        self._progress_of = progress_of
        self._on_written = on_written
        self._new: dict[str, AlertEvent] = {}
        self._untold: list[str] = []
        self._changed: dict[str, AlertEvent] = {}
        self._rules: dict[str, None] = {}
        self._counts: Counter[str] = Counter()
        self._news = asyncio.Event()
        self._has_room = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self.trouble: str | None = None
        """Why nothing can be written at present; None while all is well."""
        self.never_written = 0

    def start(self, counts: Mapping[str, int]) -> None:
        """Write from now on; `counts` are the events of each account so far."""
        self._counts = Counter(counts)
        self._news, self._has_room = asyncio.Event(), asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="alerts kept")

    async def stop(self) -> None:
        """Write what waits, once, and stop."""
        task, self._task = self._task, None
        if task is None:
            return
        writing, self._writing = self._writing, None
        task.cancel()
        await asyncio.wait([task] if writing is None else [task, writing])
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self._write()
        self._new.clear()
        self._untold.clear()
        self._changed.clear()
        self._rules.clear()

    @property
    def is_behind(self) -> bool:
        """Whether so many events wait that whoever can wait should."""
        return len(self._new) >= EVENTS_BEFORE_WAITING and self.trouble is None

    async def wait_for_room(self) -> None:
        """Return once they are written, or cannot be."""
        while self.is_behind and self._task is not None:
            self._has_room.clear()
            await self._has_room.wait()

    def add(self, event: AlertEvent) -> None:
        """Write a new event and tell of it then."""
        if len(self._new) >= MAX_UNWRITTEN:
            del self._new[next(iter(self._new))]
            self.never_written += 1
        self._new[event.id] = event
        self._untold.append(event.id)
        self._rules[event.rule_id] = None
        self._news.set()

    def change(self, event: AlertEvent) -> None:
        """Write what became of an event's deliveries."""
        (self._new if event.id in self._new else self._changed)[event.id] = event
        self._news.set()

    def note_progress(self, rule_id: str) -> None:
        """Write how far a rule has come, soon."""
        self._rules[rule_id] = None
        self._write_after(PROGRESS_PAUSE_S)

    def forget(self, rule_id: str) -> None:
        """The rule is gone."""
        self._rules.pop(rule_id, None)

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
        """Write all that waits, and tell of what is new whether or not that went well."""
        new, changed, rules, untold = self._new, self._changed, self._rules, self._untold
        self._new, self._changed, self._rules, self._untold = {}, {}, {}, []
        progress = {rule_id: found for rule_id in rules if (found := self._progress_of(rule_id)) is not None}
        try:
            if new or changed or progress:
                batch = table.Batch(list(new.values()), list(changed.values()), progress)
                await table.in_table(table.write_batch, batch, self._counts)
        except DatabaseError as fault:
            self._put_back(new, changed, rules, fault)
        except Exception:  # a fault of ours in what is written: it would come again each time
            _log.exception("%d events of alerts cannot be written.", len(new))
            self.never_written += len(new)
        else:
            self.trouble = None
        self._has_room.set()
        for event_id in untold:
            if event_id in new:
                self._on_written(new[event_id])

    def _put_back(
        self, new: dict[str, AlertEvent], changed: dict[str, AlertEvent], rules: dict[str, None], fault: DatabaseError
    ) -> None:
        if self.trouble is None:
            _log.error("The table of alerts cannot be written; trying again.", exc_info=fault)
        self.trouble = f"The table of alerts cannot be written ({type(fault).__name__})."
        self._new = new | self._new
        self._changed = changed | self._changed
        self._rules = rules | self._rules
        self._write_after(RETRY_S)
