"""The watch notices changes of health, parts and lifecycle, and only changes."""

import asyncio
import logging

import pytest

from kit.clock import ManualClock
from operations.health import Health, HealthChecks
from operations.lifecycle import Lifecycle
from operations.services_registry import Service, ServicesRegistry, ServiceState
from operations.watch import SystemState, Watch

DEADLINE_S = 20.0


class Stage:
    """A watch over a health check and a part that the test changes."""

    def __init__(self) -> None:
        clock = ManualClock()
        self.health = Health("ok")
        self.part = ServiceState("running", load=0.1)
        self.checks = HealthChecks(clock, lifetime_s=0.0)
        self.checks.register("journal", lambda: self.health)
        self.parts = ServicesRegistry()
        self.parts.register(Service("feed", lambda: self.part))
        self.server = Lifecycle(clock)
        self.watch = Watch(self.checks, self.server, self.parts, interval_s=3_600)
        self.heard: list[SystemState] = []
        self.watch.add_listener(self.heard.append)


async def test_it_tells_when_something_changed_and_only_then(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    await stage.watch.look()
    stage.part = ServiceState("running", load=0.9)
    await stage.watch.look()
    assert len(stage.heard) == 1, "load is no change"
    stage.health = Health("failed", "disk full")
    stage.part = ServiceState("degraded", last_error="no prices")
    with caplog.at_level(logging.INFO, logger="operations.watch"):
        state = await stage.watch.look()
    assert stage.heard[-1] == state
    assert (state.health, state.checks[0].status, state.services[0].last_error) == ("failed", "failed", "no prices")
    assert caplog.messages == [
        "Health check journal: failed, was ok.",
        "feed is degraded, was running. no prices",
    ]
    caplog.clear()
    stage.part = ServiceState("running")
    with caplog.at_level(logging.INFO, logger="operations.watch"):
        state = await stage.watch.look()
    assert state.services[0].last_error == "no prices"
    assert caplog.messages == ["feed is running, was degraded."]


async def test_a_change_of_the_lifecycle_is_told_at_once() -> None:
    stage = Stage()
    started = asyncio.Event()
    stage.watch.add_listener(lambda state: started.set() if state.server == "started" else None)
    stage.server.add_listener(lambda state: stage.watch.look_soon())
    stage.server.on_start(stage.watch.start, "watch")
    stage.server.on_stop(stage.watch.stop, "watch")
    await stage.server.start()
    async with asyncio.timeout(DEADLINE_S):
        await started.wait()
    await stage.server.stop()
    assert stage.heard[-1].server == "started"


async def test_a_listener_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    calls: list[str] = []
    seen = asyncio.Event()

    def listen(state: SystemState) -> None:
        calls.append(state.health)
        seen.set()
        if len(calls) == 1:
            raise ValueError("deaf")

    stage.watch.add_listener(listen)
    await stage.watch.start()
    async with asyncio.timeout(DEADLINE_S):
        await seen.wait()
        seen.clear()
        stage.health = Health("failed")
        stage.watch.look_soon()
        await seen.wait()
    await stage.watch.stop()
    assert calls == ["ok", "failed"]
    assert "trying again" in caplog.text
