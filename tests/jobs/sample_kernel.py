"""A kernel that the tests have compiled in workers; loads numba."""

from quant.compiled import kernel


@kernel
def double_nb(number: int) -> int:
    """Twice the number."""
    return 2 * number
