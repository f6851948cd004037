"""The process pool runs real worker processes: what they are, how they end, and what outlives them."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from jobs.executors import Outcome
from kit.caller import NOBODY, Caller, current_caller, set_caller
from kit.trace import current_trace_id
from tests.jobs.conftest import DEADLINE_S, Pools


async def ended(running: "asyncio.Task[Outcome]") -> Outcome:
    async with asyncio.timeout(DEADLINE_S):
        return await running


def is_gone(pid: int) -> bool:
    """Whether the process ends (SIGKILL needs a moment to take a process away)."""
    try:
        psutil.Process(pid).wait(DEADLINE_S)
    except psutil.NoSuchProcess:
        return True
    return not psutil.pid_exists(pid)


async def test_a_task_runs_in_another_process_and_gives_its_result(pools: Pools) -> None:
    run = pools.run_of(pools.pool(), "add", a=2, b=3)
    outcome = await ended(run.begin())
    assert outcome.status == "succeeded"
    assert outcome.result is not None
    assert outcome.result["sum"] == 5
    assert outcome.result["pid"] != os.getpid()
    assert run.started.is_set()
    assert run.progress == [(0.5, "adding")]


async def test_a_worker_has_the_import_path_and_the_trace_id_but_no_django(
    pools: Pools, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = await ended(pools.run_of(pools.pool(), "describe").begin())
    assert outcome.result is not None
    facts = {name: outcome.result[name] for name in ("trace_id", "django", "gateway", "absolute")}
    assert facts == {"trace_id": "trace-of-the-test", "django": False, "gateway": False, "absolute": True}
    assert outcome.result["python"], "platform/ does not hide Python's own module in a worker"
    assert ("tests.work", logging.WARNING, "described in a worker") in caplog.record_tuples


async def test_an_idle_pool_has_no_worker_and_a_used_one_keeps_it(pools: Pools) -> None:
    pool = pools.pool(workers=4)
    assert pool.load().running == 0
    assert [thread.name for thread in pool._slots] == []
    first = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    second = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert first.result == second.result, "the same process did both"


async def test_an_unused_worker_is_given_back(pools: Pools) -> None:
    pool = pools.pool(idle_s=0.01)
    first = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert first.result is not None
    assert await asyncio.to_thread(is_gone, first.result["pid"])
    second = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert second.status == "succeeded"


async def test_a_refusal_keeps_its_code_and_details(pools: Pools) -> None:
    outcome = await ended(pools.run_of(pools.pool(), "refuse").begin())
    assert outcome.status == "failed"
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.message) == ("BAD_ROWS", "Row 7 has no close.")
    assert outcome.error.details == {"rows": [7], "where": "a.csv"}


@pytest.mark.parametrize(
    ("function", "kind"), [("break_down", "KeyError"), ("answer_what_json_cannot_say", "UnicodeEncodeError")]
)
async def test_a_bug_shows_its_kind_in_the_job_and_the_rest_in_the_log(
    function: str, kind: str, pools: Pools, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = await ended(pools.run_of(pools.pool(), function).begin())
    assert outcome.error is not None
    assert outcome.error.code == "INTERNAL"
    assert outcome.error.message == (
        f"The job failed on an internal fault ({kind}); the log has it under trace-of-the-test."
    )
    assert "Traceback" in caplog.text


async def test_a_function_that_does_not_exist_fails_its_task_alone(pools: Pools) -> None:
    pool = pools.pool()
    outcome = await ended(pools.run_of(pool, "no_such_function").begin())
    assert outcome.status == "failed"
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded"


async def test_a_result_beyond_the_limit_is_refused(pools: Pools) -> None:
    outcome = await ended(pools.run_of(pools.pool(), "answer_too_much").begin())
    assert outcome.error is not None
    assert outcome.error.code == "RESULT_TOO_LARGE"


async def test_a_killed_worker_fails_its_own_task_and_no_other(pools: Pools) -> None:
    pool = pools.pool(workers=2)
    victim, neighbour = pools.run_of(pool, "hold"), pools.run_of(pool, "hold")
    victim_ends, neighbour_ends = victim.begin(), neighbour.begin()
    await neighbour.first_message()
    os.kill(int(await victim.first_message()), signal.SIGKILL)
    outcome = await ended(victim_ends)
    assert outcome.error is not None
    assert outcome.error.code == "JOB_WORKER_DIED"
    assert "SIGKILL" in outcome.error.message
    assert not neighbour_ends.done()
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded"
    pool.cancel(neighbour.task.id)
    assert (await ended(neighbour_ends)).status == "canceled"


async def test_a_worker_that_leaves_by_itself_says_with_which_status(pools: Pools) -> None:
    outcome = await ended(pools.run_of(pools.pool(), "leave").begin())
    assert outcome.error is not None
    assert "with exit status 3" in outcome.error.message


async def test_a_worker_killed_between_two_tasks_is_replaced(pools: Pools) -> None:
    pool = pools.pool()
    first = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert first.result is not None
    pid = first.result["pid"]
    os.kill(pid, signal.SIGKILL)
    outcome = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert outcome.status == "succeeded"
    assert outcome.result is not None
    assert outcome.result["pid"] != pid


async def test_a_task_beyond_its_time_is_ended_with_all_it_started(pools: Pools) -> None:
    pool = pools.pool()
    run = pools.run_of(pool, "hang", timeout_s=3.0)
    running = run.begin()
    pids = [int(pid) for pid in (await run.first_message()).split()]
    outcome = await ended(running)
    assert outcome.error is not None
    assert outcome.error.code == "JOB_TIMEOUT"
    assert outcome.error.message == "The job was ended because it ran longer than 3 s."
    assert is_gone(pids[0])
    assert is_gone(pids[1])
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded"


async def test_a_running_task_may_tidy_up_when_it_is_canceled(pools: Pools, tmp_path: Path) -> None:
    pool = pools.pool()
    run = pools.run_of(pool, "hold", left=str(tmp_path / "left"))
    running = run.begin()
    pid = await run.first_message()
    pool.cancel(run.task.id)
    assert (await ended(running)).status == "canceled"
    assert (tmp_path / "left").read_text() == "tidied up"
    after = await ended(pools.run_of(pool, "add", a=1, b=1).begin())
    assert after.result is not None
    assert after.result["pid"] == int(pid), "a worker that listens is kept"


async def test_a_task_that_does_not_listen_is_ended_by_force(pools: Pools) -> None:
    pool = pools.pool(cancel_grace_s=0.05)
    run = pools.run_of(pool, "hang")
    running = run.begin()
    pids = [int(pid) for pid in (await run.first_message()).split()]
    pool.cancel(run.task.id)
    assert (await ended(running)).status == "canceled"
    assert all(is_gone(pid) for pid in pids)


async def test_a_waiting_task_is_canceled_at_once_and_never_starts(pools: Pools) -> None:
    pool = pools.pool()
    holder, waiter = pools.run_of(pool, "hold"), pools.run_of(pool, "add", a=1, b=1)
    holding, waiting = holder.begin(), waiter.begin()
    await holder.first_message()
    assert (pool.load().running, pool.load().waiting) == (1, 1)
    pool.cancel(waiter.task.id)
    assert (await ended(waiting)).status == "canceled"
    assert not waiter.started.is_set()
    assert not holding.done()


async def test_canceling_what_is_unknown_changes_nothing(pools: Pools) -> None:
    pool = pools.pool()
    pool.cancel("no-such-task")
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded"


async def test_progress_is_throttled_and_its_last_word_still_arrives(pools: Pools, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    run = pools.run_of(pools.pool(), "chatter", steps=20_000, heard=str(heard))
    run.on_message = lambda message: heard.touch() if message == "the last word" else None
    assert (await ended(run.begin())).status == "succeeded"
    assert run.progress[-1] == (1.0, "the last word")
    assert len(run.progress) < 200


async def test_stopping_interrupts_what_runs_and_what_waits(pools: Pools) -> None:
    pool = pools.pool()
    holder, waiter = pools.run_of(pool, "hang"), pools.run_of(pool, "add", a=1, b=1)
    holding, waiting = holder.begin(), waiter.begin()
    pids = [int(pid) for pid in (await holder.first_message()).split()]
    await pool.stop()
    assert [(await ended(holding)).status, (await ended(waiting)).status] == ["interrupted", "interrupted"]
    assert all(is_gone(pid) for pid in pids)
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "interrupted"


async def test_who_no_longer_waits_for_a_task_cancels_it(pools: Pools) -> None:
    pool = pools.pool()
    run = pools.run_of(pool, "hold")
    running = run.begin()
    await run.first_message()
    running.cancel()
    await asyncio.wait([running])
    assert (await ended(pools.run_of(pool, "add", a=1, b=1).begin())).status == "succeeded", "its worker is free"


def test_workers_end_when_the_gateway_is_killed() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    gateway = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.small_gateway"], stdout=subprocess.PIPE, text=True, env=environment
    )
    with gateway:
        assert gateway.stdout is not None
        worker_pid = int(gateway.stdout.readline())
        assert psutil.pid_exists(worker_pid)
        gateway.kill()
    assert is_gone(worker_pid)


async def test_lines_of_a_worker_name_the_job_the_request_and_who_asked(
    pools: Pools, caplog: pytest.LogCaptureFixture
) -> None:
    seen = []

    class Context(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append((current_trace_id(), current_caller().actor, record.fields))  # type: ignore[attr-defined]

    handler = Context()
    logging.getLogger("tests.work").addHandler(handler)
    set_caller(Caller("key", "k-1", "127.0.0.1"))
    run = pools.run_of(pools.pool(), "log_fields")
    await run.begin()
    set_caller(NOBODY)
    logging.getLogger("tests.work").removeHandler(handler)
    assert seen == [
        ("trace-of-the-test", "key:k-1@127.0.0.1", {"job_id": run.task.id, "rows": 3, "where": "a.csv"}),
        ("trace-of-the-test", "key:k-1@127.0.0.1", {"job_id": run.task.id, "fields": "{'half': '\\ud800'}"}),
    ]
