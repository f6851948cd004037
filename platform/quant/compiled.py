"""How kernels are compiled, said once: numba in its strict mode, kept on disk, without the interpreter's lock.

Importing this module loads numba, which takes a third of a second: only what computes imports it, nothing on the way
from the gateway's start to its first answer. Compiled code is kept beside the source, or in `NUMBA_CACHE_DIR` where an
installation is not writable.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of scalars and arrays at its first call for each combination of types.

    Without `fastmath`: sums keep their order and NaN keeps its meaning, so that equal inputs give equal bits. A kernel's
    name ends in `_nb`. It may call the plain scalar functions of `quant.fills` after `kernel` was applied to them.
    """
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))


def parallel_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """As `kernel`, with the loops over `numba.prange` shared among numba's threads (`NUMBA_NUM_THREADS`)."""
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True, parallel=True)(function))
