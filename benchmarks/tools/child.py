"""Runs one named function in a fresh process and takes its result as JSON: no measurement inherits another's memory.

python -m benchmarks.tools.child package.module:function '{"argument": 1}'
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 900.0


class ChildFailed(RuntimeError):
    """The function's process ended with an error; the message holds what it printed."""


def run_in_child(
    function: str,
    *,
    python: Path | None = None,
    core: int | None = None,
    environment: Mapping[str, str] | None = None,
    **arguments: Any,
) -> Any:
    """What `module:function` returns for JSON-able keyword arguments, run on one core or on all of them."""
    pinned = [] if core is None else ["taskset", "--cpu-list", str(core)]
    interpreter = str(python or sys.executable)
    done = subprocess.run(
        [*pinned, interpreter, "-m", "benchmarks.tools.child", function, json.dumps(arguments)],
        env={**os.environ, "PYTHONPATH": import_path(), **(environment or {})},
        cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise ChildFailed(f"{function} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def import_path() -> str:
    """Where Sandbar's own packages are found."""
    return os.pathsep.join([str(ROOT / "platform"), str(ROOT)])


def main() -> None:
    """Run the function that the command line names and print its result on the last line."""
    module_name, _, function_name = sys.argv[1].partition(":")
    function = getattr(importlib.import_module(module_name), function_name)
    print(json.dumps(function(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
