"""The real application with the paths of operations and some views to limit, and a configuration nobody has changed yet."""

from collections.abc import Iterator
from typing import Any

import pytest

from operations.config.in_force import CONFIG
from tests.asgi_client import AsgiApp
from tests.gateway.echo_views import Counts, start_counting


@pytest.fixture
def app(settings: Any) -> AsgiApp:
    """The application behind all its middleware, with the rate limit that most tests must not meet."""
    from gateway.asgi import make_application

    settings.ROOT_URLCONF = "tests.operations.config.paths"
    settings.RATE_LIMIT_RPS = 10_000
    return make_application(lifecycle=None)


@pytest.fixture
def counts() -> Counts:
    """What the views did in this test."""
    return start_counting()


@pytest.fixture(autouse=True)
def as_never_changed() -> Iterator[None]:
    """No test finds what another one has set."""
    CONFIG.restore([])
    yield
    CONFIG.restore([])
    CONFIG.trouble = None
