"""Functions that the tests run in worker processes; Django-free, as every job function is."""

import logging
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
