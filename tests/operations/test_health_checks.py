"""Health checks are run together, bounded in time, and shared for a second."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit.clock import NS_PER_SECOND, ManualClock
from operations.health import Health, HealthChecks, Status

OK = Health("ok")


def checks_with(clock: ManualClock | None = None, timeout_s: float = 5.0) -> HealthChecks:
    return HealthChecks(clock or ManualClock(), timeout_s=timeout_s)


async def test_no_checks_are_healthy() -> None:
    report = await checks_with().report()
    assert (report.status, report.checks) == ("ok", [])


async def test_async_and_plain_checks_both_answer() -> None:
    checks = checks_with()

    async def journal() -> Health:
        return Health("ok", "0 entries behind")

    checks.register("journal", journal)
    checks.register("disk", lambda: OK)
    report = await checks.report()
    assert [(check.name, check.status, check.detail) for check in report.checks] == [
        ("journal", "ok", "0 entries behind"),
        ("disk", "ok", ""),
    ]


async def test_a_plain_function_that_hands_back_a_coroutine_is_awaited() -> None:
    checks = checks_with()

    async def feed(detail: str) -> Health:
        return Health("degraded", detail)

    checks.register("feed", lambda: feed("paused"))
    assert (await checks.report()).checks[0].detail == "paused"


@pytest.mark.parametrize(
    ("status", "required", "overall"),
    [
        ("failed", True, "failed"),
        ("failed", False, "degraded"),
        ("degraded", True, "degraded"),
        ("ok", True, "ok"),
    ],
)
async def test_only_a_required_failure_fails_the_whole(status: Status, required: bool, overall: Status) -> None:
    checks = checks_with()
    checks.register("redis", lambda: Health(status), required=required)
    assert (await checks.report()).status == overall


async def test_a_check_that_raises_has_failed_and_does_not_show_its_text() -> None:
    checks = checks_with()

    def broken() -> Health:
        raise RuntimeError("password=hunter2")

    checks.register("database", broken)
    check = (await checks.report()).checks[0]
    assert check.status == "failed"
    assert check.detail == "The check itself failed with RuntimeError."


async def test_a_hanging_check_fails_alone_and_is_not_started_twice() -> None:
    clock, started, release = ManualClock(), [], threading.Event()
    checks = checks_with(clock, timeout_s=0.01)

    def hanging() -> Health:
        started.append(1)
        release.wait(30)
        return OK

    checks.register("source", hanging)
    checks.register("disk", lambda: OK)
    first = await checks.report()
    clock.advance_ns(2 * NS_PER_SECOND)
    second = await checks.report()
    release.set()
    assert [check.status for check in first.checks] == ["failed", "ok"]
    assert second.checks[0].detail == "No answer within 0.01 s."
    assert len(started) == 1


async def test_requests_that_hold_every_thread_do_not_hold_the_checks() -> None:
    loop, release = asyncio.get_running_loop(), threading.Event()
    loop.set_default_executor(ThreadPoolExecutor(1))
    held = loop.run_in_executor(None, release.wait, 30)
    checks = checks_with()
    checks.register("disk", lambda: OK)
    report = await checks.report()
    release.set()
    assert await held
    assert report.status == "ok"


async def test_a_report_is_shared_for_a_second_and_then_made_anew() -> None:
    clock, asked = ManualClock(), []

    async def count() -> Health:
        asked.append(1)
        return OK

    checks = checks_with(clock)
    checks.register("journal", count)
    await asyncio.gather(*(checks.report() for _ in range(20)))
    assert len(asked) == 1
    clock.advance_ns(NS_PER_SECOND)
    await checks.report()
    assert len(asked) == 2


async def test_registering_a_name_again_replaces_the_check() -> None:
    checks = checks_with()
    checks.register("feed", lambda: Health("failed"))
    assert (await checks.report()).status == "failed"
    checks.register("feed", lambda: OK)
    assert (await checks.report()).status == "ok"
