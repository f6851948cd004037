"""Going through a journal from its first entry: is it whole, does the state follow, do snapshots and history agree with it?

Nothing is changed, and the gateway may go on meanwhile. Ended orders are let go of at once, so memory is that of the open
ones.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from kit.errors import NotFound
from markets.instruments import Instrument
from trading.books import Books
from trading.history import History, HistoryFailed
from trading.journal.entries import Entry, Head, Record
from trading.journal.errors import JournalDamaged
from trading.journal.reading import JournalPlace, Reader, open_reader
from trading.journal.recovery import fold_record, verify_records
from trading.journal.snapshots import SnapshotFolder, SnapshotUnusable, read_snapshot
from trading.sandbox.events import AnyEvent
from trading.sandbox.exchange import Exchange
from trading.sandbox.orders import Order
from trading.sandbox.state import order_digest


class Finding(msgspec.Struct, frozen=True):
    """What was found out about one thing."""

    subject: str
    is_sound: bool
    text: str


class Step(msgspec.Struct, frozen=True):
    """One entry of the journal that fits and follows."""

    record: Record
    entry: Entry


class Walk:
    """The state along a journal, entry by entry."""

    def __init__(self, journal: Reader) -> None:
        self.journal = journal
        self._traded: dict[str, Instrument] = {}
        self.exchange = Exchange(self.instrument)
        self.head = Head()

    def instrument(self, symbol: str) -> Instrument:
        """The instrument as the journal knows it; raises NotFound."""
        found = self._traded.get(symbol)
        if found is None:
            raise NotFound(f"The journal has not told of {symbol!r} yet.", code="UNKNOWN_SYMBOL")
        return found

    def steps(self, when_ended: Callable[[Order], None] = lambda _: None) -> Iterator[Step]:
        """Every entry, once it is folded; ended orders stay until the next one, when `when_ended` has seen them.

        Raises JournalDamaged naming the first entry that does not fit or does not follow.
        """
        for record in verify_records(self.journal.read_from(1), Head()):
            entry = fold_record(record, self._fold)
            self.head = Head(record.seq, record.hash)
            yield Step(record, entry)
            for order in self._ended_by(entry.events):
                when_ended(order)
                self.exchange.forget(order, order_digest(order))
        noted = self.journal.last()
        if noted != self.head:
            raise JournalDamaged(
                self.head.seq + 1, f"the journal once reached entry {noted.seq}; what followed is missing"
            )

    def _fold(self, _: int, entry: Entry) -> None:
        if entry.instrument is not None:
            self._traded[entry.instrument.symbol] = entry.instrument
        for event in entry.events:
            self.exchange.fold(event)

    def _ended_by(self, events: tuple[AnyEvent, ...]) -> Iterator[Order]:
        order_ids = {event.order_id: None for event in events if hasattr(event, "order_id")}
        for order_id in order_ids:
            order = self.exchange.orders[order_id]
            if not order.is_live:
                yield order


class HistoryCheck:
    """Compares ended orders with what the history has of them. Made before the journal is opened, it is not ahead of it."""

    def __init__(self, history: History | None) -> None:
        self._history = history
        self._count = 0 if history is None else history.count()[0]
        self._same = 0
        self._fault = ""

    def compare(self, order: Order) -> None:
        """Look for an order that has just ended."""
        if self._history is None or self._fault:
            return
        try:
            found = self._history.order(order.account_id, order.id)
        except HistoryFailed as fault:
            self._fault = f"order {order.id}: {fault}"
            return
        if found is None:
            return
        if found[1] == order:
            self._same += 1
        else:
            self._fault = f"order {order.id} is not as the journal has it"

    def findings(self) -> list[Finding]:
        """What came out, when all of the journal was seen."""
        if self._history is None:
            return []
        if self._fault:
            return [Finding("history", False, self._fault)]
        if self._count > self._same:
            text = f"{self._count - self._same} of {self._count} orders are not in the journal"
            return [Finding("history", False, text)]
        return [Finding("history", True, f"{self._count:,} ended orders, as the journal has them")]


def audit(place: JournalPlace, snapshots: SnapshotFolder, history: History | None) -> list[Finding]:
    """Everything that can be said of a journal; the first finding is its own. Raises StoreFailed when there is none."""
    rows = HistoryCheck(history)
    journal = open_reader(place)
    try:
        return _audit(journal, snapshots, rows)
    finally:
        journal.close()


def _audit(journal: Reader, snapshots: SnapshotFolder, rows: HistoryCheck) -> list[Finding]:
    walk = Walk(journal)
    waiting = {file.seq: file.path for file in snapshots.files()}
    findings = [
        Finding(path.name, False, "it belongs to an entry that the journal does not have")
        for seq, path in waiting.items()
        if seq > journal.last().seq
    ]
    try:
        for step in walk.steps(rows.compare):
            path = waiting.get(step.record.seq)
            if path is not None:
                findings.append(_check_snapshot(path, step.record, walk.exchange))
    except JournalDamaged as damage:
        return [Finding("journal", False, str(damage)), *findings]
    state = f"{walk.head.seq:,} entries, chained and followed to the end. State hash {walk.exchange.state_hash()}."
    return [Finding("journal", True, state), *findings, *rows.findings()]


def _check_snapshot(path: Path, record: Record, exchange: Exchange) -> Finding:
    """Whether a snapshot shows the state that the journal folds to."""
    books = Books(_no_instrument)
    try:
        head, lines = read_snapshot(path)
        if head.hash != record.hash:
            return Finding(path.name, False, f"entry {record.seq} of this journal is not the one it was written after")
        books.restore(lines, lambda: ())
    except FileNotFoundError:
        return Finding(path.name, True, "it has given way to a newer one")
    except (SnapshotUnusable, OSError, LookupError, ValueError, TypeError, AssertionError, NotFound) as error:
        return Finding(path.name, False, str(error))
    if books.exchange.state_hash() != exchange.state_hash():
        return Finding(path.name, False, f"its state is not the one after entry {record.seq}")
    return Finding(path.name, True, f"its state is the one after entry {record.seq:,}")


def _no_instrument(symbol: str) -> Instrument:
    raise NotFound(f"The snapshot does not tell of {symbol!r}.", code="UNKNOWN_SYMBOL")
