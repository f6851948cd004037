"""What the server starts and stops: in order, once, bounded, and with the reason kept when a step fails."""

import asyncio

from kit.caller import current_caller
from kit.clock import ManualClock
from kit.trace import current_trace_id, set_trace_id
from operations.lifecycle import Lifecycle, LifecycleState


class Steps:
    """Notes what ran, in order."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self.lifecycle = lifecycle
        self.ran: list[str] = []

    def add(self, name: str, order: int = 0, fault: Exception | None = None) -> None:
        """Register a start and a stop of that name; the start raises `fault`."""

        async def start() -> None:
            self.ran.append(f"start {name}")
            if fault is not None:
                raise fault

        async def stop() -> None:
            self.ran.append(f"stop {name}")

        self.lifecycle.on_start(start, name, order)
        self.lifecycle.on_stop(stop, name, order)


async def test_starts_by_order_and_stops_in_reverse() -> None:
    lifecycle = Lifecycle(ManualClock())
    steps = Steps(lifecycle)
    steps.add("feed", order=30)
    steps.add("jobs", order=10)
    steps.add("exchange", order=20)
    steps.add("watch", order=20)
    state = await lifecycle.start()
    await lifecycle.stop()
    assert state.state == "started"
    assert steps.ran == [
        "start jobs",
        "start exchange",
        "start watch",
        "start feed",
        "stop feed",
        "stop watch",
        "stop exchange",
        "stop jobs",
    ]


async def test_starting_many_times_at_once_starts_once() -> None:
    lifecycle = Lifecycle(ManualClock())
    steps = Steps(lifecycle)
    steps.add("jobs")
    states = await asyncio.gather(*(lifecycle.start() for _ in range(10)))
    await lifecycle.start()
    assert {state.state for state in states} == {"started"}
    assert steps.ran == ["start jobs"]


async def test_a_failing_start_keeps_the_reason_and_leaves_the_rest_unstarted() -> None:
    lifecycle = Lifecycle(ManualClock())
    steps = Steps(lifecycle)
    steps.add("jobs", order=1)
    steps.add("exchange", order=2, fault=RuntimeError("the journal is locked"))
    steps.add("feed", order=3)
    state = await lifecycle.start()
    assert state.state == "failed"
    assert state.reason == "exchange did not start: RuntimeError: the journal is locked"
    await lifecycle.stop()
    assert steps.ran == ["start jobs", "start exchange", "stop exchange", "stop jobs"]


async def test_a_caller_that_goes_away_does_not_stop_the_start() -> None:
    lifecycle, entered, go_on = Lifecycle(ManualClock()), asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        entered.set()
        await go_on.wait()

    lifecycle.on_start(slow, "exchange")
    first = asyncio.create_task(lifecycle.start())
    await entered.wait()
    first.cancel()
    await asyncio.wait([first])
    go_on.set()
    assert (await lifecycle.start()).state == "started"


async def test_a_step_that_hangs_is_given_up() -> None:
    lifecycle = Lifecycle(ManualClock(), start_step_timeout_s=0.01)

    async def hang() -> None:
        await asyncio.Event().wait()

    lifecycle.on_start(hang, "exchange")
    state = await lifecycle.start()
    assert state.reason == "exchange did not start: not done within 0.01 s"


async def test_a_stop_that_hangs_or_fails_does_not_keep_the_others() -> None:
    lifecycle = Lifecycle(ManualClock(), stop_step_timeout_s=0.01)
    steps = Steps(lifecycle)
    steps.add("jobs", order=1)

    async def hang() -> None:
        await asyncio.Event().wait()

    async def fail() -> None:
        raise OSError("gone")

    lifecycle.on_stop(hang, "feed", order=3)
    lifecycle.on_stop(fail, "exchange", order=2)
    await lifecycle.start()
    await lifecycle.stop()
    assert steps.ran == ["start jobs", "stop jobs"]
    assert lifecycle.state.state == "stopped"


async def test_stopping_ends_a_start_under_way() -> None:
    lifecycle, entered = Lifecycle(ManualClock()), asyncio.Event()

    async def hang() -> None:
        entered.set()
        await asyncio.Event().wait()

    lifecycle.on_start(hang, "exchange")
    starting = asyncio.create_task(lifecycle.start())
    await entered.wait()
    await lifecycle.stop()
    await asyncio.wait([starting])
    assert lifecycle.state.state == "stopped"


async def test_it_starts_again_after_a_stop_and_tells_each_change() -> None:
    lifecycle = Lifecycle(ManualClock())
    seen: list[LifecycleState] = []
    lifecycle.add_listener(seen.append)
    steps = Steps(lifecycle)
    steps.add("jobs")
    for _ in range(2):
        await lifecycle.start()
        await lifecycle.stop()
    assert steps.ran == ["start jobs", "stop jobs"] * 2
    assert [state.state for state in seen] == ["starting", "started", "stopping", "stopped"] * 2


async def test_what_the_start_begins_has_a_trace_id_and_a_caller_of_its_own() -> None:
    seen = []

    async def step() -> None:
        seen.append((current_trace_id(), current_caller().actor))

    set_trace_id("of-the-first-request")
    server = Lifecycle()
    server.on_start(step, "part")
    await server.start()
    ((trace_id, actor),) = seen
    assert len(trace_id) == 36
    assert actor == "system:start"
    assert current_trace_id() == "of-the-first-request"
