"""When a market trades: round the clock, the currency week, or the sessions of an exchange; so that a gap means a gap.

A calendar is a name, as an instrument carries it:

- `24/7`: always open; a day begins at midnight UTC.
- `fx`: open from Sunday 17:00 to Friday 17:00 in New York, where a day ends and the next begins at 17:00. No holiday is
  assumed: banks of some country always trade, so a silent Christmas is a gap, and `holiday_between` says what it may be.
- an exchange by its ISO 10383 code (`XNYS`, `XLON`, …): sessions, holidays, early closes and lunch breaks as the library
  exchange_calendars knows them. `equities` means `XNYS`.

Times are UTC nanoseconds. Bars shorter than a day open at multiples of their interval since 1970 UTC and are expected when
any part of them lies in trading hours. A daily bar stands for one session; its own time is the session's begin (`fx`) or
midnight UTC of the session's date (exchanges), which is how files of daily bars have it.

Pure: no clock, no database. Numpy is imported by what needs it, and so is exchange_calendars, which brings pandas along and
is only asked for a calendar of an exchange. What lies before or after what that library knows of one has no sessions.
"""

import warnings
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from kit.clock import NS_PER_SECOND

if TYPE_CHECKING:
    import numpy as np

ALWAYS = "24/7"
FX = "fx"
EQUITIES = "equities"
EXCHANGES = frozenset(
    {
        "ASEX", "BVMF", "CMES", "IEPA", "XAMS", "XASX", "XBKK", "XBOG", "XBOM", "XBRU", "XBUD", "XBUE", "XCBF", "XCSE",
        "XDUB", "XETR", "XFRA", "XHEL", "XHKG", "XICE", "XIDX", "XIST", "XJSE", "XKAR", "XKLS", "XKRX", "XLIM", "XLIS",
        "XLON", "XMAD", "XMEX", "XMIL", "XMOS", "XNAS", "XNYS", "XNZE", "XOSL", "XPAR", "XPHS", "XPRA", "XSES", "XSGO",
        "XSHG", "XSTO", "XSWX", "XTAE", "XTAI", "XTKS", "XTSE", "XWAR", "XWBO",
    }
)  # fmt: skip
"""The exchanges whose sessions are known."""
SAME_SESSIONS = {EQUITIES: "XNYS", "XNAS": "XNYS"}
"""Calendars that are another one under a name of their own; Nasdaq keeps the hours and holidays of New York's exchange."""

DAY_NS = 86_400 * NS_PER_SECOND
MAX_TIMES = 30_000_000
"""Most times of one answer: 57 years of minutes in 240 MB."""
FIRST_YEAR, LAST_YEAR = 1800, 2261
"""Bounds of the years that are worked out; nanoseconds in 64 bits end in 2262."""
FIRST_EXCHANGE_DAY = "1970-01-01"

_NEW_YORK = ZoneInfo("America/New_York")
_ZONES = {ALWAYS: "UTC", FX: "America/New_York"}
_FX_HOUR = 17
_FRIDAY = 4
_DAILY_RUN_NS = DAY_NS + 2 * 3_600 * NS_PER_SECOND
"""Daily bars further apart than this have something between them; a day of a clock change has 25 hours."""
_FAR_NS = 15 * DAY_NS
"""No exchange closes for so long and stays itself: a bar this far from every session lies outside what is known."""
_TURN_GRID_NS = 4 * 3_600 * NS_PER_SECOND
Moment = TypeVar("Moment", int, "np.ndarray")
_loaded_exchanges: set[str] = set()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEAN_YEAR_NS = int(365.2425 * DAY_NS)


class Runs(msgspec.Struct, frozen=True):
    """Where bars follow each other at more than their interval, as equally long int64 arrays in order of time.

    `after_ns` and `before_ns` are the open times of the bars on both sides, `missing_bars` how many the calendar expects
    between them: 0 where the market was closed all the while, a break rather than a gap.
    """

    after_ns: "np.ndarray"
    before_ns: "np.ndarray"
    missing_bars: "np.ndarray"

    def __len__(self) -> int:
        return len(self.after_ns)

    def gaps(self) -> "Runs":
        """The runs in which bars are missing."""
        return self._where(self.missing_bars > 0)

    def breaks(self) -> "Runs":
        """The runs over closed hours alone."""
        return self._where(self.missing_bars == 0)

    def _where(self, chosen: "np.ndarray") -> "Runs":
        return Runs(self.after_ns[chosen], self.before_ns[chosen], self.missing_bars[chosen])


class _Schedule(msgspec.Struct, frozen=True):
    """Sessions as columns of int64 (`label_ns` is the time of their daily bar), and the spans of unbroken trading."""

    label_ns: "array[int]"
    open_ns: "array[int]"
    close_ns: "array[int]"
    span_start_ns: "array[int]"
    span_end_ns: "array[int]"


class _Session(msgspec.Struct, frozen=True, gc=False):
    label_ns: int
    spans: tuple[tuple[int, int], ...]


def is_calendar(name: str) -> bool:
    """Whether there is a calendar of that name."""
    return name in (ALWAYS, FX, EQUITIES) or name in EXCHANGES


def calendar_names() -> tuple[str, ...]:
    """Every calendar, the exchanges by code."""
    return (ALWAYS, FX, EQUITIES, *sorted(EXCHANGES))


def load(calendar: str) -> None:
    """Have a calendar ready; for an exchange's that takes a second, so do it in a thread."""
    _sessions_of(calendar, _EPOCH.year)


def zone_of(calendar: str) -> str:
    """The zone in which the market lives, as the IANA database calls it; loads the calendar of an exchange."""
    if calendar in _ZONES:
        return _ZONES[calendar]
    import exchange_calendars

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see _read_exchange
        return str(exchange_calendars.get_calendar(SAME_SESSIONS.get(calendar, calendar)).tz)


def is_loaded(calendar: str) -> bool:
    """Whether a calendar answers at once."""
    return calendar in (ALWAYS, FX) or SAME_SESSIONS.get(calendar, calendar) in _loaded_exchanges


def is_open(calendar: str, time_ns: int) -> bool:
    """Whether the market trades at that time; a microsecond once the year is known."""
    if calendar == ALWAYS:
        return True
    schedule = _schedule_around(calendar, _year(time_ns))
    place = bisect_right(schedule.span_start_ns, time_ns) - 1
    return place >= 0 and time_ns < schedule.span_end_ns[place]


def next_open_ns(calendar: str, time_ns: int) -> int | None:
    """The time itself while the market trades, else when it opens; None when no session is known within a year."""
    if is_open(calendar, time_ns):
        return time_ns
    starts = _schedule_around(calendar, _year(time_ns)).span_start_ns
    place = bisect_right(starts, time_ns)
    return starts[place] if place < len(starts) else None


def session_end_ns(calendar: str, time_ns: int) -> int:
    """When the session ends that goes on, or while the market is closed, the next one; midnight UTC for `24/7`.

    Where no session is known any more, a day ends at midnight UTC too. Loads the calendar when it is not loaded.
    """
    if calendar != ALWAYS:
        closes = _schedule_around(calendar, _year(time_ns)).close_ns
        place = bisect_right(closes, time_ns)
        if place < len(closes):
            return closes[place]
    return (time_ns // DAY_NS + 1) * DAY_NS


def expected_times(calendar: str, interval_ns: int, start_ns: int, end_ns: int) -> "np.ndarray":
    """The open times of the bars of a market that trades without a pause, start <= time < end, as int64.

    Raises ValueError for an interval that is neither a part nor a multiple of a day (multiples: `24/7` alone), or for more
    than 30 million times.
    """
    import numpy as np

    _check_interval(calendar, interval_ns)
    if (end_ns - start_ns) // interval_ns > MAX_TIMES:
        raise ValueError(f"there may be more than {MAX_TIMES:,} bars between these times")
    if end_ns <= start_ns:
        return np.empty(0, dtype=np.int64)
    if calendar == ALWAYS:
        return np.arange(-(-start_ns // interval_ns) * interval_ns, end_ns, interval_ns, dtype=np.int64)
    schedule = _schedule(calendar, _year(start_ns) - 1, _year(end_ns) + 1)
    if interval_ns == DAY_NS:
        times = np.asarray(schedule.label_ns, dtype=np.int64)
    else:
        times = _bars_of_spans(schedule, interval_ns, start_ns, end_ns)
    return times[(times >= start_ns) & (times < end_ns)]


def missing_runs(times: "np.ndarray", interval_ns: int, calendar: str) -> Runs:
    """The gaps and breaks between bars that open at `times` (int64, sorted, without duplicates).

    Bars need not lie on the grid of their interval: the ones that are missing are counted in steps from the bar before.
    Daily bars may be stamped with any time of their session. Raises ValueError for an interval that cannot be.
    """
    import numpy as np

    _check_interval(calendar, interval_ns)
    times = np.asarray(times, dtype=np.int64)
    by_session = interval_ns == DAY_NS and calendar != ALWAYS
    is_run = np.diff(times) > (_DAILY_RUN_NS if by_session else interval_ns)
    after, before = times[:-1][is_run], times[1:][is_run]
    if not len(after):
        return Runs(after, before, np.empty(0, dtype=np.int64))
    if calendar == ALWAYS:
        return Runs(after, before, np.maximum((before - after - 1) // interval_ns, 1))
    schedule = _schedule(calendar, _year(int(times[0])) - 1, _year(int(times[-1])) + 1)
    if by_session:
        numbers = _daily_numbers(calendar, schedule, before) - _daily_numbers(calendar, schedule, after)
        return Runs(after, before, np.maximum(numbers - 1, 0))
    return Runs(after, before, _missing_in_spans(schedule, after, before, interval_ns))


def session_times(calendar: str, times: "np.ndarray") -> "np.ndarray":
    """For each time the time of the daily bar it belongs to, as int64.

    A time between two sessions of an exchange belongs to the nearer one: trades after the close to the day that ends, trades
    before the open to the day that begins (the turn lies on the grid of four-hour candles). What is traded on a weekend
    of the currency market belongs to its Friday. A time outside of what is known of an
    exchange belongs to its day by UTC.
    """
    import numpy as np

    times = np.asarray(times, dtype=np.int64)
    by_utc = times // DAY_NS * DAY_NS
    if calendar == ALWAYS or not len(times):
        return by_utc
    schedule = _schedule(calendar, _year(int(times.min())) - 1, _year(int(times.max())) + 1)
    if not len(schedule.label_ns):
        return by_utc
    labels = np.asarray(schedule.label_ns, dtype=np.int64)[_session_numbers(calendar, schedule, times)]
    return np.where(np.abs(labels - times) > _FAR_NS, by_utc, labels)


def fx_day(time_ns: int) -> tuple[int, int]:
    """When the currency market's day that holds a time begins, and the next one; a weekend belongs to its Friday."""
    opens = _schedule_around(FX, _year(time_ns)).open_ns
    place = bisect_right(opens, time_ns)
    return opens[place - 1], opens[place]


def day_start_ns(calendar: str, day: date, *, of_daily_bars: bool) -> int:
    """From when on prices belong to `day`, the market's own date, or to the first session after it when it is closed.

    For daily bars that is the time of its bar. Among shorter bars a day begins halfway between the close before and its
    open, since what trades before the open belongs to it.
    """
    midnight_ns = _ns(datetime(day.year, day.month, day.day, tzinfo=UTC))
    if calendar == ALWAYS:
        return midnight_ns
    schedule = _schedule_around(calendar, day.year)
    is_fx = calendar == FX
    place = bisect_right(schedule.close_ns, midnight_ns) if is_fx else bisect_left(schedule.label_ns, midnight_ns)
    if place == len(schedule.label_ns):
        return midnight_ns
    if of_daily_bars or is_fx:
        return schedule.label_ns[place]
    if place == 0:
        return schedule.open_ns[0]
    close_ns = schedule.close_ns[place - 1]
    return max(close_ns, _turn_ns(close_ns, schedule.open_ns[place]))


def holiday_between(after_ns: int, before_ns: int) -> str | None:
    """The holiday of the currency market that lies between two times, by New York's date; None when there is none."""
    first = _new_york_date(after_ns)
    last = _new_york_date(before_ns)
    if (last - first).days > 366:
        return None
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if (day.month, day.day) == (12, 25):
            return "Christmas Day"
        if (day.month, day.day) == (1, 1):
            return "New Year's Day"
    return None


# Schedules -----------------------------------------------------------------------------------------------------------


def _schedule_around(calendar: str, year: int) -> _Schedule:
    """The sessions of a year and of those on both sides."""
    return _schedule(calendar, year - 1, year + 1)


@lru_cache(maxsize=64)
def _schedule(calendar: str, first_year: int, last_year: int) -> _Schedule:
    """The sessions whose date lies in those years."""
    columns = tuple(array("q") for _ in range(5))
    labels, opens, closes, starts, ends = columns
    years = range(max(first_year, FIRST_YEAR), min(last_year, LAST_YEAR) + 1)
    for session in (session for year in years for session in _sessions_of(calendar, year)):
        labels.append(session.label_ns)
        opens.append(session.spans[0][0])
        closes.append(session.spans[-1][1])
        for start_ns, end_ns in session.spans:
            if ends and ends[-1] == start_ns:
                ends[-1] = end_ns
            else:
                starts.append(start_ns)
                ends.append(end_ns)
    return _Schedule(*columns)


def _sessions_of(calendar: str, year: int) -> tuple[_Session, ...]:
    if calendar == FX:
        return _fx_sessions(year)
    code = SAME_SESSIONS.get(calendar, calendar)
    if calendar == ALWAYS:
        return ()
    if code not in EXCHANGES:
        raise ValueError(f"there is no calendar {calendar!r}")
    return _exchange_sessions(code).get(year, ())


@lru_cache(maxsize=512)
def _fx_sessions(year: int) -> tuple[_Session, ...]:
    """The trading days of the currency market: the evening before to the evening of each Monday to Friday.

    The day turns at 17:00 in New York, the hour to which the market's swaps and daily closes are reckoned.
    """

    def evening_ns(day: date) -> int:
        return _ns(datetime(day.year, day.month, day.day, _FX_HOUR, tzinfo=_NEW_YORK))

    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
    spans = [(evening_ns(day - timedelta(days=1)), evening_ns(day)) for day in days if day.weekday() <= _FRIDAY]
    return tuple(_Session(start_ns, ((start_ns, end_ns),)) for start_ns, end_ns in spans)


@lru_cache(maxsize=len(EXCHANGES))
def _exchange_sessions(code: str) -> dict[int, tuple[_Session, ...]]:
    """Every known session of an exchange, by the year of its date."""
    years: dict[int, list[_Session]] = {}
    for session in _read_exchange(code):
        years.setdefault(_EPOCH.year + _days_to_years(session.label_ns), []).append(session)
    _loaded_exchanges.add(code)
    return {year: tuple(sessions) for year, sessions in years.items()}


def _read_exchange(code: str) -> Iterator[_Session]:
    """The sessions as exchange_calendars has them; its table holds UTC times, and NaT where there is no lunch break."""
    import exchange_calendars
    import numpy as np

    with warnings.catch_warnings():
        # The library's own use of pandas is its affair; 4.13 uses what pandas 3.1 deprecates.
        warnings.simplefilter("ignore")
        earliest = exchange_calendars.get_calendar(code).bound_min()
        start = FIRST_EXCHANGE_DAY if earliest is None else max(FIRST_EXCHANGE_DAY, str(earliest.date()))
        table = exchange_calendars.get_calendar(code, start=start).schedule

    def column(values: "np.ndarray") -> list[int]:
        return [int(value) for value in values.astype("datetime64[ns]").astype(np.int64)]

    names = ("open", "break_start", "break_end", "close")
    columns = (column(table[name].dt.tz_localize(None).to_numpy()) for name in names)
    no_time = np.iinfo(np.int64).min
    for label_ns, open_ns, pause_ns, resume_ns, close_ns in zip(column(table.index.to_numpy()), *columns, strict=True):
        if pause_ns == no_time:
            yield _Session(label_ns, ((open_ns, close_ns),))
        else:
            yield _Session(label_ns, ((open_ns, pause_ns), (resume_ns, close_ns)))


# Counting ------------------------------------------------------------------------------------------------------------


def _bars_of_spans(schedule: _Schedule, interval_ns: int, start_ns: int, end_ns: int) -> "np.ndarray":
    """Grid times of bars that overlap trading hours, for the spans between two times."""
    import numpy as np

    first = bisect_right(schedule.span_end_ns, start_ns)
    last = bisect_left(schedule.span_start_ns, end_ns)
    parts = [
        np.arange(span_start // interval_ns * interval_ns, min(span_end, end_ns), interval_ns, dtype=np.int64)
        for span_start, span_end in zip(
            schedule.span_start_ns[first:last], schedule.span_end_ns[first:last], strict=True
        )
    ]
    # A long bar may hold the end of one span and the start of the next.
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)


def _missing_in_spans(schedule: _Schedule, after: "np.ndarray", before: "np.ndarray", interval_ns: int) -> "np.ndarray":
    """How many bars between each pair overlap trading hours."""
    import numpy as np

    starts = np.asarray(schedule.span_start_ns, dtype=np.int64)
    ends = np.asarray(schedule.span_end_ns, dtype=np.int64)
    missing: np.ndarray = (before - after - 1) // interval_ns
    place = np.searchsorted(starts, after + interval_ns, side="right") - 1
    is_within = (place >= 0) & (before <= ends[place]) if len(ends) else np.zeros(len(after), dtype=bool)
    # Each border of a span lies in one pair at most, so the loop is as long as the schedule, not as the series.
    for index in np.flatnonzero(~is_within):
        missing[index] = _count_open_bars(schedule, int(after[index]), int(before[index]), interval_ns)
    return missing


def _count_open_bars(schedule: _Schedule, after_ns: int, before_ns: int, interval_ns: int) -> int:
    """How many of the bars after one and before another overlap trading hours, in steps from the first."""
    next_ns, count = after_ns + interval_ns, 0
    place = bisect_right(schedule.span_end_ns, next_ns)
    while place < len(schedule.span_start_ns) and schedule.span_start_ns[place] < before_ns:
        steps = max(0, (schedule.span_start_ns[place] - next_ns) // interval_ns)
        first_ns = next_ns + steps * interval_ns
        end_ns = min(schedule.span_end_ns[place], before_ns)
        bars = max(0, -(-(end_ns - first_ns) // interval_ns))
        count += bars
        next_ns = first_ns + bars * interval_ns
        place += 1
    return count


def _session_numbers(calendar: str, schedule: _Schedule, times: "np.ndarray") -> "np.ndarray":
    """Which session each time belongs to: between two the nearer one, or for currencies the one before."""
    import numpy as np

    opens = np.asarray(schedule.open_ns, dtype=np.int64)
    closes = np.asarray(schedule.close_ns, dtype=np.int64)
    last = len(opens) - 1
    current = np.clip(np.searchsorted(opens, times, side="right") - 1, 0, last)
    if calendar == FX:
        return np.asarray(current)
    following = np.minimum(current + 1, last)
    is_after = times >= closes[current]
    is_next = is_after & (times >= _turn_ns(closes[current], opens[following]))
    return np.asarray(np.where(is_next, following, current))


def _turn_ns(close_ns: Moment, open_ns: Moment) -> Moment:
    """Where the day turns between a close and the next open, of numbers or arrays: halfway, on the grid of four-hour
    candles, so that a candle of up to four hours belongs to one day as a whole.
    """
    halfway: Moment = close_ns + (open_ns - close_ns) // 2
    return halfway // _TURN_GRID_NS * _TURN_GRID_NS


def _daily_numbers(calendar: str, schedule: _Schedule, times: "np.ndarray") -> "np.ndarray":
    """Which session each daily bar stands for; midnight UTC is a date where sessions are known by their date."""
    import numpy as np

    if not len(schedule.label_ns):
        return times // DAY_NS
    numbers = _session_numbers(calendar, schedule, times)
    if calendar == FX:
        return numbers
    by_date = np.searchsorted(np.asarray(schedule.label_ns, dtype=np.int64), times, side="right") - 1
    return np.where(times % DAY_NS == 0, by_date, numbers)


def _check_interval(calendar: str, interval_ns: int) -> None:
    if not is_calendar(calendar):
        raise ValueError(f"there is no calendar {calendar!r}")
    if interval_ns <= 0 or (interval_ns > DAY_NS and calendar != ALWAYS):
        raise ValueError(f"an interval of {interval_ns} ns has no bars by the calendar {calendar}")


def _year(time_ns: int) -> int:
    """The year of a time, or the one beside it on the first or the last day."""
    return 1970 + time_ns // _MEAN_YEAR_NS


def _days_to_years(time_ns: int) -> int:
    return (_EPOCH + timedelta(days=time_ns // DAY_NS)).year - _EPOCH.year


def _new_york_date(time_ns: int) -> date:
    return (_EPOCH + timedelta(seconds=time_ns // NS_PER_SECOND)).astimezone(_NEW_YORK).date()


def _ns(time: datetime) -> int:
    return int((time - _EPOCH).total_seconds()) * NS_PER_SECOND
