"""Spans without a recorder cost nothing and do nothing; durations give a typical figure."""

from contextlib import contextmanager

from kit.durations import RecentDurations
from kit.spans import record_spans, span


def test_a_span_is_made_by_whoever_records():
    seen = []

    @contextmanager
    def start(name):
        seen.append(f"begin {name}")
        yield
        seen.append(f"end {name}")

    with span("before"):
        pass
    record_spans(start)
    with span("work"):
        seen.append("work")
    record_spans(None)
    with span("after"):
        pass
    assert seen == ["begin work", "work", "end work"]


def test_the_typical_duration_is_the_median_of_the_last_ones():
    durations = RecentDurations(kept=3)
    assert durations.median_ms() is None
    for seconds in (9.0, 0.001, 0.002, 0.003):
        durations.add(seconds)
    assert durations.median_ms() == 2.0
