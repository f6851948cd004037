"""A Postgres with the journals of several gateways, and the environment of a gateway that uses it."""

import importlib.util
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import PostgresServer, run_postgres
from tests.required_services import do_without
from tests.server import Server


@contextmanager
def run_shared_postgres(wrapper: Sequence[str] = ()) -> Iterator[PostgresServer]:
    """A server of its own, run by `wrapper` if there is one; the test is skipped where there is no driver."""
    if importlib.util.find_spec("psycopg") is None:
        do_without("psycopg, the driver of Postgres")
    with run_postgres(wrapper) as server:
        yield server


def gateway_of(folder: Path, name: str, journal_url: str, **environment: str) -> Server:
    """A gateway that is one of several; it has not started."""
    (folder / name).mkdir()
    if "PYTHONPATH" in os.environ:  # where a driver may be that is not among the pinned packages
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    shared = {"JOURNAL_URL": journal_url, "GATEWAY_NAME": name, "RATE_LIMIT_RPS": "0", "LOG_LEVEL": "WARN"}
    return Server(folder / name, {**shared, **environment})
