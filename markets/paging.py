"""Pages of candles and prints: which part of a series a request asks for, and where the next page goes on.

Pure: whoever holds the series is asked for a `Window` of it.
"""

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import msgspec

from kit.errors import invalid_field

MAX_TIME_NS = 2**63 - 1
MIN_TIME_NS = -(2**63)

Item = TypeVar("Item")


class CandleCursor(msgspec.Struct, frozen=True, array_like=True):
    """Where the next page of candles begins: `newer` from a time on, `older` up to a time, the time included."""

    way: Literal["newer", "older"]
    time_ns: int


class Window(msgspec.Struct, frozen=True):
    """The first candles from `from_ns` on, or the last ones up to `to_ns`; both times included."""

    from_ns: int
    to_ns: int
    limit: int
    is_oldest_first: bool
    """Whether the page is filled from its old end; candles are oldest first in either case."""


def window_of(*, from_ns: int | None, to_ns: int | None, limit: int, cursor: CandleCursor | None) -> Window:
    """What a request for candles asks for: with `from_ns` the first from there on, else the newest before `to_ns`.

    `from_ns` is included, `to_ns` is not. Raises Invalid when `from_ns` lies after `to_ns`.
    """
    if from_ns is not None and to_ns is not None and from_ns > to_ns:
        raise invalid_field("from", "Must not be after `to`.")
    first_ns = 0 if from_ns is None else from_ns
    last_ns = MAX_TIME_NS if to_ns is None else to_ns - 1
    if cursor is None:
        return Window(first_ns, last_ns, limit, from_ns is not None)
    if cursor.way == "newer":
        return Window(max(first_ns, cursor.time_ns), last_ns, limit, True)
    return Window(first_ns, min(last_ns, cursor.time_ns), limit, False)


def page_of(
    window: Window, read: Callable[[Window], Sequence[Item]], time_ns_of: Callable[[Item], int]
) -> tuple[list[Item], CandleCursor | None]:
    """The items of a window and where the next page goes on; `read` is asked for one more than the page holds."""
    wanted = msgspec.structs.replace(window, limit=window.limit + 1)
    items = list(read(wanted))
    if len(items) <= window.limit:
        return items, None
    if window.is_oldest_first:
        return items[:-1], CandleCursor("newer", time_ns_of(items[-1]))
    return items[1:], CandleCursor("older", time_ns_of(items[0]))
