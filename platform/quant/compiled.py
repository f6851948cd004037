"""How kernels are compiled, said once: numba in its strict mode, kept on disk, without the interpreter's lock.

Importing this module loads numba, which takes a third of a second: only what computes imports it, nothing on the way
from the gateway's start to its first answer. Compiled code is kept beside the source, or in `NUMBA_CACHE_DIR` where an
installation is not writable.
"""

import hashlib
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
from numba.core import event
from numba.extending import register_jitable

from quant.compiling import compiling_begins

P = ParamSpec("P")
R = TypeVar("R")

QUANT = Path(__file__).parent
BLAS = "scipy.linalg"


def _leave_out_blas() -> None:
    """Keep numba from loading scipy's linear algebra, a sixth of a second, only to find out whether it is there.

    Numba looks when its array functions are loaded, which the first kernel does; without it a kernel that multiplied
    matrices would not compile, and none does. https://numba.readthedocs.io/en/stable/reference/numpysupported.html#linear-algebra
    """
    if BLAS in sys.modules:
        return
    sys.modules[BLAS] = None  # type: ignore[assignment] # how Python is told that there is no such module
    try:
        import_module("numba.np.arraymath")
    finally:
        del sys.modules[BLAS]


_leave_out_blas()


class _Compiling(event.Listener):
    """Hears from numba of every function that it did not find on disk."""

    def on_start(self, event: event.Event) -> None:
        """It is about to be compiled."""
        compiling_begins()

    def on_end(self, event: event.Event) -> None:
        """It is."""


event.register("numba:compile", _Compiling())  # type: ignore[no-untyped-call]


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of scalars and arrays at its first call for each combination of types.

    Without `fastmath`: sums keep their order and NaN keeps its meaning, so that equal inputs give equal bits. A kernel's
    name ends in `_nb`. It may call other kernels, and the rules of `quant.fills` by way of `quant.compiled_fills`.
    """
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(_dated(function)))


def float_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """As `kernel`, for arithmetic in floating point: what is divided by 0 is infinite or NaN, and not an exception.

    Python's check at each division would keep the compiler from working on several elements at once.
    """
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, error_model="numpy")(_dated(function)))


def part_of_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """A small part of kernels, which allocates nothing: it is put into each of its callers, and kept on disk with them.

    Numba counts references to every array that a function is given, and the compiler must take each count for a change of
    anything in memory: a walk of many parts over the same arrays was seven times slower with it, and ten times slower to
    compile. A part owns nothing, so `_nrt=False` leaves the counting out. In the interpreter a part is a plain function.
    """
    part: Callable[P, R] = register_jitable(forceinline=True, _nrt=False)(function)
    return part


def part_of_float_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """As `part_of_kernel`, in kernels of floating point: its divisions are those of `float_kernel`."""
    part: Callable[P, R] = register_jitable(forceinline=True, _nrt=False, error_model="numpy")(function)
    return part


def parallel_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """As `kernel`, with the loops over `numba.prange` shared among numba's threads (`NUMBA_NUM_THREADS`)."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, parallel=True)(_dated(function)))


def _dated(function: Callable[P, R]) -> Callable[P, R]:
    """The function under a name that changes with the sources it may be compiled from.

    A kernel holds the code of all that it calls, but numba asks on disk only whether the kernel's own file has changed: a
    rule of fills that changed would go on as it was. Whatever a kernel calls is in `quant`, or beside it.
    """
    folder = Path(function.__code__.co_filename).parent
    function.__qualname__ = f"{function.__qualname__}_{_digest_of(QUANT)}{_digest_of(folder)}"
    return function


@cache
def _digest_of(folder: Path) -> str:
    """Eight hexadecimal digits over the sources in a folder and below it."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(str(path.relative_to(folder)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
