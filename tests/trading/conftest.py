"""What the tests of trading share: a journal with faults on demand, entries, answers, and markets written by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.idempotency import StoredAnswer
from markets.updates import MarketUpdate
from tests.trading.desk.bench import market_update
from tests.trading.faulty_store import FaultyStore
from trading.journal.entries import Entry
from trading.sandbox.events import OrderCanceled

DAY_NS = 24 * 3_600 * 1_000_000_000


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


@pytest.fixture(scope="session")
def make_update() -> Callable[..., MarketUpdate]:
    """Steps of a price (see `market_update`)."""
    return market_update
