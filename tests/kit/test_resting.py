"""Threads that work beside the event loop: how they rest."""

import pytest

from kit import resting
from kit.resting import MAX_REST_S, WORK_S, Rests


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The rests that were taken; nobody really sleeps, and the time is what `resting.time` says."""
    rests: list[float] = []
    monkeypatch.setattr(resting.time, "sleep", rests.append)
    return rests


def test_a_rest_is_a_share_of_the_work_before_it(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    times = iter([0.0, WORK_S / 2, WORK_S, 1.0, 1.0 + 2 * WORK_S, 2.0])
    monkeypatch.setattr(resting.time, "perf_counter", lambda: next(times))
    rests = Rests(share=4.0)
    rests.rest_if_due()  # too soon
    rests.rest_if_due()
    rests.rest_if_due()
    assert slept == [4 * WORK_S, pytest.approx(8 * WORK_S)]


def test_work_that_was_held_up_is_not_made_up_for(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> None:
    times = iter([0.0, 60.0, 60.0])
    monkeypatch.setattr(resting.time, "perf_counter", lambda: next(times))
    Rests(share=1.0).rest_if_due()
    assert slept == [MAX_REST_S]
