"""Work in a thread beside the event loop, done so that the loop is hardly kept waiting for the interpreter.

    rests = Rests(share=4.0)
    for each in much:
        work_on(each)
        rests.rest_if_due()

A thread that computes keeps the interpreter from the loop for up to the switch interval each time. A bit of work that ends
sooner, in a rest, gives it back by itself. Shorter switch intervals for everybody are no help: the threads that wait then
wake thousands of times a second to ask, and a loop that is busy already falls behind.
"""

import time
from typing import Final

WORK_S: Final = 0.0002
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
