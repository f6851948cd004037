"""Work in a thread beside the event loop, done so that the loop is never kept waiting for the interpreter.

    with SHORT_SWITCHES:
        rests = Rests(share=4.0)
        for each in much:
            work_on(each)
            rests.rest_if_due()

A thread that computes takes the interpreter from the loop: for the switch interval each time the loop gives it away to wait
for something, which it does thousands of times a second. So it asks for short switches, and rests for a share of its work.
"""

import sys
import threading
import time
from types import TracebackType
from typing import Final

SWITCH_INTERVAL_S: Final = 0.00001
"""How long the loop waits for a thread that works beside it, each time it wants the interpreter. With Python's own 5 ms it
would do 200 small things a second beside such a thread, with this three quarters of what it does alone.
"""

WORK_S: Final = 0.0005
"""A thread rests after so much work."""

MAX_REST_S: Final = 0.01
"""The longest of its rests: work that was held up itself need not be made up for."""


class Rests:
    """The rests of one thread; made where its work begins."""

    def __init__(self, *, share: float) -> None:
        """`share` is how long a rest is for the work before it: 1 is half of a core, 4 a fifth."""
        self._share = share
        self._began_s = time.perf_counter()

    def rest_if_due(self) -> None:
        """Rest when enough was done since the last rest."""
        worked_s = time.perf_counter() - self._began_s
        if worked_s >= WORK_S:
            time.sleep(min(worked_s * self._share, MAX_REST_S))
            self._began_s = time.perf_counter()


class ShortSwitches:
    """While anyone is within, threads give the interpreter away after `SWITCH_INTERVAL_S`. Any thread may enter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._within = 0
        self._usual_s = 0.0

    def __enter__(self) -> None:
        with self._lock:
            if self._within == 0:
                self._usual_s = sys.getswitchinterval()
                sys.setswitchinterval(min(SWITCH_INTERVAL_S, self._usual_s))
            self._within += 1

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._within -= 1
            if self._within == 0:
                sys.setswitchinterval(self._usual_s)


SHORT_SWITCHES = ShortSwitches()
