"""Keeps a running gateway's keys true: notices what other processes changed, writes down uses, ends what lost its key.

A thread of its own asks the table for its revision once a second, which costs two numbers. So `manage.py key revoke`, or
a gateway beside this one, is noticed within a second or two; a change made in this process at once. While the database
does not answer, the keys stay as they were last seen.
"""

import asyncio
import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from operations.keys import services
from operations.keys.ring import KeyRing
from streams.frames import ErrorFrame
from streams.hub import HUB, Hub

POLL_S: Final = 1.0
WRITE_USES_NS: Final = 60 * NS_PER_SECOND
"""`last_used_at` is written at most this often for a key: it says whether a key is in use, not when to the second."""

STOP_S: Final = 5.0
CLOSE_KEY_LOST: Final = 4401
"""The close code of a socket whose key was revoked, has expired or was changed: connecting again will not help."""

log = logging.getLogger(__name__)


class KeyWatch:
    """The thread of one process. Started only where keys are checked."""

    def __init__(self, ring: KeyRing, hub: Hub, clock: Clock = SYSTEM_CLOCK, *, poll_s: float = POLL_S) -> None:
        self._ring = ring
        self._hub = hub
        self._clock = clock
        self._poll_s = poll_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._must_stop = Event()
        self._used_ns: dict[str, int] = {}
        self._written_ns: dict[str, int] = {}
        self._is_blind = False
        self._looks: list[Callable[[], None]] = []

    def also(self, look: Callable[[], None]) -> None:
        """Have `look` called once a second as well, in the thread."""
        self._looks.append(look)

    async def start(self) -> None:
        """Load the keys and begin to watch; raises when they cannot be loaded, since then nobody could come in."""
        if not settings.PERSONAL_API_KEY_ENABLED:
            return
        await asyncio.to_thread(_load)
        self._loop = asyncio.get_running_loop()
        self._must_stop = Event()
        self._thread = Thread(target=self._run, name="key watch", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Watch no more; the last uses are written."""
        thread, self._thread = self._thread, None
        self._loop = None
        if thread is not None:
            self._must_stop.set()
            await asyncio.to_thread(thread.join, STOP_S)

    def end_lost_sockets(self) -> None:
        """Close every socket whose key no longer lets it in; on the event loop."""
        for socket in self._hub.sockets():
            caller = socket.caller
            if caller.kind == "key" and (fault := self._ring.fault_since(caller.name, caller.address, socket.access)):
                last_words = ErrorFrame(None, "UNAUTHENTICATED", fault)
                socket.close(CLOSE_KEY_LOST, "UNAUTHENTICATED", last_words=last_words)

    def look_at_sockets(self) -> None:
        """Have the event loop close such sockets soon; from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.end_lost_sockets)

    def look(self) -> None:
        """What is done once a second, in the thread."""
        services.refresh_ring()
        for look in self._looks:
            look()
        self.look_at_sockets()  # also when nothing changed: keys expire
        self.write_uses()

    def write_uses(self, *, all_of_them: bool = False) -> None:
        """Write when keys were last used, those that were not written for a while."""
        now_ns = self._clock.now_ns()
        for key_id in self._ring.take_used():
            self._used_ns[key_id] = now_ns
        due = {
            key_id: used_ns
            for key_id, used_ns in self._used_ns.items()
            if all_of_them or now_ns - self._written_ns.get(key_id, 0) >= WRITE_USES_NS
        }
        if due:
            services.write_uses(due)
            self._written_ns.update(dict.fromkeys(due, now_ns))
            for key_id in due:
                del self._used_ns[key_id]

    def _run(self) -> None:
        """Look until told to stop. The connection is kept open: opening it each second would cost more than asking."""
        while not self._must_stop.wait(self._poll_s):
            self._try(self.look)
        self._try(lambda: self.write_uses(all_of_them=True))
        connection.close()

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except DatabaseError:
            if not self._is_blind:
                log.exception("The table of keys does not answer; keys stay as they were last seen.")
            self._is_blind = True
            connection.close()
        except Exception:
            log.exception("Watching the keys failed; trying again.")
        else:
            self._is_blind = False


def _load() -> None:
    try:
        services.reload_ring()
    finally:
        close_old_connections()


WATCH = KeyWatch(services.RING, HUB)
