"""What the times of a series say about themselves: in which zone they were written, and whether a bar bears the time of
its open or of its close. A guess comes with how sure it is and why; nothing is changed because of it.

What there is to go by, best first: the column's name, times just short of a full interval (59.999 s), the hours at
which a market that closes opens and closes (FX: Sunday 17:00 to Friday 17:00 New York; US equities: 09:30 to 16:00
New York), the hour that clocks skip in spring, and where the file begins and ends.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from kit.clock import NS_PER_MS, NS_PER_SECOND
from markets.datasets.columns import normalised
from markets.datasets.records import Confidence, Guess
from markets.datasets.series import DAY_NS
from markets.datasets.times import CONVERTED_UTC, EPOCH_UTC, STATED_UTC

MIN_SESSIONS = 4
"""Fewer weekends or nights are no pattern."""
MANY_SESSIONS = 12
MOST_SESSIONS = 2_000
"""Closings that are looked at: eight years of trading days."""
AGREEING_SHARE = 0.8
CLEAR_MARGIN = 0.2
"""By so much the best zone has to fit better than any other one."""
ON_TIME_MINUTES = 5
LATE_SHARE = 0.5
"""What a session counts that begins late: a quiet feed, a bar that bears its close, or another zone."""
MAX_PHASES = 1_000
"""Different distances of bars to their interval's grid that are counted."""
BROKER_ZONE = "America/New_York+7h"
"""The server time of most FX brokers: New York's clock and seven hours, so that a day ends with New York's at 17:00."""
_NEW_YORK = ZoneInfo("America/New_York")
_OPEN_NAMES = frozenset({"open_time", "opentime", "time_open", "time_period_start", "candle_begin_time", "bar_start"})
CLOSE_NAMES = frozenset({"close_time", "closetime", "time_close", "time_period_end", "candle_end_time", "bar_end"})
_JUST_BEFORE_NS = (1, 1_000, NS_PER_MS, NS_PER_SECOND)
"""How far before a full interval exchanges put the close of a bar."""
_FX_OPEN_MINUTE, _EQUITIES_OPEN_MINUTE, _EQUITIES_CLOSE_MINUTE = 17 * 60, 9 * 60 + 30, 16 * 60
_LATE_OPEN_MINUTES = 65
"""FX feeds begin within an hour of the week's open; an hourly bar that bears its close then lies at 18:00."""
_DAY_MINUTES = 24 * 60


class Closing(msgspec.Struct, frozen=True):
    """A time in which a market was closed: the last bar before it and the first bar after it."""

    last_ns: int
    first_ns: int


class TimeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a series' times. `closings` are breaks over a weekend (FX) or a night (equities).

    `phases` counts how far bars lie beyond the grid of their interval, `holes` are the gaps as pairs of bars.
    """

    stated: str
    column: str
    kind: str
    calendar: str
    interval_ns: int | None
    first_ns: int
    last_ns: int
    closings: tuple[Closing, ...] = ()
    phases: dict[int, int] = {}
    holes: tuple[Closing, ...] = ()


class Phases:
    """Counts how far times lie beyond the last multiple of an interval."""

    def __init__(self, interval_ns: int) -> None:
        self._interval_ns = interval_ns
        self._counts: Counter[int] = Counter()

    def add(self, times: np.ndarray) -> int:
        """Count more times; how many of them are off the grid."""
        phases = times % self._interval_ns
        off_grid = int(np.count_nonzero(phases))
        if off_grid == 0:
            self._counts[0] += len(times)
        else:
            values, counts = np.unique(phases, return_counts=True)
            self._counts.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
            self._counts = Counter(dict(self._counts.most_common(MAX_PHASES)))
        return off_grid

    def result(self) -> dict[int, int]:
        """The counts."""
        return dict(self._counts)


def guess_zone(facts: TimeFacts) -> Guess:
    """In which zone the times of the file were written, as far as they show it; `UTC` where nothing does."""
    if facts.stated == EPOCH_UTC:
        return Guess("UTC", "high", "Epoch times count from 1970 in UTC.")
    if facts.stated == CONVERTED_UTC or facts.stated == STATED_UTC or "type says" in facts.stated:
        return Guess("UTC", "high", "The file states the zone of its times.")
    if (found := _zone_by_sessions(facts)) is not None:
        return found
    if (found := _zone_by_spring(facts)) is not None:
        return found
    return Guess("UTC", "low", "The file states no zone, and its times show none; UTC is assumed.")


def guess_bar_time(facts: TimeFacts) -> Guess | None:
    """Whether the time of a bar is its open or its close; None for what has no bars."""
    if facts.kind != "candles" or facts.interval_ns is None:
        return None
    name = normalised(facts.column)
    if name in _OPEN_NAMES:
        return Guess("open", "high", f"The column is called {facts.column!r}.")
    if name in CLOSE_NAMES:
        return Guess("close", "high", f"The column is called {facts.column!r}.")
    for judge in (_by_phase, _by_sessions, _by_ends):
        if (found := judge(facts, facts.interval_ns)) is not None:
            return found
    return Guess(
        "open", "low", "Nothing in the file tells open from close times; the open is assumed, as most vendors have it."
    )


def shift_to_open(times: np.ndarray, interval_ns: int) -> np.ndarray:
    """Open times of bars that bear their close: an interval earlier, and on the grid where they lay just before it."""
    phases = times % interval_ns
    is_just_before = (phases >= interval_ns - NS_PER_SECOND) | (interval_ns >= DAY_NS)
    on_grid: np.ndarray = -(-times // interval_ns) * interval_ns
    shifted: np.ndarray = np.where(is_just_before, on_grid, times) - interval_ns
    return shifted


# Zones


def _broker_zone() -> "_Shifted":
    return _Shifted(7)


class _Shifted(tzinfo):
    """New York's clock with hours added, changed to summer time on New York's dates."""

    def __init__(self, hours: int) -> None:
        self._ahead = timedelta(hours=hours)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """The distance to UTC of a local time."""
        assert moment is not None, "a zone with summer time needs a moment"
        new_york = (moment.replace(tzinfo=None) - self._ahead).replace(tzinfo=_NEW_YORK)
        return (new_york.utcoffset() or timedelta()) + self._ahead

    def dst(self, moment: datetime | None) -> timedelta:
        """Nobody asks."""
        return timedelta()

    def tzname(self, moment: datetime | None) -> str:
        """Nobody asks."""
        return BROKER_ZONE


_ZONES: dict[str, Callable[[], tzinfo]] = {
    "UTC": lambda: UTC,
    "America/New_York": lambda: _NEW_YORK,
    BROKER_ZONE: _broker_zone,
    "Europe/London": lambda: ZoneInfo("Europe/London"),
    "Europe/Berlin": lambda: ZoneInfo("Europe/Berlin"),
}
_SPRING_ZONES = ("America/New_York", "Europe/London", "Europe/Berlin")


def _zone_by_sessions(facts: TimeFacts) -> Guess | None:
    """The zone in which the sessions begin when they should; UTC wins a draw."""
    openings = [closing.first_ns for closing in facts.closings]
    if len(openings) < MIN_SESSIONS or facts.calendar not in ("fx", "equities"):
        return None
    minutes = {name: _new_york_minutes(openings, make()) for name, make in _ZONES.items()}
    shares = {name: _share(late, facts) for name, late in minutes.items()}
    best = max(shares, key=lambda name: shares[name])
    # A zone whose clocks showed the same all the while is the same.
    others = max((share for name, share in shares.items() if minutes[name] != minutes[best]), default=0.0)
    if shares[best] < LATE_SHARE:
        return None
    rule = "Sunday 17:00" if facts.calendar == "fx" else "09:30"
    why = f"{len(openings)} sessions begin at {rule} New York if the times are in this zone (fit {shares[best]:.0%}"
    why += f", the next best zone {others:.0%})."
    if shares[best] < AGREEING_SHARE or shares[best] - others < CLEAR_MARGIN:
        return Guess(best, "low", why)
    return Guess(best, "high" if len(openings) >= MANY_SESSIONS else "medium", why)


def _share(minutes: Sequence[int], facts: TimeFacts) -> float:
    """How well sessions that begin at these minutes of New York's day fit its market: 1 for all on time, half for late."""
    opens, latest = _EQUITIES_OPEN_MINUTE, (facts.interval_ns or 0) // (60 * NS_PER_SECOND)
    if facts.calendar == "fx":
        opens, latest = _FX_OPEN_MINUTE, _LATE_OPEN_MINUTES
    late = [minute - opens for minute in minutes]
    fits = [1.0 if 0 <= one <= ON_TIME_MINUTES else LATE_SHARE if 0 <= one <= latest else 0.0 for one in late]
    return sum(fits) / len(fits)


def _new_york_minutes(openings: Iterable[int], zone: tzinfo) -> list[int]:
    return [_new_york_minute(stamp_ns, zone) for stamp_ns in openings]


def _new_york_minute(stamp_ns: int, zone: tzinfo) -> int:
    """The minute of the day in New York when a clock in `zone` shows the stamp."""
    local = datetime.fromtimestamp(stamp_ns // NS_PER_SECOND, UTC).replace(tzinfo=zone)
    there = local.astimezone(UTC).astimezone(_NEW_YORK)
    return there.hour * 60 + there.minute


def _zone_by_spring(facts: TimeFacts) -> Guess | None:
    """A series that runs round the clock and lacks exactly the hour that a zone's clocks skip each spring."""
    if facts.calendar != "24/7" or facts.interval_ns is None or facts.interval_ns > 3_600 * NS_PER_SECOND:
        return None
    holes = {(hole.last_ns + facts.interval_ns, hole.first_ns) for hole in facts.holes}
    years = range(
        datetime.fromtimestamp(facts.first_ns // NS_PER_SECOND, UTC).year,
        datetime.fromtimestamp(facts.last_ns // NS_PER_SECOND, UTC).year + 1,
    )
    for name in _SPRING_ZONES:
        skipped = [hour for year in years if facts.first_ns < (hour := _skipped_hour(name, year))[0] < facts.last_ns]
        if skipped and all(hour in holes for hour in skipped):
            confidence: Confidence = "high" if len(skipped) > 1 else "medium"
            return Guess(
                name, confidence, f"The hour that clocks skip there in spring is missing ({len(skipped)} times)."
            )
    return None


def _skipped_hour(zone: str, year: int) -> tuple[int, int]:
    """The wall-clock hour that does not exist in that spring, as if its times were UTC."""
    info = ZoneInfo(zone)
    moment = datetime(year, 2, 1, tzinfo=UTC)
    for step in (timedelta(days=1), timedelta(hours=1)):
        while (moment + step).astimezone(info).dst() == timedelta():
            moment += step
    moment += timedelta(hours=1)
    after = moment.astimezone(info).replace(tzinfo=UTC)
    end_ns = int(after.timestamp()) * NS_PER_SECOND
    return end_ns - 3_600 * NS_PER_SECOND, end_ns


# Open or close


def _by_phase(facts: TimeFacts, interval_ns: int) -> Guess | None:
    """Stamps just short of a full interval are closes; so are daily bars at the hour at which exchanges close."""
    total = sum(facts.phases.values())
    if not total:
        return None
    phase, count = max(facts.phases.items(), key=lambda item: item[1])
    if count < AGREEING_SHARE * total:
        return None
    if interval_ns - phase in _JUST_BEFORE_NS:
        return Guess(
            "close", "high", f"{count:,} of {total:,} bars lie {_short(interval_ns - phase)} before a full interval."
        )
    if interval_ns == DAY_NS and facts.calendar == "equities" and 14 * 3_600 <= phase // NS_PER_SECOND <= 22 * 3_600:
        return Guess("close", "medium", "Daily bars bear a time at which exchanges close.")
    return None


def _by_sessions(facts: TimeFacts, interval_ns: int) -> Guess | None:
    """The last bar of a session that bears its open lies an interval before the close; the first one on the open."""
    closings = facts.closings
    if len(closings) < MIN_SESSIONS or facts.calendar not in ("fx", "equities") or interval_ns >= DAY_NS:
        return None
    is_fx = facts.calendar == "fx"
    ends = _FX_OPEN_MINUTE if is_fx else _EQUITIES_CLOSE_MINUTE
    length = interval_ns // (60 * NS_PER_SECOND)
    zone_name = guess_zone(facts).value
    zone = _ZONES[zone_name]() if zone_name in _ZONES else UTC
    lasts = [_new_york_minute(closing.last_ns, zone) for closing in closings]
    at_open = sum(last == ends - length for last in lasts) / len(lasts)
    at_close = sum(last == ends for last in lasts) / len(lasts)
    hour = "17:00" if is_fx else "16:00"
    if at_open >= AGREEING_SHARE:
        return Guess(
            "open", "medium", f"The last bar of {at_open:.0%} of the sessions lies one interval before {hour} New York."
        )
    if at_close >= AGREEING_SHARE:
        return Guess("close", "medium", f"The last bar of {at_close:.0%} of the sessions lies at {hour} New York.")
    return None


def _by_ends(facts: TimeFacts, interval_ns: int) -> Guess | None:
    """Files are cut at midnight: from 00:00 to one interval before 24:00 by open times, one interval later by closes."""
    if interval_ns >= DAY_NS or facts.last_ns - facts.first_ns < DAY_NS - interval_ns:
        return None
    first, last = facts.first_ns % DAY_NS, facts.last_ns % DAY_NS
    if first == 0 and last == DAY_NS - interval_ns:
        return Guess("open", "medium", "The file begins at midnight and ends one interval before midnight.")
    if first == interval_ns and last == 0:
        return Guess("close", "medium", "The file begins one interval after midnight and ends at midnight.")
    return None


def _short(length_ns: int) -> str:
    if length_ns >= NS_PER_SECOND:
        return f"{length_ns // NS_PER_SECOND} s"
    return f"{length_ns // NS_PER_MS} ms" if length_ns >= NS_PER_MS else f"{length_ns} ns"
