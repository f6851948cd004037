"""The candle builder: every interval of one symbol from single steps, exact and in bounded memory.

A step touches only the shortest interval. When that candle closes it is merged into the next longer one, and so on,
so that a step costs the same however many intervals there are. A minute in which nothing happened has no candle.

The days of the currency market begin at 17:00 in New York, which is no multiple of four hours: its daily candle is merged
from hours, beside the candle of four hours and not after it. Every other market's days are those of UTC here, also an
exchange's, whose calendar would take a second and much memory to load at the start; its sessions lie within them.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import msgspec

from kit.clock import NS_PER_SECOND
from markets.calendars import ALWAYS, FX, fx_day
from markets.paging import Window
from markets.updates import INTERVALS, Candle

CANDLES_KEPT = 50_000
"""Closed candles kept for each symbol and interval: 34 days of minutes in 2.4 MB."""

_TRIM_SLACK = CANDLES_KEPT // 10
"""How many more may gather before the oldest are dropped at once, so that dropping costs nothing a step."""


DAY = "1d"
LONGEST_IN_A_DAY_S = 3_600
"""Candles up to this length never lie over the begin of a day, whatever the calendar."""


class ClosedCandle(msgspec.Struct, frozen=True, gc=False):
    """A candle that will not change any more, and its interval (`1m`)."""

    interval: str
    candle: Candle


def intervals_from(bar_s: int) -> list[str]:
    """The intervals that bars of `bar_s` seconds can build, shortest first; 0 stands for single trades: all of them."""
    return [name for name, seconds in INTERVALS.items() if bar_s == 0 or seconds % bar_s == 0]


def merged(earlier: Candle, later: Candle) -> Candle:
    """One candle out of two that follow each other, open at the time of the first."""
    return Candle(
        earlier.time_ns,
        earlier.open_ticks,
        max(earlier.high_ticks, later.high_ticks),
        min(earlier.low_ticks, later.low_ticks),
        later.close_ticks,
        earlier.volume_lots + later.volume_lots,
    )


class _Closed:
    """The closed candles of one interval as six columns of 64-bit integers, oldest first."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self.dropped = 0
        """How many were dropped before the first column entry; with it candles have numbers that stay."""
        self._columns = tuple(array("q") for _ in range(6))

    def __len__(self) -> int:
        return len(self._columns[0])

    def append(self, candle: Candle) -> None:
        for column, value in zip(self._columns, msgspec.structs.astuple(candle), strict=True):
            column.append(value)
        surplus = len(self) - self._kept
        if surplus > _TRIM_SLACK:
            for column in self._columns:
                del column[:surplus]
            self.dropped += surplus

    def first_index(self) -> int:
        """Where the kept ones begin; before it lie those that are only not yet dropped."""
        return max(0, len(self) - self._kept)

    def index_from(self, time_ns: int) -> int:
        return max(self.first_index(), bisect_left(self._columns[0], time_ns))

    def index_after(self, time_ns: int) -> int:
        return bisect_right(self._columns[0], time_ns)

    def time_ns_at(self, index: int) -> int:
        return self._columns[0][index]

    def slice(self, start: int, end: int) -> Iterator[Candle]:
        return map(Candle, *(column[start:end] for column in self._columns))


class _Level:
    """One interval: its closed candles, and the forming one as far as closed shorter candles make it up."""

    def __init__(self, interval: str, kept: int) -> None:
        self.interval = interval
        self.length_ns = INTERVALS[interval] * NS_PER_SECOND
        self.closed = _Closed(kept)
        self.forming: Candle | None = None
        self.end_ns = 0

    def span(self, time_ns: int) -> tuple[int, int]:
        """When the candle that holds a time begins and ends."""
        start_ns = time_ns // self.length_ns * self.length_ns
        return start_ns, start_ns + self.length_ns

    def absorb(self, candle: Candle) -> None:
        """Take in a closed candle of the next shorter interval."""
        if self.forming is not None:
            self.forming = merged(self.forming, candle)
            return
        time_ns, self.end_ns = self.span(candle.time_ns)
        self.forming = msgspec.structs.replace(candle, time_ns=time_ns)

    def with_shorter(self, candle: Candle) -> Candle:
        """The forming candle, the one of the next shorter interval that is forming too included."""
        if self.forming is not None:
            return merged(self.forming, candle)
        return msgspec.structs.replace(candle, time_ns=self.span(candle.time_ns)[0])

    def close(self) -> Candle:
        """End the forming candle and keep it."""
        assert self.forming is not None, "only a candle that was begun can close"
        candle, self.forming = self.forming, None
        self.closed.append(candle)
        return candle


class _FxDay(_Level):
    """The days of the currency market."""

    def span(self, time_ns: int) -> tuple[int, int]:
        """From 17:00 in New York to 17:00."""
        return fx_day(time_ns)


class CandleSeries:
    """The candles of one symbol, of every interval that its source's bars can build."""

    __slots__ = (
        "_chain",
        "_close",
        "_day",
        "_end_ns",
        "_feeds_day",
        "_first",
        "_high",
        "_levels",
        "_low",
        "_open",
        "_places",
        "_time_ns",
        "_volume",
        "last_ns",
    )

    def __init__(self, bar_s: int = 0, kept: int = CANDLES_KEPT, calendar: str = ALWAYS) -> None:
        has_own_days = calendar == FX
        self._levels = [
            (_FxDay if interval == DAY and has_own_days else _Level)(interval, kept)
            for interval in intervals_from(bar_s)
        ]
        self._chain = self._levels
        """Each is merged from the one before."""
        self._day: _Level | None = None
        self._feeds_day: _Level | None = None
        """A day that the chain does not lead to, and what it is merged from; None where the chain does."""
        if has_own_days and len(self._levels) > 1:
            *self._chain, self._day = self._levels
            short = [level for level in self._chain if INTERVALS[level.interval] <= LONGEST_IN_A_DAY_S]
            self._feeds_day = (short or self._chain[:1])[-1]
        self._places = {level.interval: place for place, level in enumerate(self._levels)}
        self._first = self._levels[0] if self._levels else None
        self._time_ns = self._open = self._high = self._low = self._close = self._volume = 0
        self._end_ns = 0
        self.last_ns = -1
        """The time of the newest step; a step before it is a fault of the source."""

    @property
    def intervals(self) -> list[str]:
        """The intervals it builds, shortest first."""
        return [level.interval for level in self._levels]

    def add(self, time_ns: int, price_ticks: int, volume_lots: int) -> list[ClosedCandle] | None:
        """Take in one step; returns the candles it closed, shortest interval first, or None (nearly always).

        Raises ValueError when the step is older than the one before.
        """
        if time_ns < self.last_ns:
            raise ValueError(f"a step at {time_ns} follows one at {self.last_ns}")
        self.last_ns = time_ns
        if time_ns < self._end_ns:
            if price_ticks > self._high:
                self._high = price_ticks
            elif price_ticks < self._low:
                self._low = price_ticks
            self._close = price_ticks
            self._volume += volume_lots
            return None
        return self._roll(Candle(time_ns, price_ticks, price_ticks, price_ticks, price_ticks, volume_lots))

    def add_candle(self, candle: Candle) -> list[ClosedCandle] | None:
        """Take in a whole bar that is at most as long as the shortest interval; otherwise like `add`."""
        if candle.time_ns < self.last_ns:
            raise ValueError(f"a bar at {candle.time_ns} follows a step at {self.last_ns}")
        self.last_ns = candle.time_ns
        if candle.time_ns >= self._end_ns:
            return self._roll(candle)
        both = merged(self._shortest(), candle)
        self._high, self._low = both.high_ticks, both.low_ticks
        self._close, self._volume = both.close_ticks, both.volume_lots
        return None

    def finish(self) -> list[ClosedCandle]:
        """Close all that is forming: no more steps will come."""
        closed: list[ClosedCandle] = []
        if self._end_ns:
            self._close_until(None, closed)
            self._end_ns = 0
        return closed

    def forming(self, interval: str) -> Candle | None:
        """The candle of `interval` that is not closed yet."""
        if not self._end_ns:
            return None
        candle = self._shortest()
        wanted = self._levels[self._index(interval)]
        if wanted is self._first:
            return candle
        last = self._feeds_day if wanted is self._day else wanted
        for level in self._chain[1:]:
            if last is self._first:
                break
            candle = level.with_shorter(candle)
            if level is last:
                break
        return wanted.with_shorter(candle) if wanted is self._day else candle

    def read(self, interval: str, window: Window) -> list[Candle]:
        """The candles of a window, oldest first, the forming one with them."""
        numbers = self.numbers(interval, window)
        candles = self.closed_candles(interval, numbers.start, numbers.stop)
        if numbers.stop > self.closed_count(interval):
            candles += filter(None, (self.forming(interval),))
        return candles

    def numbers(self, interval: str, window: Window) -> range:
        """Which candles a window holds, by their numbers since the series began; the forming one comes after the closed."""
        closed = self._levels[self._index(interval)].closed
        start, end = closed.index_from(window.from_ns), closed.index_after(window.to_ns)
        forming = self.forming(interval)
        if forming is not None and window.from_ns <= forming.time_ns <= window.to_ns:
            end = len(closed) + 1
        if window.is_oldest_first:
            end = min(end, start + window.limit)
        else:
            start = max(start, end - window.limit)
        return range(closed.dropped + start, closed.dropped + max(start, end))

    def closed_count(self, interval: str) -> int:
        """How many candles have closed since the series began; the number of the forming one."""
        closed = self._levels[self._index(interval)].closed
        return closed.dropped + len(closed)

    def time_ns_of(self, interval: str, number: int) -> int:
        """When the candle of that number opens; it is one that `numbers` gave."""
        closed = self._levels[self._index(interval)].closed
        if number < closed.dropped + len(closed):
            return closed.time_ns_at(number - closed.dropped)
        forming = self.forming(interval)
        assert forming is not None, "the number after the closed candles is the forming one's"
        return forming.time_ns

    def closed_candles(self, interval: str, start: int, end: int) -> list[Candle]:
        """The closed candles from number `start` to before `end`, without those that were dropped."""
        closed = self._levels[self._index(interval)].closed
        return list(closed.slice(max(0, start - closed.dropped), max(0, end - closed.dropped)))

    def has_interval(self, interval: str) -> bool:
        """Whether candles of `interval` can be built from this source's bars."""
        return interval in self._places

    def _index(self, interval: str) -> int:
        return self._places[interval]

    def _shortest(self) -> Candle:
        return Candle(self._time_ns, self._open, self._high, self._low, self._close, self._volume)

    def _roll(self, candle: Candle) -> list[ClosedCandle] | None:
        """Begin a new shortest candle with `candle`, closing what ends before it."""
        if self._first is None:
            return None
        closed: list[ClosedCandle] = []
        if self._end_ns:
            self._close_until(candle.time_ns, closed)
        self._time_ns, self._end_ns = self._first.span(candle.time_ns)
        self._open, self._high, self._low = candle.open_ticks, candle.high_ticks, candle.low_ticks
        self._close, self._volume = candle.close_ticks, candle.volume_lots
        return closed

    def _close_until(self, time_ns: int | None, closed: list[ClosedCandle]) -> None:
        """Close the shortest candle, and each longer one that ends at or before `time_ns` (None: all)."""
        carried = self._shortest()
        day = None
        for level in self._chain:
            level.absorb(carried)
            if time_ns is not None and time_ns < level.end_ns:
                break
            carried = level.close()
            closed.append(ClosedCandle(level.interval, carried))
            if level is self._feeds_day and self._day is not None:
                self._day.absorb(carried)
                day = self._day if time_ns is None or time_ns >= self._day.end_ns else None
        if day is not None:
            closed.append(ClosedCandle(day.interval, day.close()))
