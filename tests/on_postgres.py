"""Runs the tests that use the application's tables on a private Postgres, and no others: `pytest -p tests.on_postgres`.

The same tests run on SQLite otherwise. The server is started once; the processes of one run have a database of it each.
Without Postgres they are skipped, or the run fails where services are required.
"""

import atexit
import os
from contextlib import ExitStack

import pytest

import tests.environment  # noqa: F401 - it forgets a DATABASE_URL of the developer's, so it has to be before this
from tests.postgres import FORGETFUL, run_postgres
from tests.required_services import are_services_required

HANDED_DOWN = "SANDBAR_TESTS_POSTGRES"
"""How the processes of a run that share its tests learn of the server that the first one started."""

FIXTURES = {"db", "transactional_db"}


def _start() -> str:
    """Start the server unless this run has one, and let Django's settings find it; why there is none, or nothing."""
    if HANDED_DOWN not in os.environ:
        server = ExitStack()
        try:
            os.environ[HANDED_DOWN] = server.enter_context(run_postgres(settings=FORGETFUL)).make_database("sandbar")
        except (pytest.skip.Exception, pytest.fail.Exception) as missing:
            return str(missing)
        atexit.register(server.close)
    os.environ["DATABASE_URL"] = os.environ[HANDED_DOWN]
    return ""


_missing = _start()


def pytest_configure(config: pytest.Config) -> None:
    """Keep the database, which goes with its server: to drop it waits for every thread that has looked into it."""
    if _missing and are_services_required():
        raise pytest.UsageError(_missing)
    config.option.reuse_db = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests that use no tables to the run on SQLite."""
    from django.db import connection

    assert _missing or connection.vendor == "postgresql", "the settings were read before the server was named"
    chosen = [item for item in items if _uses_tables(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _uses_tables(item)])
    items[:] = chosen
    for item in chosen if _missing else ():
        item.add_marker(pytest.mark.skip(reason=_missing))


def _uses_tables(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or FIXTURES.intersection(getattr(item, "fixturenames", ())))
