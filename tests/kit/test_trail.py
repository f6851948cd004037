"""The notes on a write: kept for it alone, in whatever thread or task works for it, until its record is made."""

import asyncio

from kit.trail import MAX_CHANGES, begin_trail, current_trail, mark_journaled, note_change


async def test_outside_of_a_write_notes_go_nowhere():
    async def work():
        note_change(subject=("feed", "feed"))
        mark_journaled()
        return current_trail()

    assert await asyncio.create_task(work()) is None


async def test_threads_and_tasks_of_a_write_share_its_notes():
    trail = begin_trail()
    await asyncio.to_thread(note_change, subject=("key", "1"), before=1, after=2)
    await asyncio.create_task(asyncio.to_thread(mark_journaled))
    assert [(each.subject, each.before, each.after) for each in trail.changes] == [(("key", "1"), 1, 2)]
    assert trail.is_journaled


async def test_what_goes_on_after_its_record_is_no_part_of_it():
    trail = begin_trail()
    trail.is_over = True
    note_change(subject=("key", "1"))
    mark_journaled()
    assert (trail.changes, trail.is_journaled, current_trail()) == ([], False, None)


async def test_each_write_has_notes_of_its_own():
    async def write(name: str) -> list[str]:
        trail = begin_trail()
        await asyncio.sleep(0)
        note_change(action=name)
        return [each.action for each in trail.changes]

    assert await asyncio.gather(write("a"), write("b")) == [["a"], ["b"]]


async def test_notes_have_a_limit():
    trail = begin_trail()
    for _ in range(MAX_CHANGES + 5):
        note_change(action="many")
    assert len(trail.changes) == MAX_CHANGES
