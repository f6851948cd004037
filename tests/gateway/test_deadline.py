"""The time limit on a block: it passes, it does not, and cancellations from elsewhere stay what they are."""

import asyncio

import pytest

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
