"""The time limit on a block: it passes, it does not, and cancellations from elsewhere stay what they are."""

import asyncio
import contextlib

import pytest

from gateway import deadline
from gateway.deadline import Deadline


async def test_a_block_that_is_done_in_time_is_left_alone():
    with Deadline(10):
        await asyncio.sleep(0)
    assert asyncio.current_task().cancelling() == 0


async def test_a_block_that_takes_too_long_is_ended():
    with pytest.raises(TimeoutError, match="not done within"), Deadline(0.01):
        await asyncio.Event().wait()
    await asyncio.sleep(0)
    assert asyncio.current_task().cancelling() == 0


async def test_a_timer_of_a_block_that_is_done_never_rings():
    with Deadline(0.001):
        pass
    await asyncio.sleep(0.005)
    assert asyncio.current_task().cancelling() == 0


async def test_a_fault_of_the_block_is_its_own():
    with pytest.raises(KeyError), Deadline(10):
        raise KeyError("mine")


async def test_a_cancellation_from_elsewhere_stays_one():
    begun = asyncio.Event()

    async def work():
        with Deadline(10):
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(work())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_deadlines_nest():
    with pytest.raises(TimeoutError, match=r"within 0\.01 s"), Deadline(10), Deadline(0.01):
        await asyncio.Event().wait()
    with pytest.raises(TimeoutError, match=r"within 0\.01 s"), Deadline(0.01), Deadline(10):
        await asyncio.Event().wait()


async def test_many_at_once_are_cut_each_in_its_time():
    loop = asyncio.get_running_loop()

    async def wait(timeout_s):
        began_s = loop.time()
        with pytest.raises(TimeoutError), Deadline(timeout_s):
            await asyncio.Event().wait()
        return loop.time() - began_s >= timeout_s

    async def be_quick(timeout_s):
        with Deadline(timeout_s, loop):
            await asyncio.sleep(0)
        return True

    works = [work(timeout_s) for _ in range(100) for timeout_s in (0.01, 0.02, 0.03) for work in (wait, be_quick)]
    assert all(await asyncio.gather(*works))


async def test_one_that_begins_later_ends_later():
    loop = asyncio.get_running_loop()
    ends = []

    async def wait(name):
        with contextlib.suppress(TimeoutError), Deadline(0.05):
            await asyncio.Event().wait()
        ends.append((name, loop.time()))

    first = asyncio.ensure_future(wait("first"))
    await asyncio.sleep(0.02)
    second = asyncio.ensure_future(wait("second"))
    await asyncio.gather(first, second)
    assert [name for name, _ in ends] == ["first", "second"]
    assert ends[1][1] - ends[0][1] > 0.01


def test_a_loop_that_ends_takes_its_deadlines_along():
    async def leave_one():
        with Deadline(10):
            await asyncio.sleep(0)
        return asyncio.get_running_loop()

    ended = asyncio.run(leave_one())
    assert any(loop is ended for loop, _ in deadline._QUEUES)
    asyncio.run(leave_one())
    assert all(loop is not ended for loop, _ in deadline._QUEUES)


async def test_a_queue_that_nobody_waits_in_goes():
    loop = asyncio.get_running_loop()
    with Deadline(0.001):
        pass
    await asyncio.sleep(0.01)
    assert (loop, 0.001) not in deadline._QUEUES
