"""Functions that the tests run in worker processes; Django-free, as every job function is."""

import logging
import mmap
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from jobs.progress import Canceled, Progress
from kit.errors import Rejected
from kit.logs import get_logger
from kit.trace import current_trace_id

PATIENCE_S = 30.0


def add(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Add two numbers and say where that happened."""
    progress.update(0.5, "adding")
    return {"sum": spec["a"] + spec["b"], "pid": os.getpid()}


def describe(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What the worker is made of."""
    import platform

    logging.getLogger("tests.work").warning("described in %s", "a worker")
    return {
        "trace_id": current_trace_id(),
        "django": "django" in sys.modules,
        "gateway": "gateway" in sys.modules,
        "python": platform.python_version(),
        "absolute": all(Path(entry).is_absolute() for entry in sys.path if entry),
    }


def refuse(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fail as a rule would."""
    raise Rejected("Row 7 has no close.", code="BAD_ROWS", details={"rows": [7], "where": Path("a.csv")})


def break_down(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fail as a bug would."""
    raise KeyError("a secret")


def answer_what_json_cannot_say(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Give a result that cannot be kept."""
    return {"half": "\ud800"}


def answer_too_much(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Give a result that is too large to be kept."""
    return {"text": "x" * 1_000_000}


def leave(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """End the process, as a crash of native code would."""
    os._exit(3)


def hold(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Report the process id and go on until canceled; write a last word to the file `left`, if one is named."""
    try:
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            progress.update(0.25, str(os.getpid()))
            time.sleep(0.01)
    except Canceled:
        if "left" in spec:
            Path(spec["left"]).write_text("tidied up")
        raise
    return {}


def hang(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Report the ids of this process and of one it started, then never again: deaf to any cancellation."""
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({PATIENCE_S})"])
    progress.update(0.5, f"{os.getpid()} {child.pid}")
    time.sleep(PATIENCE_S)
    return {}


def chatter(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Report far more often than anybody wants to hear."""
    for step in range(spec["steps"]):
        progress.update(step / spec["steps"], f"step {step}")
    progress.update(1.0, "the last word")
    # The throttle holds the last word back for a moment; it must still arrive while the work goes on.
    while not Path(spec["heard"]).exists():
        time.sleep(0.01)
    return {}


def log_fields(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Log with fields, some of which JSON cannot say."""
    log = get_logger("tests.work")
    log.warning("Rows were read.", rows=3, where=Path("a.csv"))
    log.warning("Something odd.", half="\ud800")
    return {}


def show(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Show a partial result, as large as `size`, until the file `heard` is there."""
    shown = {"best": [1, 2], "text": "x" * spec.get("size", 0)}
    while not Path(spec["heard"]).exists():
        progress.update(0.5, "showing", shown)
        shown["steps"] = shown.get("steps", 0) + 1
        time.sleep(0.005)
    return {"steps": shown["steps"]}


def show_what_json_cannot_say(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """A bug of the job's author."""
    progress.update(0.5, "", {"what": object()})
    return {}


def swell(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Hold more and more memory, to at most `mib`."""
    held = []
    for step in range(spec["mib"] // 8):
        held.append(bytearray(b"x") * (8 * 2**20))
        progress.update(step * 8 / spec["mib"], f"{step * 8} MiB {os.getpid()}")
        time.sleep(0.002)
    return {"mib": len(held) * 8}


_kept: list[bytearray] = []


def keep(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Leave memory behind, as a library's cache does."""
    _kept.append(bytearray(b"x") * (spec["mib"] * 2**20))
    return {"pid": os.getpid()}


def ask_for_too_much(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Ask for more than any machine has, at once."""
    return {"bytes": len(bytearray(2**62))}


def map_file(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Read all of a mapped file, as a job reads a data set, and keep it mapped for a few measurements."""
    with Path(spec["path"]).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        total = sum(mapped[place] for place in range(0, len(mapped), mmap.PAGESIZE))
        time.sleep(spec["seconds"])
        return {"bytes": len(mapped), "sum": total}


def read_environment(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What the worker's environment says."""
    return {name: os.environ.get(name) for name in spec["names"]}


def compile_kernel(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Use a compiled kernel, and say whether it had to be compiled."""
    from tests.jobs.sample_kernel import double_nb

    doubled = double_nb(21)
    return {"doubled": doubled, "was_compiled_before": bool(double_nb.stats.cache_hits), "pid": os.getpid()}  # type: ignore[attr-defined]


def climb(spec: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Count to `steps` with a checkpoint at each; from `pause_at` on wait for the file `go_on`. Says where it began."""
    assert progress.checkpoints is not None, "its kind is resumable"
    runs = int(progress.checkpoints.load("runs") or 0) + 1
    progress.checkpoints.save(str(runs).encode(), "runs")
    began_at = done = int(progress.checkpoints.load() or 0)
    while done < spec["steps"]:
        done += 1
        progress.checkpoints.save(str(done).encode())
        progress.update(done / spec["steps"], f"step {done}", {"done": done})
        while done >= spec["pause_at"] and not Path(spec["go_on"]).exists():
            progress.update(done / spec["steps"], f"step {done}", {"done": done})
            time.sleep(0.01)
    return {"began_at": began_at, "done": done, "runs": runs}
