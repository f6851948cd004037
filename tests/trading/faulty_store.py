"""A journal that fails when a test wants it to."""

import threading
from collections.abc import Sequence
from pathlib import Path

from api.idempotency import StoredAnswer
from trading.journal.entries import Record
from trading.journal.errors import StoreFailed
from trading.journal.stores import SqliteStore


class FaultyStore(SqliteStore):
    """A journal whose appends can be held up, and made to fail before the write or after the commit."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_write = threading.Event()
        self.may_write.set()
        self.is_writing = threading.Event()
        self.may_reopen = threading.Event()
        self.may_reopen.set()
        self.fail_before_write = False
        self.fail_after_commit = False
        self.batches: list[int] = []

    def reopen(self) -> None:
        """As the real one, if the test lets it."""
        assert self.may_reopen.wait(10), "the test never let the store reopen"
        super().reopen()

    def append_batch(
        self, records: Sequence[Record], answers: Sequence[StoredAnswer], prune_before_ns: int | None = None
    ) -> None:
        """As the real one, if the test lets it."""
        self.is_writing.set()
        assert self.may_write.wait(10), "the test never let the store write"
        if self.fail_before_write:
            raise StoreFailed("disk full")
        super().append_batch(records, answers, prune_before_ns)
        self.batches.append(len(records))
        if self.fail_after_commit:
            raise StoreFailed("the disk's answer was lost")
