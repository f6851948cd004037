"""Between a page's thread and the loop: turns, rests, and who is asked."""

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from kit.caller import Caller, current_caller, set_caller
from operations.live_admin import loop
from operations.live_admin.loop import Turns, call_on_loop, in_turns, run_on_loop, with_rests


async def test_work_from_a_thread_runs_on_the_loop_in_the_name_of_the_caller() -> None:
    def page() -> tuple[int, int, str]:
        set_caller(Caller("user", "olga", "10.0.0.1"))
        ran_in, actor = call_on_loop(lambda: (threading.get_ident(), current_caller().actor))
        return threading.get_ident(), ran_in, actor

    page_thread, loop_thread, actor = await sync_to_async(page, thread_sensitive=False)()
    assert loop_thread == threading.get_ident() != page_thread
    assert actor == "user:olga@10.0.0.1"


async def test_work_that_does_not_end_is_given_up() -> None:
    def page() -> None:
        run_on_loop(asyncio.Event().wait, timeout_s=0.0)

    with pytest.raises(TimeoutError):
        await sync_to_async(page, thread_sensitive=False)()


async def test_what_the_work_raises_reaches_the_page() -> None:
    def broken() -> None:
        raise KeyError("nothing")

    with pytest.raises(KeyError, match="nothing"):
        await sync_to_async(call_on_loop, thread_sensitive=False)(broken)


async def test_others_run_between_two_turns() -> None:
    seen: list[str] = []

    async def long_work() -> None:
        turns = Turns(turn_s=0.0, pause_s=0.0)
        for number in range(3):
            seen.append(f"part {number}")
            await turns.pause_if_over()

    async def other() -> None:
        seen.append("an order")

    await asyncio.gather(long_work(), other())
    assert seen == ["part 0", "an order", "part 1", "part 2"]


def counting(steps: int) -> loop.Steps[int]:
    for _ in range(steps):
        yield
    return steps


def test_steps_in_a_thread_give_their_result() -> None:
    assert with_rests(counting(3)) == 3


async def test_others_run_between_two_steps_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def work() -> loop.Steps[str]:
        seen.append("some rows")
        yield
        seen.append("more rows")
        return "all"

    async def other() -> None:
        seen.append("an order")

    monkeypatch.setattr(loop, "Turns", lambda: Turns(turn_s=0.0, pause_s=0.0))
    assert (await asyncio.gather(in_turns(work()), other()))[0] == "all"
    assert seen == ["some rows", "an order", "more rows"]


async def test_a_system_without_timer_slack_is_put_up_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(loop, "TIMER_SLACK_FILE", tmp_path / "no" / "such" / "file")
    await loop.sharpen_timers()
    file = tmp_path / "slack"
    monkeypatch.setattr(loop, "TIMER_SLACK_FILE", file)
    await loop.sharpen_timers()
    assert file.read_text() == "1000"
