"""The admin over a running exchange, and people who may do different things there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.admin_pages.process import AdminPages
from tests.admin_person import Person, log_in
from tests.admin_worker import pages_made_elsewhere
from tests.asgi_client import AsgiApp, AsgiClient
from tests.operations.live_admin.conftest import recording
from tests.trading.rest.conftest import buy, desk, place, set_price

__all__ = ["buy", "desk", "place", "recording", "set_price"]


@pytest.fixture(autouse=True)
def admin_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[AdminPages]:
    """Pages are made as in a running gateway: on the other side of a connection."""
    yield from pages_made_elsewhere(monkeypatch)


@pytest.fixture
def app(settings: Any, tmp_path: Path) -> AsgiApp:
    """The whole application, without the limit that a quick reader would meet."""
    from gateway.asgi import make_application

    settings.RATE_LIMIT_RPS = 10_000
    return make_application(lifecycle=None)


@pytest.fixture
async def owner(client: AsgiClient, transactional_db: None) -> Person:
    """May do everything."""
    return await log_in(client, "olga", is_superuser=True)


@pytest.fixture
async def viewer(app: AsgiApp, transactional_db: None) -> Person:
    """May look at orders and accounts, no more."""
    return await log_in(AsgiClient(app), "vera", permissions=("trading.view_order", "trading.view_account"))
