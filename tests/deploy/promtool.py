"""Prometheus' own checker of rules and configuration; Debian's package prometheus has it."""

import os
import shutil

import pytest


def find_promtool() -> str:
    """The program; skips the test where there is none, or fails where services are required."""
    program = shutil.which("promtool")
    if program is None and os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail("REQUIRE_SERVICES=1 and there is no promtool")
    if program is None:
        pytest.skip("there is no promtool on this machine; Debian's package prometheus has it")
    return program
