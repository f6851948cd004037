"""The whole application, and people at its admin."""

from typing import Any

import pytest

from tests.admin_person import Person, log_in
from tests.asgi_client import AsgiApp, AsgiClient


@pytest.fixture
def app(settings: Any) -> AsgiApp:
    """With all its paths, and without the limit that a quick reader would meet."""
    from gateway.asgi import make_application

    settings.RATE_LIMIT_RPS = 10_000
    return make_application(lifecycle=None)


@pytest.fixture
async def owner(client: AsgiClient, transactional_db: None) -> Person:
    """May do everything."""
    return await log_in(client, "olga", is_superuser=True)
