"""The whole application, and people at its admin."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.admin_pages.process import AdminPages
from kit.clock import SYSTEM_CLOCK
from operations.audit import services as audit
from operations.audit.entries import AuditRecord
from operations.audit.recorder import Recorder
from operations.audit.services import Filters
from tests.admin_person import Person, log_in
from tests.admin_worker import pages_made_elsewhere
from tests.asgi_client import AsgiApp, AsgiClient

AuditReadings = Callable[[], list[AuditRecord]]
"""Entries of the audit's own table, newest first."""


@pytest.fixture(autouse=True)
def admin_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[AdminPages]:
    """Pages are made as in a running gateway: on the other side of a connection."""
    yield from pages_made_elsewhere(monkeypatch)


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


@pytest.fixture
def recording(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AuditReadings]:
    """The audit is written, into a folder of the test's own; gives what is on disk of its own table."""
    settings.STATE_DIR = tmp_path
    recorder = Recorder(SYSTEM_CLOCK, linger_s=0.01)
    monkeypatch.setattr(audit, "RECORDER", recorder)
    recorder.start(audit.open_store())

    def read() -> list[AuditRecord]:
        return list(audit.list_entries(Filters(source="audit"), limit=1_000, cursor=None).items)

    yield read
    recorder.stop()
