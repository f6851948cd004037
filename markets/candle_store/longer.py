"""Candles of a longer interval out of whatever holds shorter ones: how much of it a window needs, and only whole candles."""

from collections.abc import Callable

import polars as pl

from markets.calendars import ALWAYS, DAY_NS
from markets.datasets.resampling import longer_candles
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, Window

SESSION_MARGIN_NS = 4 * DAY_NS
"""A session's first and last candle lie this near to the time of its daily candle, a long weekend included."""
SPARE_SESSIONS = 8
"""Sessions read beyond those asked for: the margins hold some, and the one that the limit cuts is left out."""


def read_longer(
    read: Callable[[Window], pl.DataFrame],
    window: Window,
    *,
    base_ns: int,
    interval_ns: int,
    calendar: str,
    volume_decimals: int | None,
) -> pl.DataFrame:
    """The candles of `interval_ns` in a window, out of those of `base_ns` that `read` gives; exact, oldest first.

    The interval is a multiple of the base. A candle at the very begin or end of the data is as whole as the data are.
    """
    if interval_ns == base_ns:
        return read(window)
    if calendar != ALWAYS and interval_ns >= DAY_NS:
        needed = _window_of_sessions(window, base_ns)
    else:
        needed = _window_of_grid(window, base_ns, interval_ns)
    rows = read(needed)
    made = longer_candles(rows, interval_ns=interval_ns, volume_decimals=volume_decimals, calendar=calendar)
    if rows.height >= needed.limit and calendar != ALWAYS and interval_ns >= DAY_NS:
        # The limit may have cut the session at its end of the window.
        made = made.head(-1) if window.is_oldest_first else made.tail(-1)
    made = made.filter(pl.col("time").is_between(window.from_ns, window.to_ns))
    return made.head(window.limit) if window.is_oldest_first else made.tail(window.limit)


def _window_of_grid(window: Window, base_ns: int, interval_ns: int) -> Window:
    """A candle holds at most interval/base shorter ones, so this many hold as many whole candles as are wanted."""
    from_ns = MIN_TIME_NS if window.from_ns == MIN_TIME_NS else -(-window.from_ns // interval_ns) * interval_ns
    to_ns = window.to_ns // interval_ns * interval_ns + interval_ns - 1
    return Window(from_ns, min(to_ns, MAX_TIME_NS - 1), window.limit * (interval_ns // base_ns), window.is_oldest_first)


def _window_of_sessions(window: Window, base_ns: int) -> Window:
    per_session = -(-DAY_NS // base_ns)
    from_ns = max(window.from_ns, MIN_TIME_NS + SESSION_MARGIN_NS) - SESSION_MARGIN_NS
    to_ns = min(window.to_ns, MAX_TIME_NS - 1 - SESSION_MARGIN_NS) + SESSION_MARGIN_NS
    return Window(from_ns, to_ns, (window.limit + SPARE_SESSIONS) * per_session, window.is_oldest_first)
