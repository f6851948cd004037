"""Ids rise, look like UUIDs of version 7, and differ between processes."""

import os
import time
import uuid

import pytest

from kit.trace import (
    IdMaker,
    current_trace_id,
    is_sane_trace_id,
    new_id,
    set_trace_id,
    trace_id_of_traceparent,
    trace_number,
)


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


@pytest.mark.parametrize(
    ("header", "trace_id"),
    [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", ""),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ""),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", ""),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", ""),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", ""),
        ("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01", ""),
        ("", ""),
    ],
)
def test_a_traceparent_that_is_well_formed_names_its_trace(header, trace_id):
    assert trace_id_of_traceparent(header) == trace_id


def test_an_id_of_ours_is_the_number_that_its_digits_say():
    made = new_id()
    assert f"{trace_number(made):032x}" == made.replace("-", "")
    assert trace_number("one-line") is None
    assert trace_number("0" * 32) is None
