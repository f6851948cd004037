"""The gateway with the echo views behind it."""

from collections.abc import Callable
from typing import Any

import pytest

from api.idempotency import TABLE
from tests.asgi_client import AsgiApp, AsgiClient
from tests.gateway.echo_views import Counts, start_counting


@pytest.fixture
def make_app(settings: Any) -> Callable[..., AsgiApp]:
    """Builds the application under changed settings."""
    from gateway.asgi import make_application

    def make(**changes: Any) -> AsgiApp:
        settings.ROOT_URLCONF = "tests.gateway.echo_urls"
        for name, value in changes.items():
            setattr(settings, name, value)
        return make_application(lifecycle=None)

    return make


@pytest.fixture
def app(make_app: Callable[..., AsgiApp]) -> AsgiApp:
    """The application with the rate limit that most tests must not meet."""
    return make_app(RATE_LIMIT_RPS=10_000)


@pytest.fixture
def client(app: AsgiApp) -> AsgiClient:
    """A client of it."""
    return AsgiClient(app)


@pytest.fixture
def counts() -> Counts:
    """What the views did in this test."""
    return start_counting()


@pytest.fixture(autouse=True)
def forgotten_answers() -> None:
    """No test meets the idempotency keys of another."""
    TABLE._entries.clear()
