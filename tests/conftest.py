"""Fixtures that any test may use: the real ASGI application in process, and a client of it.

The environment of the tests is made by tests/environment.py, which pytest loads first.
"""

import pytest

from tests.asgi_client import AsgiApp, AsgiClient


@pytest.fixture
def app() -> AsgiApp:
    """The whole application, without what starts with a server (exchange, feed, jobs)."""
    from gateway.asgi import make_application

    return make_application(lifecycle=None)


@pytest.fixture
def client(app: AsgiApp) -> AsgiClient:
    """A client at an address of its own."""
    return AsgiClient(app)
