"""Arrays that a kernel hands on without counting references to them.

Numba counts, by atomic additions, every array that a compiled function is given. A walk of many small kernels over the same
few arrays would pay more for that than for its work: some 60 ns a call, where the work is 20.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir
from numba.extending import intrinsic

A = TypeVar("A")


def _borrowed(typing_context: Any, array: Any) -> Any:
    """How numba makes a call of `borrowed`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, value=arguments[0])
        view.meminfo = ir.Constant(view.meminfo.type, None)
        view.parent = ir.Constant(view.parent.type, None)
        return view._getvalue()

    return array(array), generate


borrowed = cast(Callable[[A], A], intrinsic(_borrowed))
"""In a kernel: the same array without an owner. Whoever calls keeps the original alive for as long as this is used."""
