"""A time limit on a block of a coroutine: asyncio.timeout's meaning at a tenth of its price, for what every request does."""

import asyncio
from types import TracebackType
from typing import Final

_QUEUES: Final[dict[tuple[asyncio.AbstractEventLoop, float], "_Queue"]] = {}


class Deadline:
    """`with Deadline(timeout_s):` raises TimeoutError when the block takes longer. What it awaits then is cancelled.

    The block must not swallow the cancellation. A cancellation from elsewhere passes through as such.

    Blocks with the same limit pass it in the order in which they began, so one timer serves them all: a timer of the
    loop's own for each costs more than all else here, and nearly none of them ever fires. A caller that knows the running
    loop gives it: Python asks the system for the process's number before it tells.
    """

    __slots__ = ("_has_passed", "_loop", "_queue", "_task", "_timeout_s", "ends_s")

    def __init__(self, timeout_s: float, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._timeout_s = timeout_s
        self._loop = loop
        self._has_passed = False

    def __enter__(self) -> None:
        loop = self._loop or asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None, "a deadline is for a coroutine"
        self._task = task
        queue = _QUEUES.get((loop, self._timeout_s))
        if queue is None:
            queue = _new_queue(loop, self._timeout_s)
        self._queue = queue
        self.ends_s = loop.time() + self._timeout_s
        queue.add(self)

    def cut(self) -> None:
        """The time is over: cancel what the block awaits."""
        self._has_passed = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.drop(self)
        if self._has_passed and self._task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise TimeoutError(f"not done within {self._timeout_s:g} s") from fault


class _Queue:
    """The blocks of one loop with the same limit, the one that ends first in front, and the timer for it."""

    __slots__ = ("_loop", "_timeout_s", "_timer", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout_s: float) -> None:
        self._loop = loop
        self._timeout_s = timeout_s
        self._waiting: dict[Deadline, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, deadline: Deadline) -> None:
        """Let one wait; while any does there is a timer."""
        self._waiting[deadline] = None
        if self._timer is None:
            self._timer = self._loop.call_at(deadline.ends_s, self._look)

    def drop(self, deadline: Deadline) -> None:
        """Forget one that has ended. The timer stays: the next block comes before it fires."""
        self._waiting.pop(deadline, None)

    def _look(self) -> None:
        """Cut those whose time is over, and set the timer for the next one."""
        self._timer = None
        now_s = self._loop.time()
        while self._waiting:
            first = next(iter(self._waiting))
            if first.ends_s > now_s:
                self._timer = self._loop.call_at(first.ends_s, self._look)
                return
            del self._waiting[first]
            first.cut()
        del _QUEUES[self._loop, self._timeout_s]


def _new_queue(loop: asyncio.AbstractEventLoop, timeout_s: float) -> _Queue:
    """A queue, and no more of those whose loop has ended with deadlines in them."""
    for key in [key for key in _QUEUES if key[0].is_closed()]:
        del _QUEUES[key]
    queue = _QUEUES[loop, timeout_s] = _Queue(loop, timeout_s)
    return queue
