"""Housekeeping: writes snapshots, and lets ended orders leave memory for the history on disk, while trading goes on.

The loop copies references, a few accounts a turn. A thread then does the rest in small pieces with pauses between them:
the history first, the snapshot that relies on it second. Last the loop lets go of what the history has, again in pieces.
Nothing here decides anything: when it fails, the journal still has all of it, and the next time is soon.
"""

import asyncio
import logging
import threading
from pathlib import Path

import msgspec

from kit.clock import Clock
from kit.errors import DomainError
from kit.resting import Rests
from trading.books import Books, BooksLine, Image, Pace, ended_in, snapshot_lines
from trading.history import History
from trading.journal.entries import Head
from trading.journal.errors import JournalError
from trading.journal.recovery import holds
from trading.journal.snapshots import SnapshotFolder, SnapshotUnusable, read_snapshot
from trading.journal.stores import JournalStore
from trading.sandbox.accounts import Forgotten
from trading.sandbox.state import order_digest

EVERY_ENTRIES = 50_000
"""Journal entries between two rounds, if nothing else is said: what a start replays at most, a second or two."""

STOP_ENTRIES = 1_000
"""Entries that make a round worth its while when the gateway stops."""

STOP_ORDERS = 250_000
"""Orders in memory beyond which a last round would take longer than a stop may."""

KEPT_ENDED_ORDERS = 20_000
"""Ended orders that stay in memory, if nothing else is said: some 20 MB for the pages that are read most."""

ACCOUNTS_A_TURN = 50
"""Accounts copied in one turn of the loop."""

FORGOTTEN_A_TURN = 100
"""Orders let go of in one turn of the loop."""

STEPS_A_LOOK = 20
"""Orders or fills after which the thread looks whether it should rest: some hundredths of a millisecond."""

ORDER_STEPS = 2
"""What it costs to keep an order in the history, in such steps."""

REST_SHARE = 10.0
"""How long the thread rests for what it works: a snapshot of 45,000 open orders takes it a second beside a loop that is
half busy. With less rest such a loop cannot make up for what it lost.
"""

_log = logging.getLogger(__name__)


def open_snapshot(path: Path, store: JournalStore, history: History, books: Books) -> Head:
    """Fill empty `books` from a snapshot; returns the entry it belongs to. Raises SnapshotUnusable with the reason.

    It must stand in this journal's chain, and the history of ended orders must be the one it was written with, or later.
    """
    head, lines = read_snapshot(path)
    try:
        if not holds(store, head):
            raise SnapshotUnusable(f"entry {head.seq} of this journal is not the one it was written after")
        name = books.restore(lines, history.client_order_ids)
    except SnapshotUnusable:
        raise
    except (OSError, LookupError, ValueError, TypeError, AssertionError, DomainError, JournalError) as error:
        raise SnapshotUnusable(f"it makes no sense ({error!r})") from error
    if name != history.name or history.head.seq < head.seq:
        raise SnapshotUnusable("the history of ended orders that it was written with is not there")
    return head


class Round(msgspec.Struct):
    """What one round has put into the history: the digest of each order, and what is then forgotten of each account."""

    digests: dict[str, int]
    forgotten: dict[str, Forgotten]


class Pacer:
    """Lets a thread rest after each bit of work, so that it never holds the interpreter for long."""

    def __init__(self, in_a_hurry: threading.Event) -> None:
        self._in_a_hurry = in_a_hurry
        self._steps = 0
        self._rests = Rests(share=REST_SHARE)

    def step(self, count: int) -> None:
        """Some work was done; maybe rest."""
        self._steps += count
        if self._steps >= STEPS_A_LOOK:
            self._steps = 0
            if not self._in_a_hurry.is_set():
                self._rests.rest_if_due()


class Housekeeper:
    """Keeps house for one desk. `snapshots` is None where the journal forgets on restart anyway."""

    def __init__(
        self,
        history: History,
        snapshots: SnapshotFolder | None,
        clock: Clock,
        *,
        kept_ended_orders: int = KEPT_ENDED_ORDERS,
    ) -> None:
        self._history = history
        self._snapshots = snapshots
        self._clock = clock
        self.kept_ended_orders = kept_ended_orders
        self._in_a_hurry = threading.Event()
        self.trouble: str | None = None
        """Why the last round failed; None while all is well."""

    def hurry(self) -> None:
        """From now on no more pauses: the gateway stops."""
        self._in_a_hurry.set()

    async def keep(self, books: Books, head: Head) -> None:
        """One round, over the books as they stand now, right after the entry `head`. Never raises for the disk's faults."""
        image = books.begin_image(head, kept_ended=self.kept_ended_orders)
        while not image.accounts.is_complete:
            image.accounts.copy_some(ACCOUNTS_A_TURN)
            await asyncio.sleep(0)
        try:
            done = await asyncio.to_thread(self._write, books, image)
        except (JournalError, OSError) as error:
            self.trouble = str(error)
            _log.warning("No snapshot after entry %d: %s", head.seq, error)
            return
        self.trouble = None
        for number, order in enumerate(image.ended.values(), start=1):
            books.forget(order, done.digests[order.id])
            if number % FORGOTTEN_A_TURN == 0:
                await asyncio.sleep(0)

    def keep_alone(self, books: Books, head: Head) -> None:
        """One round over books that nobody else uses, while they are being rebuilt: the history alone."""
        image = books.begin_image(head, kept_ended=self.kept_ended_orders)
        image.accounts.copy_some(len(books.published.accounts))
        try:
            done = self._archive(books, image, lambda _: None)
        except JournalError as error:
            _log.warning("Ended orders stay in memory after entry %d: %s", head.seq, error)
            return
        for order in image.ended.values():
            books.forget(order, done.digests[order.id])

    def _write(self, books: Books, image: Image) -> Round:
        """In a thread: the history, then the snapshot, which relies on it."""
        pacer = Pacer(self._in_a_hurry)
        done = self._archive(books, image, pacer.step)
        if self._snapshots is not None:
            self._write_snapshot(self._snapshots, image, done.forgotten, pacer.step)
        return done

    def _archive(self, books: Books, image: Image, pace: Pace) -> Round:
        # Only this housekeeper changes what is forgotten, so another thread than the loop may read it.
        done = Round({}, {account.id: account.forgotten for account in list(books.exchange.accounts.values())})
        if image.ended:
            for ended in ended_in(image, pace):
                self._history.add(ended)
                for order in (each.order for each in ended):
                    pace(ORDER_STEPS)
                    digest = done.digests[order.id] = order_digest(order)
                    done.forgotten[order.account_id] = done.forgotten[order.account_id].plus(digest)
        self._history.note_head(image.head)
        return done

    def _write_snapshot(
        self, snapshots: SnapshotFolder, image: Image, forgotten: dict[str, Forgotten], pace: Pace
    ) -> None:
        started_s = self._clock.monotonic_s()
        about = BooksLine(
            self._history.name, self._clock.now_ns(), image.sequence, image.instruments, image.everyones_risk
        )
        path = snapshots.write(image.head, snapshot_lines(image, about, forgotten, pace))
        snapshots.drop_old()
        spent_s = self._clock.monotonic_s() - started_s
        _log.info("Snapshot %s: %d bytes in %.1f s.", path.name, path.stat().st_size, spent_s)
