"""Keeps up with who else changes the configuration: a command, or another gateway on the same database."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

from django.db import DatabaseError, close_old_connections

from operations.config import revisions
from operations.config.in_force import CONFIG, NEVER_CHANGED, Config

LOOK_INTERVAL_S: Final = 2.0
"""How soon a change that was written elsewhere is in force here; looking costs one read of the newest number."""

REVISIONS_A_LOOK: Final = 1_000

Found = TypeVar("Found")
log = logging.getLogger(__name__)


class Follower:
    """Puts in force what others write. The first look restores what was set before the start.

    While the database does not answer, what is in force stays in force; a start then begins with the defaults, says so in
    the health, and catches up as soon as it can.
    """

    def __init__(self, config: Config, *, interval_s: float = LOOK_INTERVAL_S) -> None:
        self._config = config
        self._interval_s = interval_s
        self._seen: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Restore, and keep looking from then on."""
        self._seen = None
        await self.look()
        self._task = asyncio.create_task(self._run(), name="config follower")

    async def stop(self) -> None:
        """Look no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def look(self) -> None:
        """Take over what was written since the last look."""
        try:
            await self._catch_up()
        except DatabaseError as fault:
            if self._config.trouble is None:
                log.warning("The revisions of the configuration cannot be read: %s", fault)
            self._config.trouble = f"The revisions cannot be read; what was in force stays in force ({fault})."
        else:
            self._config.trouble = None

    async def _catch_up(self) -> None:
        newest = await _in_thread(revisions.newest_number)
        if self._seen is None or newest < self._seen:  # a lower number: the database was put back to an earlier state
            restored = await _in_thread(revisions.newest_of_each)
            self._config.restore(restored)
            self._seen = restored[-1].revision if restored else NEVER_CHANGED
        while self._seen < newest:
            written = await _in_thread(partial(revisions.after, self._seen, REVISIONS_A_LOOK))
            if not written:
                return
            for revision in written:
                self._config.take_effect(revision)
            self._seen = written[-1].revision

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval_s)
            try:
                await self.look()
            except Exception:
                # The follower must outlive whatever a listener does.
                log.exception("Following the configuration failed; trying again.")


async def _in_thread(work: Callable[[], Found]) -> Found:
    """Run something that uses the database in a thread, whose connection must not go stale."""

    def run() -> Found:
        close_old_connections()
        try:
            return work()
        finally:
            with suppress(DatabaseError):
                close_old_connections()

    return await asyncio.to_thread(run)


FOLLOWER = Follower(CONFIG)
