"""How late the event loop is: a timer that should fire every half second notes by how much it did not.

Everything live happens on that loop, so its lag is what every request and every price waits in addition.
"""

import asyncio
from collections import deque
from typing import Final

from operations.metrics import LOOP_LAG

INTERVAL_S: Final = 0.5
"""Often enough to catch what holds the loop for long, and too seldom to cost anything."""
WINDOW: Final = 120
"""The last minute, whose worst lag is shown."""


class LoopLag:
    """Watches the loop it is started on."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._recent_s: deque[float] = deque(maxlen=WINDOW)

    async def start(self) -> None:
        """Begin to watch; asked again, nothing happens."""
        if self._timer is None:
            self._arm(asyncio.get_running_loop())

    async def stop(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def worst_s(self) -> float:
        """The largest lag of the last minute, in seconds."""
        return max(self._recent_s, default=0.0)

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(INTERVAL_S, self._note, loop, loop.time() + INTERVAL_S)

    def _note(self, loop: asyncio.AbstractEventLoop, due_s: float) -> None:
        lag_s = max(0.0, loop.time() - due_s)
        self._recent_s.append(lag_s)
        LOOP_LAG.observe((), lag_s)
        self._arm(loop)


LOOP = LoopLag()
"""The watch over the loop of this process."""
