"""Failpoints do nothing unless the environment arms one, and then end the process at once, where it was asked for."""

import os
import signal
import subprocess
import sys

import pytest

from trading.journal.failpoints import NAMES, VARIABLE, Failpoints


def test_unarmed_they_are_passed_by() -> None:
    failpoints = Failpoints()
    failpoints.arm({})
    for name in NAMES:
        failpoints.reach(name)
    assert failpoints._armed is None


def test_one_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match="no failpoint 'after_lunch', only before_write, after_write"):
        Failpoints().arm({VARIABLE: "after_lunch:2"})


def test_the_armed_one_ends_the_process_when_its_time_has_come() -> None:
    script = (
        "import os; from trading.journal.failpoints import FAILPOINTS as points\n"
        "points.arm(os.environ)\n"
        "for turn in range(9):\n"
        "    print(turn, flush=True); points.reach('before_write'); points.reach('after_commit')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), VARIABLE: "after_commit:3"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == ["0", "1", "2"]
