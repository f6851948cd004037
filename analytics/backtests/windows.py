"""Where a walk forward trains and where it tests: windows of bars that never overlap the other way round in time.

Parameters are chosen on a training window and judged on the bars after it, then the windows move on by one test (Pardo
2008, walk-forward analysis). A rolling window keeps its length, an anchored one keeps its beginning. Bars may be left out
between the two, so that what an indicator or a label saw of the one is not seen in the other (López de Prado 2018, embargo).
"""

import msgspec

from kit.errors import invalid_field

MAX_WINDOWS = 500
"""Each is a sweep of its own."""

MIN_TRAIN_BARS, MIN_TEST_BARS = 10, 1


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lengths in bars: of the (first) training window, of every test, and what lies between them."""

    train_bars: int
    test_bars: int
    gap_bars: int = 0
    is_anchored: bool = False


class Window(msgspec.Struct, frozen=True):
    """Bars by index, ends not included."""

    train_from: int
    train_until: int
    test_from: int
    test_until: int


def windows_of(schedule: Schedule, bars: int) -> list[Window]:
    """The windows over so many bars, oldest first; the last test ends with the bars, and may be shorter than the others.

    Raises Invalid naming the field when a length makes no sense, when not even one window fits, or when they are too many.
    """
    _require(schedule)
    before_test = schedule.train_bars + schedule.gap_bars
    if before_test >= bars:
        raise invalid_field(
            "train_bars",
            f"Training and gap take {before_test} bars and there are {bars}: nothing is left to test on. Shorten them.",
        )
    starts = range(before_test, bars, schedule.test_bars)
    if len(starts) > MAX_WINDOWS:
        raise invalid_field(
            "test_bars", f"{len(starts)} windows come of it; at most {MAX_WINDOWS} are allowed. Lengthen the tests."
        )
    return [
        Window(
            train_from=0 if schedule.is_anchored else test_from - before_test,
            train_until=test_from - schedule.gap_bars,
            test_from=test_from,
            test_until=min(test_from + schedule.test_bars, bars),
        )
        for test_from in starts
    ]


def _require(schedule: Schedule) -> None:
    if schedule.train_bars < MIN_TRAIN_BARS:
        raise invalid_field("train_bars", f"Must be at least {MIN_TRAIN_BARS}.")
    if schedule.test_bars < MIN_TEST_BARS:
        raise invalid_field("test_bars", f"Must be at least {MIN_TEST_BARS}.")
    if schedule.gap_bars < 0:
        raise invalid_field("gap_bars", "Must not be negative.")
