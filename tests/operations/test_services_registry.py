"""The table of internal parts: their states, and restarting one."""

import pytest

from kit.clock import ManualClock
from kit.errors import Conflict, NotFound
from operations.live_admin.overview import light_of_service
from operations.services_registry import Service, ServiceReport, ServicesRegistry, ServiceState


def running() -> ServiceState:
    return ServiceState("running", since=5, latency_ms=0.4, load=0.25, detail="3 of 12")


def test_a_part_shows_its_state_and_whether_it_can_be_restarted() -> None:
    registry = ServicesRegistry()
    registry.register(Service("jobs", running))
    report = registry.get("jobs")
    assert (report.name, report.state, report.since, report.load) == ("jobs", "running", 5, 0.25)
    assert report.restartable is False


def test_a_part_that_cannot_say_its_state_has_failed() -> None:
    def broken() -> ServiceState:
        raise KeyError("secret")

    registry = ServicesRegistry()
    registry.register(Service("feed", broken))
    registry.register(Service("jobs", running))
    assert [report.state for report in registry.list_services()] == ["failed", "running"]
    assert registry.get("feed").last_error == "Its state could not be read (KeyError)."


async def test_a_restart_answers_with_the_state_after_it() -> None:
    states = [ServiceState("running"), ServiceState("failed")]

    async def restart() -> None:
        states.pop()

    registry = ServicesRegistry()
    registry.register(Service("feed", lambda: states[-1], restart))
    assert registry.get("feed").state == "failed"
    assert (await registry.restart("feed")).state == "running"


async def test_what_cannot_be_restarted_says_so() -> None:
    registry = ServicesRegistry()
    registry.register(Service("exchange", running))
    with pytest.raises(Conflict, match="exchange cannot be restarted on its own") as refusal:
        await registry.restart("exchange")
    assert refusal.value.code == "SERVICE_NOT_RESTARTABLE"


async def test_an_unknown_part_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no service 'ghost'"):
        await ServicesRegistry().restart("ghost")


def test_a_long_error_is_cut_to_a_line() -> None:
    registry = ServicesRegistry()
    registry.register(Service("feed", lambda: ServiceState("failed", last_error="x" * 5_000, detail="y" * 5_000)))
    report = registry.get("feed")
    assert (report.last_error, report.detail) == ("x" * 1_000, "y" * 1_000)


async def test_a_restart_is_seen_by_since_when_the_part_runs() -> None:
    clock = ManualClock(1_000)
    registry = ServicesRegistry(clock)

    async def restart() -> None:
        clock.advance_ns(500)

    registry.register(Service("feed", lambda: ServiceState("running"), restart))
    assert registry.get("feed").since == 1_000
    assert (await registry.restart("feed")).since == 1_500


def test_the_last_error_stays_when_all_is_well_again_and_the_state_does_not() -> None:
    states = [ServiceState("running"), ServiceState("failed", last_error="disk full"), ServiceState("running")]
    registry = ServicesRegistry()
    registry.register(Service("journal", lambda: states[-1]))
    seen = []
    while states:
        report = registry.get("journal")
        seen.append((report.state, report.last_error))
        states.pop()
    assert seen == [("running", None), ("failed", "disk full"), ("running", "disk full")]
    shown = light_of_service(ServiceReport("journal", "running", 1, "disk full", None, None, "7 entries", False))
    assert (shown.light, shown.detail) == ("good", "7 entries")
