"""A time limit on a block of a coroutine: asyncio.timeout's meaning at a fifth of its price, for what every request does."""

import asyncio
from types import TracebackType


class Deadline:
    """`with Deadline(timeout_s):` raises TimeoutError when the block takes longer. What it awaits then is cancelled.

    The block must not swallow the cancellation. A cancellation from elsewhere passes through as such.
    """

    __slots__ = ("_has_passed", "_task", "_timeout_s", "_timer")

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._has_passed = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None, "a deadline is for a coroutine"
        self._task = task
        self._timer = asyncio.get_running_loop().call_later(self._timeout_s, self._pass)

    def _pass(self) -> None:
        self._has_passed = True
        self._task.cancel()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._has_passed and self._task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise TimeoutError(f"not done within {self._timeout_s:g} s") from fault
