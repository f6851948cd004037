"""What a running job shows of its result: the newest, four times a second, and never too much."""

import logging
from pathlib import Path

import pytest

from jobs.wire import Advance
from jobs.worker import MAX_PARTIAL_BYTES, _Reporter
from tests.jobs.conftest import Pools
from tests.jobs.test_process_pool import ended


class Clock:
    """A clock that the test turns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        monkeypatch.setattr("jobs.worker.time.monotonic", lambda: self.now_s)


def test_progress_goes_out_ten_times_a_second_and_partial_results_four_times(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, sent = Clock(monkeypatch), []
    reporter = _Reporter(sent.append)
    for step in range(1_001):
        clock.now_s = 100.0 + step / 1_000
        reporter.show_partial({"step": step})
        reporter.report(step / 1_000, f"step {step}")
    assert 10 <= len(sent) <= 11
    shown = [message.partial for message in sent if message.partial is not None]
    assert 4 <= len(shown) <= 5
    clock.now_s += 1.0
    reporter.flush()
    assert sent[-1] == Advance(1.0, "step 1000", {"step": 1_000}), "the newest is never lost"
    reporter.flush()
    clock.now_s += 1.0
    reporter.flush()
    assert sent.count(sent[-1]) == 1, "and goes out once"


def test_what_is_shown_is_as_it_was_when_it_was_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, sent = Clock(monkeypatch), []
    reporter = _Reporter(sent.append)
    reporter.report(0.0, "")
    shown = {"best": [1]}
    reporter.show_partial(shown)
    shown["best"].append(2)
    clock.now_s += 1.0
    reporter.flush()
    assert sent[-1].partial == {"best": [1]}


def test_one_that_is_too_large_is_left_out_and_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, sent = Clock(monkeypatch), []
    reporter = _Reporter(sent.append)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            clock.now_s += 1.0
            reporter.show_partial({"text": "x" * MAX_PARTIAL_BYTES})
            reporter.report(0.5, "on the way")
    assert [message.partial for message in sent] == [None, None, None]
    assert len(caplog.records) == 1
    assert f"at most {MAX_PARTIAL_BYTES} are shown" in caplog.text


async def test_a_partial_result_comes_out_of_a_worker(pools: Pools, tmp_path: Path) -> None:
    run = pools.run_of(pools.pool(), "show", heard=str(tmp_path / "heard"))
    run.on_message = lambda message: (tmp_path / "heard").touch() if len(run.partials) >= 2 else None
    outcome = await ended(run.begin())
    assert outcome.status == "succeeded"
    assert run.partials[0]["best"] == [1, 2]
    assert run.partials[0] != run.partials[1], "each is the newest of its moment"


async def test_a_partial_result_that_json_cannot_say_is_a_bug_of_the_job(pools: Pools) -> None:
    outcome = await ended(pools.run_of(pools.pool(), "show_what_json_cannot_say").begin())
    assert outcome.error is not None
    assert outcome.error.code == "INTERNAL"
    assert "TypeError" in outcome.error.message
