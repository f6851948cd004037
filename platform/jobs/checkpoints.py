"""What a resumable job keeps on disk, so that it goes on from there after a restart of the gateway.

A folder of files for each job, by its id. A file is written whole or not at all, whenever the power goes.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MAX_CHECKPOINT_BYTES = 64 * 1024 * 1024
"""A checkpoint says where the work stands; what the work is on lies in data sets. Larger ones would slow down each step."""

LOCK_FILE = ".lock"
LOCK_WAIT_S = 15.0
"""Longer than a worker of a gateway that was killed can outlive it; then something else is wrong."""

LOCK_PAUSE_S = 0.05

_name = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class CheckpointsBusy(RuntimeError):
    """Another process still works on the same job."""


class Checkpoints:
    """The checkpoints of one job. Names are lower-case words such as `state` or `trials.json`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._lock = _locked(folder / LOCK_FILE)

    def save(self, content: bytes, name: str = "state") -> None:
        """Keep `content`, instead of what had that name; on disk when this returns.

        Raises ValueError for more than `MAX_CHECKPOINT_BYTES` or a name that is none, OSError when it cannot be written.
        """
        if len(content) > MAX_CHECKPOINT_BYTES:
            raise ValueError(f"A checkpoint of {len(content)} bytes: at most {MAX_CHECKPOINT_BYTES} are kept.")
        path = self._path(name)
        half = path.with_name(f".{name}.half")
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)

    def load(self, name: str = "state") -> bytes | None:
        """What was kept under that name last; None at the first run."""
        with suppress(FileNotFoundError):
            return self._path(name).read_bytes()
        return None

    def close(self) -> None:
        """Let another process work on the job; the files stay."""
        os.close(self._lock)

    def _path(self, name: str) -> Path:
        if not _name.fullmatch(name):
            raise ValueError(f"A checkpoint's name is a lower-case word, not {name!r}.")
        return self._folder / name


def _locked(path: Path) -> int:
    """The lock's descriptor, once no other process has it.

    The worker of a gateway that was killed may be deep in a computation for a moment more, and must not write any longer
    when its successor has begun.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline_s = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline_s:
                os.close(descriptor)
                raise CheckpointsBusy(f"Another process works on {path.parent.name}.") from None
            time.sleep(LOCK_PAUSE_S)
        else:
            return descriptor


def remove(root: Path, job_id: str) -> None:
    """Forget a job's checkpoints; it is no fault when there are none."""
    shutil.rmtree(root / job_id, ignore_errors=True)


def remove_others(root: Path, job_ids: Iterable[str]) -> None:
    """Forget the checkpoints of all jobs but these: what a killed gateway left behind."""
    kept = set(job_ids)
    with suppress(FileNotFoundError):
        for folder in root.iterdir():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
