"""Fixtures that any test may use: the real ASGI application in process, a client of it, and runtime parameters to turn.

The environment of the tests is made by tests/environment.py, which pytest loads first.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test.signals import setting_changed
from hypothesis import HealthCheck, settings

from kit.tunables import TUNABLES
from tests.asgi_client import AsgiApp, AsgiClient
from tests.environment import FOLDER

settings.register_profile("on any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("on any machine")

LONGEST = "tests/fuzz/"
"""Begun first: begun last it would run alone for minutes, with the other worker idle."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first; the order of the others stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def take_changed_setting(*, setting: str, value: Any, **_: Any) -> None:
    """A setting that a test changes is the default of its runtime parameter, as it is after a start with it."""
    for tunable in TUNABLES:
        if tunable.variable == setting:
            tunable.take_environment(value)


setting_changed.connect(take_changed_setting)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The database is a file, as in a gateway: one in memory answers "table is locked" where a file lets wait.

    Nobody waits for the disk: what must survive a power cut has tests with gateways of their own.
    """
    from django.conf import settings as configured

    database = configured.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = FOLDER / "tables.sqlite3"
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture
def tune() -> Iterator[Callable[[str, Any], None]]:
    """Puts a value of a runtime parameter in force until the test is over."""
    tuned = []

    def put(key: str, value: Any) -> None:
        tunable = TUNABLES.find(key)
        tunable.override(tunable.check(value))
        tuned.append(tunable)

    yield put
    for tunable in tuned:
        tunable.override(None)


@pytest.fixture
def configure(client: AsgiClient, transactional_db: None) -> Iterator[Callable[..., Any]]:
    """Changes runtime parameters as an operator does, over REST; nothing of it outlives the test."""
    from operations.config.in_force import CONFIG

    async def put(key: str, value: Any, **more: Any) -> Any:
        answer = await AsgiClient(client.app).put(f"/api/v1/config/{key}/", json={"value": value, **more})
        assert answer.status == 200, answer.json()
        return answer.data

    yield put
    CONFIG.restore([])


@pytest.fixture
def app() -> AsgiApp:
    """The whole application, without what starts with a server (exchange, feed, jobs)."""
    from gateway.asgi import make_application

    return make_application(lifecycle=None)


@pytest.fixture
def client(app: AsgiApp) -> AsgiClient:
    """A client at an address of its own."""
    return AsgiClient(app)
