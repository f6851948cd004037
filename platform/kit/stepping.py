"""Coroutines that are run by hand up to where they wait: what does not wait at all needs no task."""

from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Started(Generic[Result]):
    """A coroutine whose first step was run by hand and that now waits for `waited_for`; awaited, it goes on from there.

    It may go on in another task than it began in, so its first step must not have asked which task it is in.
    """

    def __init__(self, work: Coroutine[Any, Any, Result], waited_for: Any) -> None:
        self._work = work
        self._waited_for = waited_for

    def __await__(self) -> Generator[Any, None, Result]:
        try:
            yield self._waited_for
        except BaseException:
            self._work.close()
            raise
        return (yield from self._work.__await__())


def first_step(work: Coroutine[Any, Any, Result]) -> "Result | Started[Result]":
    """Run a coroutine until it first waits: what it returned if it never does, else what is left of it."""
    try:
        waited_for = work.send(None)
    except StopIteration as ended:
        result: Result = ended.value
        return result
    return Started(work, waited_for)
