"""The WebSocket client of the benchmarks counts frames however they arrive; the soak's verdicts see a leak."""

import socket

import pytest

from benchmarks.tools.disk import percentile
from benchmarks.tools.samples import KEPT_BYTES_AN_ORDER, Sample, judge
from benchmarks.tools.sockets import Connection, frame_size


def server_frame(length: int) -> bytes:
    """An unmasked text frame."""
    if length < 126:
        head = bytes([0x81, length])
    elif length < 65_536:
        head = bytes([0x81, 126]) + length.to_bytes(2)
    else:
        head = bytes([0x81, 127]) + length.to_bytes(8)
    return head + b"x" * length


def listening() -> Connection:
    """A connection that is fed by hand."""
    connection = Connection.__new__(Connection)
    connection.frames, connection._left, connection._rest = 0, 0, b""
    return connection


@pytest.mark.parametrize("length", [0, 5, 125, 126, 320, 65_535, 65_536])
def test_a_frame_is_as_long_as_its_header_says(length: int) -> None:
    frame = server_frame(length)
    assert frame_size(frame, 0) == len(frame)


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 100, 323, 324, 325, 1_000])
def test_frames_are_counted_once_wherever_the_stream_is_cut(cut: int) -> None:
    stream = b"".join(server_frame(length) for length in (320, 5, 320, 0, 70_000, 130))
    connection = listening()
    for start in range(0, len(stream), cut):
        connection.count(stream[start : start + cut])
    assert connection.frames == 6


@pytest.mark.parametrize("cut", [1, 2, 3, 100])
def test_a_ping_is_answered_with_its_payload_and_is_no_message(cut: int) -> None:
    here, there = socket.socketpair()
    connection = listening()
    connection.socket = here
    stream = server_frame(320) + b"\x89\x04ping" + server_frame(5)
    for start in range(0, len(stream), cut):
        connection.count(stream[start : start + cut])
    with here, there:
        assert there.recv(100) == b"\x8a\x84\0\0\0\0ping"
    assert connection.frames == 2


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)) == (50.0, 99.0, 7.0)


def samples(*, leak_mb: float = 0.0, task_leak: int = 0) -> list[Sample]:
    """Eleven minutes of a gateway whose history grows as it may, and that may leak besides."""
    return [
        Sample(
            at_s=60.0 * minute,
            memory_mb=100 + minute * (leak_mb + 1_000 * KEPT_BYTES_AN_ORDER / 1e6),
            descriptors=90 + minute % 2,
            threads=6,
            tasks=80 + minute % 3 + task_leak * minute,
            orders=1_000 * minute,
        )
        for minute in range(11)
    ]


def test_history_alone_counts_as_flat() -> None:
    assert [verdict.is_flat for verdict in judge(samples())] == [True, True, True, True]


def test_memory_that_rises_beyond_the_history_is_not_flat() -> None:
    memory, *others = judge(samples(leak_mb=2.0))
    assert not memory.is_flat
    assert "NOT FLAT" in memory.text
    assert all(verdict.is_flat for verdict in others)


def test_tasks_that_pile_up_are_not_flat() -> None:
    assert [verdict.is_flat for verdict in judge(samples(task_leak=5))] == [True, True, True, False]
