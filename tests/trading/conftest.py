"""What the tests of trading share: a journal with faults on demand, entries, answers, and markets written by hand."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from api.idempotency import StoredAnswer
from markets.updates import MarketUpdate
from trading.journal.entries import Entry, Record
from trading.journal.errors import StoreFailed
from trading.journal.stores import SqliteStore
from trading.sandbox.events import OrderCanceled

DAY_NS = 24 * 3_600 * 1_000_000_000


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


@pytest.fixture
def make_entry() -> Callable[[int], Entry]:
    """Entries that can be told apart by a number."""

    def make(number: int = 0) -> Entry:
        event = OrderCanceled(time_ns=number, account_id="default", order_id=f"order-{number}", reason="by its owner")
        return Entry(kind="cancel_order", time_ns=number, wall_ns=number, account_id="default", events=(event,))

    return make


@pytest.fixture
def make_answer() -> Callable[..., StoredAnswer]:
    """Idempotent answers of the account `default`."""

    def make(key: str = "key", *, created_ns: int = DAY_NS, body: bytes = b"{}") -> StoredAnswer:
        return StoredAnswer("default", key, f"print of {key}", 201, "application/json", body, created_ns)

    return make


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    """Where a test's journal lies."""
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def store(journal_path: Path) -> Iterator[FaultyStore]:
    """An open, empty SQLite journal, with faults on demand."""
    store = FaultyStore(journal_path)
    store.open()
    yield store
    store.close()


@pytest.fixture
def make_update() -> Callable[..., MarketUpdate]:
    """Steps of a price, in ticks and lots: three levels of `depth` on each side, the best a tick away."""

    def make(
        price_ticks: int,
        *,
        symbol: str = "BTC-USDT",
        from_ticks: int | None = None,
        time_ns: int = 1,
        depth: int = 100_000,
    ) -> MarketUpdate:
        start_ticks = price_ticks if from_ticks is None else from_ticks
        return MarketUpdate(
            symbol=symbol,
            time_ns=time_ns,
            from_ticks=start_ticks,
            last_ticks=price_ticks,
            low_ticks=min(start_ticks, price_ticks) - 10,
            high_ticks=max(start_ticks, price_ticks) + 10,
            bids=tuple((price_ticks - step, depth) for step in (1, 2, 3)),
            asks=tuple((price_ticks + step, depth) for step in (1, 2, 3)),
        )

    return make
