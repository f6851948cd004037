"""Memory that a kernel asks for before it reads it.

Who reads here and there in a long array waits for memory each time, 100 ns and more, unless it was asked for before.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

A = TypeVar("A")


def _fetch_ahead(typing_context: Any, array: Any, first: Any, second: Any, third: Any) -> Any:
    """How numba makes a call of `fetch_ahead`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, value=arguments[0])
        indices = [
            context.cast(builder, value, kind, types.intp)
            for value, kind in zip(arguments[1:], signature.args[1:], strict=True)
        ]
        item = cast(Any, cgutils.get_item_pointer)
        pointer = item(context, builder, signature.args[0], view, indices, wraparound=False)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        prefetch = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = cast(Any, cgutils.get_or_insert_function)(builder.module, prefetch, "llvm.prefetch.p0")
        builder.call(function, [builder.bitcast(pointer, byte), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, first, second, third), generate


fetch_ahead = cast(Callable[[A, int, int, int], None], intrinsic(_fetch_ahead))
"""In a kernel: ask for the memory of `array[first, second, third]`, which must be there, without waiting for it."""
