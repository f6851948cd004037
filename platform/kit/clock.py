"""The time, passed in wherever it is needed so that tests and replays decide what it is."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

NS_PER_SECOND = 1_000_000_000
NS_PER_MS = 1_000_000
MS_PER_SECOND = 1_000
NS_PER_US = 1_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO_SECONDS_LENGTH = len("1970-01-01T00:00:00")


class Clock(Protocol):
    """Where a component takes its time from."""

    def now_ns(self) -> int:
        """UTC nanoseconds since 1970."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never go back, for durations."""
        ...


class SystemClock:
    """The machine's own time."""

    def now_ns(self) -> int:
        """UTC nanoseconds since 1970 by the system clock; may be set back by an operator."""
        return time.time_ns()

    monotonic_s = staticmethod(time.monotonic)
    """Seconds by the monotonic clock; the function itself, because every order asks for it several times."""


class ManualClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start_ns: int = 0) -> None:
        self._now_ns = start_ns
        self._monotonic_ns = 0

    def now_ns(self) -> int:
        """The time it was last set to."""
        return self._now_ns

    def monotonic_s(self) -> float:
        """Seconds advanced since it was made; setting the time does not move it."""
        return self._monotonic_ns / NS_PER_SECOND

    def advance_ns(self, duration_ns: int) -> None:
        """Let `duration_ns` pass on both scales."""
        self._now_ns += duration_ns
        self._monotonic_ns += duration_ns

    def set_ns(self, now_ns: int) -> None:
        """Set the wall time, forwards or backwards, as an operator would."""
        self._now_ns = now_ns


SYSTEM_CLOCK = SystemClock()


def iso_from_ns(time_ns: int) -> str:
    """ISO 8601 in UTC with `Z`: milliseconds, or as many digits as a finer time needs (6 or 9)."""
    seconds, fraction_ns = divmod(time_ns, NS_PER_SECOND)
    if fraction_ns % NS_PER_MS == 0:
        return f"{_iso_seconds(seconds)}.{fraction_ns // NS_PER_MS:03d}Z"
    if fraction_ns % NS_PER_US == 0:
        return f"{_iso_seconds(seconds)}.{fraction_ns // NS_PER_US:06d}Z"
    return f"{_iso_seconds(seconds)}.{fraction_ns:09d}Z"


def iso_ms_from_ns(time_ns: int) -> str:
    """`iso_from_ns` cut to whole milliseconds, which is how clocks are shown."""
    return _iso_ms(time_ns // NS_PER_MS)


@lru_cache(maxsize=64)
def _iso_ms(time_ms: int) -> str:
    """A busy server shows the same millisecond several times: in answers, log lines and frames."""
    seconds, fraction_ms = divmod(time_ms, MS_PER_SECOND)
    return f"{_iso_seconds(seconds)}.{fraction_ms:03d}Z"


@lru_cache(maxsize=4_096)
def _iso_seconds(seconds: int) -> str:
    """The date and time to the second. One update is written several times over, hence the small memory."""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat()[:_ISO_SECONDS_LENGTH]


def ns_from_iso(text: str) -> int:
    """UTC nanoseconds of an ISO 8601 time; a time without a zone is taken as UTC.

    Raises ValueError when the text is not a time. Digits beyond microseconds are kept.
    """
    main, nanos = _split_nanoseconds(text.strip())
    parsed = datetime.fromisoformat(main)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    delta = parsed - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * NS_PER_SECOND + delta.microseconds * NS_PER_US + nanos


def _split_nanoseconds(text: str) -> tuple[str, int]:
    """Take digits 7 to 9 of the fraction out of `text`: datetime reads no further than microseconds."""
    head, dot, tail = text.partition(".")
    digits = 0
    while digits < len(tail) and tail[digits] in "0123456789":
        digits += 1
    if not dot or digits <= 6:
        return text, 0
    if digits > 9:
        raise ValueError(f"{text!r} is finer than a nanosecond")
    nanos = int(tail[6:digits].ljust(3, "0"))
    return f"{head}.{tail[:6]}{tail[digits:]}", nanos
