"""A snapshot's file is there whole or not at all, and one that was touched is not believed."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trading.journal.entries import Head
from trading.journal.snapshots import KEPT, SnapshotFolder, SnapshotUnusable, read_snapshot

HEAD = Head(7, bytes(range(32)))
LINES = [b'{"line":"a"}', b'{"line":"b","text":"' + b"x" * 500 + b'"}', b'{"line":"c"}']


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder:
    """Where a test's snapshots lie; it is made with the first."""
    return SnapshotFolder(tmp_path / "snapshots")


def test_a_snapshot_is_read_back_as_written(folder: SnapshotFolder) -> None:
    path = folder.write(HEAD, LINES)
    head, lines = read_snapshot(path)
    assert head == HEAD
    assert [line.rstrip(b"\n") for line in lines] == LINES
    assert [(file.seq, file.path) for file in folder.files()] == [(7, path)]


def test_the_newest_are_kept_and_what_is_half_written_goes(folder: SnapshotFolder) -> None:
    for seq in (5, 30, 1_000_000_000_000, 200):
        folder.write(Head(seq, HEAD.hash), LINES)
    unfinished = folder.files()[0].path.with_suffix(".unfinished")
    unfinished.write_bytes(b"{")
    folder.drop_old()
    assert [file.seq for file in folder.files()] == [1_000_000_000_000, 200]
    assert KEPT == 2
    assert not unfinished.exists()


def test_a_snapshot_that_could_not_be_finished_leaves_nothing(folder: SnapshotFolder, tmp_path: Path) -> None:
    def break_off():
        yield LINES[0]
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        folder.write(HEAD, break_off())
    assert list((tmp_path / "snapshots").iterdir()) == []


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cuts=st.booleans())
def test_one_that_was_cut_or_changed_anywhere_is_not_believed(
    folder: SnapshotFolder, where: float, bit: int, cuts: bool
) -> None:
    path = folder.write(HEAD, LINES)
    content = path.read_bytes()
    position = int(where * len(content))
    damaged = bytearray(content[:position] if cuts else content)
    if not cuts:
        damaged[position] ^= 1 << bit
    path.write_bytes(damaged)
    only_the_last_line_break = cuts and position == len(content) - 1
    if only_the_last_line_break:
        assert read_snapshot(path)[0] == HEAD
    else:
        with pytest.raises(SnapshotUnusable):
            read_snapshot(path)


def test_one_of_another_format_is_passed_over(folder: SnapshotFolder) -> None:
    path = folder.write(HEAD, LINES)
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":2'))
    with pytest.raises(SnapshotUnusable, match="has format 2"):
        read_snapshot(path)


def test_one_that_is_gone_is_passed_over(folder: SnapshotFolder, tmp_path: Path) -> None:
    assert folder.files() == []
    with pytest.raises(SnapshotUnusable, match="cannot be read"):
        read_snapshot(tmp_path / "000000000001.snapshot")
