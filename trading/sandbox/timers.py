"""What happens at a market time: found by time, never by scan.

The market's clock is one, whatever the symbol, and it moves with the steps of prices. A timer is no state of its own: it
follows from what it belongs to (an order that expires at a time, say), which the fold of events sets and ends. So a replay
comes to the same timers, and `State.restore` sets them anew.
"""

import sys
from heapq import heapify, heappop, heappush

import msgspec

NEVER_NS = sys.maxsize
"""Later than any time of 64 bits: nothing is due."""

MIN_TIMERS_BEFORE_COMPACTION = 1_024
"""Below this many the ended ones are not worth sweeping out."""


class Timer(msgspec.Struct, frozen=True, order=True, gc=False):
    """Something due at a market time. `kind` says what is to be decided then, `id` about what.

    Those of one time come by kind and id, so that their order does not depend on how the state was come by.
    """

    time_ns: int
    kind: str
    id: str


class Timers:
    """The timers of one state; one of a kind for each id.

    A heap of times. One that was ended or set to another time stays in it until it comes to the top or the dead ones
    outnumber the others.
    """

    __slots__ = ("_heap", "_set", "next_ns")

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._set: dict[tuple[str, str], Timer] = {}
        self.next_ns = NEVER_NS
        """Nothing is due before this time; the one comparison that a step of a price pays for."""

    def __len__(self) -> int:
        return len(self._set)

    def start(self, kind: str, id: str, time_ns: int) -> None:  # noqa: A002 - the trade's own word
        """Let something be due at `time_ns`; another time of the same kind and id is given up."""
        timer = Timer(time_ns, kind, id)
        self._set[kind, id] = timer
        heappush(self._heap, timer)
        self.next_ns = self._heap[0].time_ns
        if len(self._heap) > max(MIN_TIMERS_BEFORE_COMPACTION, 2 * len(self._set)):
            self._compact()

    def end(self, kind: str, id: str) -> None:  # noqa: A002
        """Let it not happen; one that is not set is no fault, for it may be what is happening now."""
        self._set.pop((kind, id), None)

    def time_of(self, kind: str, id: str) -> int | None:  # noqa: A002
        """When it is due, or None when it is not set."""
        timer = self._set.get((kind, id))
        return None if timer is None else timer.time_ns

    def pop_due(self, time_ns: int) -> Timer | None:
        """Take away the first that is due at `time_ns` or before, or None: whoever takes it carries it out."""
        while self._heap and self._heap[0].time_ns <= time_ns:
            timer = heappop(self._heap)
            if self._set.get((timer.kind, timer.id)) is timer:
                del self._set[timer.kind, timer.id]
                self._note_next()
                return timer
        self._note_next()
        return None

    def _note_next(self) -> None:
        self.next_ns = self._heap[0].time_ns if self._heap else NEVER_NS

    def _compact(self) -> None:
        self._heap = list(self._set.values())
        heapify(self._heap)
        self._note_next()
