"""Group commit: one thread writes; whatever arrived while the last batch was being written goes into the next, and while
many write, what arrives within a moment after it.

The event loop hands over, at the end of each of its turns, what was appended in that turn. Appends become durable in
the order they were made, and their completions run on the loop in that order: first what the append was to do once
durable (publish), then whoever waits for it (answer). One writer lives until it fails or is stopped; after a failure
nothing more is written, and its owner makes a new one.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from api.idempotency import StoredAnswer
from kit.durations import RecentDurations
from kit.trace import set_trace_id
from operations import metrics
from trading.journal.entries import Entry, Head, Record, link_entry
from trading.journal.errors import JournalError, StoreFailed
from trading.journal.failpoints import BEFORE_PUBLISH, FAILPOINTS
from trading.journal.stores import JournalStore

MAX_BATCH = 256
"""Appends per transaction at least offered together; bounds how long the loop is held by one completion."""

SIBLINGS = 3
"""Appends in a batch from which on many clients write at once, and the next batch may wait for more of them."""

ENOUGH = 16
"""Appends in a batch from which on it is worth its price, and the next one is not made to wait."""

SPACING_S = 0.0015
"""Least time from a batch of between so many to the next. A batch costs as much processor time as three orders, so many
small ones would wait for the processor longer than they wait here. PostgreSQL's commit_delay and commit_siblings do the
same. Who writes alone never waits.
"""

MAX_IN_FLIGHT = 10_000
"""Appends that may wait to be durable; beyond it callers are refused rather than queued."""

GATE_IN_FLIGHT = 2_000
"""Where a market replayed at full speed is made to wait for the journal."""

ANSWERS_KEPT_NS = 24 * 3_600 * 1_000_000_000
"""How long an idempotent answer can be replayed."""

PRUNE_EVERY_NS = 600 * 1_000_000_000
"""Time between two clearings of answers past their age."""

_log = logging.getLogger(__name__)


class PendingAppend:
    """One append on its way to the store."""

    __slots__ = (
        "_followers", "_loop", "_waiters", "answer", "entry", "error", "is_done", "is_handed_over", "seq", "when_durable",
    )  # fmt: skip

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        seq: int,
        entry: Entry | None,
        answer: StoredAnswer | None,
        when_durable: Callable[[int], None] | None,
    ) -> None:
        self._loop = loop
        self.seq = seq
        self.entry = entry
        self.answer = answer
        self.when_durable = when_durable
        self.is_handed_over = False
        self.is_done = False
        self.error: JournalError | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._followers: list[Callable[[JournalError | None], None]] = []

    @property
    def trace_id(self) -> str:
        """The trace id of the request behind it, empty for the market's own."""
        return "" if self.entry is None else self.entry.trace_id

    async def wait(self) -> None:
        """Return once durable; raises StoreFailed when it did not become so."""
        if not self.is_done:
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter
        if self.error is not None:
            raise self.error

    def then(self, follower: Callable[[JournalError | None], None]) -> None:
        """Have `follower` called on the loop once it is known whether it is durable: with None, or why it is not."""
        if self.is_done:
            follower(self.error)
        else:
            self._followers.append(follower)

    def complete(self, error: JournalError | None) -> None:
        """On the loop: do what was to be done once durable, then wake who waits."""
        self.is_done, self.error = True, error
        if error is None and self.when_durable is not None:
            self._do(self.when_durable, self.seq)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        # A follower mostly holds what was executed, and that holds this: the collector would have to find the circle.
        followers, self._followers = self._followers, []
        for follower in followers:
            self._do(follower, error)

    def _do(self, act: Callable[[Any], None], argument: Any) -> None:
        """A fault of one listener must not hold up the journal."""
        try:
            act(argument)
        except Exception as fault:
            set_trace_id(self.trace_id)
            self._loop.call_exception_handler({"message": f"after entry {self.seq} was durable", "exception": fault})


class JournalWriter:
    """The one writer of a store; made and used on the event loop, writing in a thread of its own."""

    def __init__(
        self,
        store: JournalStore,
        head: Head,
        *,
        on_failure: Callable[[JournalError], None],
        max_batch: int = MAX_BATCH,
        max_in_flight: int = MAX_IN_FLIGHT,
    ) -> None:
        self._store = store
        self._head = head
        self._on_failure = on_failure
        self._max_batch = max_batch
        self._max_in_flight = max_in_flight
        self._loop = asyncio.get_running_loop()
        self._outbox: list[PendingAppend] = []
        self._inbox: SimpleQueue[list[PendingAppend] | None] = SimpleQueue()
        self._next_seq = head.seq + 1
        self._in_flight = 0
        self._last: PendingAppend | None = None
        self._error: JournalError | None = None
        self._pruned_ns = 0
        self._room: list[tuple[int, asyncio.Future[None]]] = []
        self.durable_head = head
        """The last entry that is durable and published."""
        self.batches = 0
        self.commit_durations = RecentDurations()
        """What the last batches took to write."""
        self._thread = threading.Thread(target=self._write_until_stopped, name="journal-writer", daemon=True)
        self._thread.start()

    @property
    def durable_seq(self) -> int:
        """The number of the last entry that is durable and published."""
        return self.durable_head.seq

    @property
    def in_flight(self) -> int:
        """Appends that are not durable yet."""
        return self._in_flight

    @property
    def error(self) -> JournalError | None:
        """Why nothing is written any more, or None while all is well."""
        return self._error

    @property
    def has_room(self) -> bool:
        """Whether one more append is welcome."""
        return self._in_flight < self._max_in_flight

    def append(
        self,
        entry: Entry | None,
        answer: StoredAnswer | None = None,
        *,
        when_durable: Callable[[int], None] | None = None,
    ) -> PendingAppend:
        """Put an entry, an answer or both into the next batch. `when_durable(seq)` runs on the loop, in order.

        Until the end of the loop's present turn an answer can still be joined with `attach`.
        """
        assert entry is not None or answer is not None, "an append holds something"
        pending = PendingAppend(self._loop, self._next_seq, entry, answer, when_durable)
        if entry is not None:
            self._next_seq += 1
        self._in_flight += 1
        self._last = pending
        if not self._outbox:
            self._loop.call_soon(self._hand_over)
        self._outbox.append(pending)
        return pending

    def attach(self, pending: PendingAppend, answer: StoredAnswer) -> PendingAppend:
        """Store `answer` in the transaction of `pending`, or in the next one if that was handed over already."""
        if pending.is_handed_over:
            return self.append(None, answer)
        pending.answer = answer
        return pending

    async def wait_for_room(self, in_flight: int = GATE_IN_FLIGHT) -> None:
        """Return once fewer than `in_flight` appends wait; a failed journal does not hold anyone up."""
        if self._in_flight >= in_flight and self._error is None:
            room = self._loop.create_future()
            self._room.append((in_flight, room))
            await room

    async def drain(self) -> None:
        """Return once all that was appended so far is durable; raises StoreFailed when it is not."""
        if self._last is not None:
            await self._last.wait()

    async def stop(self) -> None:
        """Write what was appended and end the thread; the store stays open. Never raises for a failed store."""
        self._hand_over()
        self._inbox.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        if self._outbox:
            for pending in self._outbox:
                pending.is_handed_over = True
            self._inbox.put(self._outbox)
            self._outbox = []

    def _write_until_stopped(self) -> None:
        """The writer thread."""
        error: JournalError | None = None
        is_stopping = False
        batch: list[PendingAppend] = []
        started_s = 0.0
        while not is_stopping:
            if SIBLINGS <= len(batch) < ENOUGH and (early_s := started_s + SPACING_S - time.perf_counter()) > 0:
                time.sleep(early_s)
            batch, is_stopping = self._gather()
            if batch:
                # Lines of this thread, and of what follows on the loop, name the request that came first.
                set_trace_id(batch[0].trace_id)
                started_s = time.perf_counter()
                error = error or self._write(batch)
                took_s = time.perf_counter() - started_s
                self._loop.call_soon_threadsafe(self._complete, batch, error, self._head, took_s)

    def _gather(self) -> tuple[list[PendingAppend], bool]:
        """Wait for the first appends, then take along what else is there; True when the end was asked for."""
        first = self._inbox.get()
        if first is None:
            return [], True
        batch = first
        while len(batch) < self._max_batch:
            try:
                more = self._inbox.get_nowait()
            except Empty:
                break
            if more is None:
                return batch, True
            batch += more
        return batch, False

    def _write(self, batch: Sequence[PendingAppend]) -> JournalError | None:
        """Chain and store one batch; returns what went wrong."""
        records: list[Record] = []
        head = self._head
        try:
            for pending in batch:
                if pending.entry is not None:
                    record = link_entry(head, pending.entry)
                    head = Head(record.seq, record.hash)
                    records.append(record)
            answers = [pending.answer for pending in batch if pending.answer is not None]
            self._store.append_batch(records, answers, self._age_limit_ns(answers))
        except JournalError as error:
            return error
        except Exception as fault:  # a fault of ours here must stop trading, not leave everybody waiting
            _log.exception("The journal's writer broke.")
            return StoreFailed(f"The journal's writer broke: {fault!r}")
        self._head = head
        return None

    def _age_limit_ns(self, answers: Sequence[StoredAnswer]) -> int | None:
        """Which answers are past their age, asked now and then."""
        if not answers or answers[-1].created_ns < self._pruned_ns + PRUNE_EVERY_NS:
            return None
        self._pruned_ns = answers[-1].created_ns
        return self._pruned_ns - ANSWERS_KEPT_NS

    def _complete(self, batch: Sequence[PendingAppend], error: JournalError | None, head: Head, took_s: float) -> None:
        """On the loop: the batch is durable up to `head`, or it and all after it never will be."""
        FAILPOINTS.reach(BEFORE_PUBLISH)
        if error is not None and self._error is None:
            self._error = error
            metrics.JOURNAL_FAILURES.add(())
            self._on_failure(error)
        if error is None:
            self.commit_durations.add(took_s)
            metrics.JOURNAL_COMMIT.observe((), took_s)
            metrics.JOURNAL_BATCH.observe((), len(batch))
        self.batches += 1
        self._in_flight -= len(batch)
        self.durable_head = head
        for pending in batch:
            pending.complete(error)
        self._open_room()

    def _open_room(self) -> None:
        waiting, self._room = self._room, []
        for in_flight, room in waiting:
            if self._in_flight >= in_flight and self._error is None:
                self._room.append((in_flight, room))
            elif not room.done():
                room.set_result(None)
