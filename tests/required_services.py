"""Programs and drivers that tests use where they are there.

Without one a test is skipped; where REQUIRE_SERVICES=1 says that all are there, it fails.
"""

import os
import shutil
from typing import NoReturn

import pytest

VARIABLE = "REQUIRE_SERVICES"
ROOTS_FOLDERS = "/usr/sbin:/sbin"
"""Programs of servers lie there on some systems, on root's PATH alone."""


def are_services_required() -> bool:
    """Whether a service that is missing is a fault."""
    return os.environ.get(VARIABLE) == "1"


def do_without(missing: str) -> NoReturn:
    """End the test, for `missing` is not there."""
    if are_services_required():
        pytest.fail(f"{VARIABLE}=1 and there is no {missing}")
    pytest.skip(f"there is no {missing} on this machine")


def find_program(*names: str, package: str) -> str:
    """The first of these programs that is there; Debian's `package` has it."""
    path = f"{os.environ['PATH']}:{ROOTS_FOLDERS}"
    found = next(filter(None, (shutil.which(name, path=path) for name in names)), None)
    return found or do_without(f"{names[0]} (Debian's package {package} has it)")
