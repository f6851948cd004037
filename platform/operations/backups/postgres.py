"""The application's tables in Postgres: written out by pg_dump in one snapshot, put back by pg_restore in one transaction.

Both are Postgres' own programs, of the server's version or a later one (https://www.postgresql.org/docs/current/app-pgdump.html).
A password goes by the environment, never by the command line, where everybody on the machine could read it.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.errors import Unavailable

TIMEOUT_S = 3_600
"""A hundred gigabytes; what takes longer hangs."""

MAX_SAID = 1_000
"""Characters of what a program said that are handed on."""

_DUMP = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password")
_RESTORE = (
    "pg_restore",
    "--single-transaction",
    "--exit-on-error",
    "--no-owner",
    "--no-privileges",
    "--no-password",
)


def dump_tables(database: Mapping[str, Any], target: Path) -> None:
    """Write all tables of Django's settings of a database into a file; raises Unavailable BACKUP_FAILED."""
    _run([*_DUMP, f"--file={target}", f"--dbname={database['NAME']}"], database)


def restore_tables(database: Mapping[str, Any], source: Path) -> None:
    """Put all tables of a file into an empty database, or none; raises Unavailable BACKUP_FAILED."""
    _run([*_RESTORE, f"--dbname={database['NAME']}", str(source)], database)


def _run(command: list[str], database: Mapping[str, Any]) -> None:
    program = shutil.which(command[0])
    if program is None:
        raise Unavailable(
            f"{command[0]} is not on the PATH; install Postgres' client programs of the server's version.",
            code="BACKUP_FAILED",
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program of Postgres; its arguments come from the settings
            [program, *command[1:]],
            env=os.environ | _connection_variables(database),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise Unavailable(f"{command[0]} did not run to its end: {fault}", code="BACKUP_FAILED") from fault
    if done.returncode:
        raise Unavailable(f"{command[0]} failed: {done.stderr.strip()[:MAX_SAID]}", code="BACKUP_FAILED")


def _connection_variables(database: Mapping[str, Any]) -> dict[str, str]:
    """libpq's variables for what is set; the rest is libpq's default."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {variable: str(database[name]) for variable, name in names.items() if database.get(name)}
