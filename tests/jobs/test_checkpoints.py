"""What a resumable job keeps: whole files, one process at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from jobs import checkpoints
from jobs.checkpoints import Checkpoints, CheckpointsBusy


def test_what_was_saved_last_is_found_by_the_next_process(tmp_path: Path) -> None:
    first = Checkpoints(tmp_path / "job")
    assert first.load() is None
    first.save(b"one")
    first.save(b"two")
    first.save(b"other", "trials.json")
    first.close()
    second = Checkpoints(tmp_path / "job")
    assert (second.load(), second.load("trials.json")) == (b"two", b"other")
    second.close()


def test_a_save_that_is_cut_off_leaves_the_former_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Checkpoints(tmp_path / "job")
    kept.save(b"whole")
    monkeypatch.setattr(checkpoints.os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError("power")))
    with pytest.raises(OSError, match="power"):
        kept.save(b"half")
    assert kept.load() == b"whole"
    kept.close()


@pytest.mark.parametrize("name", ["", "../state", ".lock", "A", "a/b", "x" * 65])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    kept = Checkpoints(tmp_path / "job")
    with pytest.raises(ValueError, match="lower-case word"):
        kept.save(b"", name)
    kept.close()


def test_a_checkpoint_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MAX_CHECKPOINT_BYTES", 3)
    kept = Checkpoints(tmp_path / "job")
    with pytest.raises(ValueError, match="at most 3"):
        kept.save(b"four")
    kept.close()


def test_a_second_process_waits_for_the_first_and_then_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "LOCK_WAIT_S", 0.0)
    hold = (
        "import sys, jobs.checkpoints as c, pathlib; k = c.Checkpoints(pathlib.Path(sys.argv[1]));"
        "print('held', flush=True); input()"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "job")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(CheckpointsBusy):
            Checkpoints(tmp_path / "job")
        holder.kill()
    Checkpoints(tmp_path / "job").close()


def test_what_no_job_needs_is_removed(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        Checkpoints(tmp_path / name).close()
    checkpoints.remove(tmp_path, "one")
    checkpoints.remove(tmp_path, "one")
    checkpoints.remove_others(tmp_path, ["two"])
    assert [folder.name for folder in tmp_path.iterdir()] == ["two"]
    checkpoints.remove_others(tmp_path / "not there", [])
