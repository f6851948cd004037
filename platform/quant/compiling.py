"""Who is told that a kernel is being compiled: half a minute of work, once after an installation or an update.

Does without numba, so that who only wants to be told need not load it; `quant.compiled` calls.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_tell: ContextVar[Callable[[], None] | None] = ContextVar("tell_of_compiling", default=None)


@contextmanager
def told_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Have `tell` called before each kernel that is compiled in here; not for one that is found on disk.

    It must not raise: the compiler would take that for a fault of the kernel.
    """
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


def compiling_begins() -> None:
    """Tell who wants to be told."""
    if (tell := _tell.get()) is not None:
        tell()
