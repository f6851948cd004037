"""Admin pages made on the other side of a connection, as in a running gateway, but by threads of this process.

Whatever a page asks for, and whatever comes back, is pickled on its way.
"""

import asyncio
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import handler
from gateway.admin_pages import worker
from gateway.admin_pages.process import AdminPages
from gateway.middleware import admin


class WorkerInThreads:
    """Stands for a `WorkerProcess`."""

    pid = 0

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = str(Path(self._folder.name) / "pages")
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(self._path)
        self._listening.listen()
        self._thread = threading.Thread(target=worker.serve, args=(self._listening,))
        self._thread.start()

    def has_ended(self) -> bool:
        """Whether it is gone."""
        return not self._thread.is_alive()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection for one request."""
        return await asyncio.open_unix_connection(self._path)

    def end(self) -> None:
        """End it."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        self._folder.cleanup()


def pages_made_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[AdminPages]:
    """Have the pages of this test made by a worker. The body of a fixture."""
    pages = AdminPages(WorkerInThreads)
    pages.is_on = True
    for module in (handler, admin):
        monkeypatch.setattr(module, "ADMIN_PAGES", pages)
    yield pages
    if pages.worker is not None:
        pages.worker.end()
