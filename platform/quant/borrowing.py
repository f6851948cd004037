"""Arrays that a kernel hands on without counting references to them.

Numba counts, by atomic additions, every array that a compiled function is given. A walk of many small kernels over the same
few arrays would pay more for that than for its work: some 60 ns a call, where the work is 20.
"""

from typing import Any

from llvmlite import ir
from numba.core.imputils import impl_ret_borrowed
from numba.extending import intrinsic


@intrinsic
def borrowed(typing_context: Any, array: Any) -> Any:
    """The same array without an owner: whoever calls keeps the original alive for as long as this is used."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.return_type)(context, builder, value=arguments[0])
        view.meminfo = ir.Constant(view.meminfo.type, None)
        view.parent = ir.Constant(view.parent.type, None)
        return impl_ret_borrowed(context, builder, signature.return_type, view._getvalue())

    return array(array), generate
