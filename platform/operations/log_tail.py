"""The stream channel `logs`: lines as they come, some times a second, as many as a person could look at.

Lines are not sent from where they are written, which may be any thread and any moment: a task on the event loop looks at the
ring now and then. What streams them writes no line itself, so that a tail never feeds on itself.
"""

import asyncio
from typing import Final

import msgspec

from operations.log_ring import RING, LogRing, RingLine, taken_apart
from operations.serializers import LogLineSerializer
from streams.hub import HUB, Hub

CHANNEL: Final = "logs"
INTERVAL_S: Final = 0.25
SNAPSHOT_LINES: Final = 100
MAX_LINES_PER_UPDATE: Final = 200
"""More than anybody reads in a quarter of a second; how many were left out is said."""


class LogTail:
    """Publishes what came into the ring since it last looked, while somebody listens."""

    def __init__(self, ring: LogRing = RING, hub: Hub = HUB) -> None:
        self._ring = ring
        self._hub = hub
        self._task: asyncio.Task[None] | None = None
        self._told = 0
        """The number of the last line that was published, or passed over because nobody listened."""

    async def start(self) -> None:
        """Begin to look."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="log tail")

    async def stop(self) -> None:
        """Look no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def snapshot(self) -> msgspec.Raw:
        """The last lines as far as they were published, oldest first."""
        return _encoded(self._ring.newest_lines(SNAPSHOT_LINES, up_to=self._told), skipped=0)

    def look(self) -> None:
        """Publish what is new."""
        newest = self._ring.newest
        count = newest - self._told
        if count and self._hub.has_subscribers(CHANNEL):
            lines = self._ring.newest_lines(min(count, MAX_LINES_PER_UPDATE), up_to=newest)
            self._hub.publish(CHANNEL, _encoded(lines, skipped=count - len(lines)))
        self._told = newest

    async def _run(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(INTERVAL_S)


def _encoded(lines: list[RingLine], *, skipped: int) -> msgspec.Raw:
    shown = LogLineSerializer.encode_many([taken_apart(line) for line in lines])
    return msgspec.Raw(b'{"lines":%b,"skipped":%d}' % (shown, skipped))


TAIL = LogTail()
"""The tail of this process's log."""
