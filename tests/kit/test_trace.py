"""Ids rise, look like UUIDs of version 7, and differ between processes."""

import os
import time
import uuid

from kit.trace import IdMaker, current_trace_id, is_sane_trace_id, new_id, set_trace_id


def test_ids_rise_strictly_and_are_version_7():
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {(uuid.UUID(text).version, uuid.UUID(text).variant) for text in ids[:50]} == {(7, uuid.RFC_4122)}


def test_ids_rise_when_the_clock_is_set_back(monkeypatch):
    maker = IdMaker()
    first = maker.make()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert maker.make() > first


def test_id_holds_the_time_it_was_made():
    before_ms = time.time_ns() // 1_000_000
    made_ms = IdMaker().make().replace("-", "")[:12]
    assert before_ms <= int(made_ms, 16) <= time.time_ns() // 1_000_000


def test_two_processes_make_different_ids():
    here = new_id()[-12:]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    there = os.read(reading, 36).decode()
    os.close(reading), os.close(writing)
    assert len(there) == 36 and there[-12:] != here


def test_trace_id_of_the_context():
    set_trace_id("one")
    assert current_trace_id() == "one"
    set_trace_id("")


def test_sane_trace_ids():
    assert is_sane_trace_id("Az09_.-" * 9)
    assert not any(is_sane_trace_id(text) for text in ("", "a" * 65, "a b", "a\n", "ä", "<x>"))
