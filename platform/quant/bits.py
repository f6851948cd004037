"""The bits of a number that a kernel keeps 64 answers in: what is true of 64 bars is found without asking bar by bar."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


def _lowest_bit(typing_context: Any, bits: Any) -> Any:
    """How numba makes a call of `lowest_bit`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), generate


lowest_bit = cast(Callable[[np.uint64], np.uint64], intrinsic(_lowest_bit))
"""In a kernel: the place, from 0, of the lowest bit that is set; of a uint64 that is not 0."""
