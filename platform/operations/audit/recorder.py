"""Writes the audit in a thread of its own: whatever came while the last batch was being written goes into the next.

A change is waited for before it is answered. A refusal is not: it lies in memory for a moment, so that a flood of them makes
few batches. The queue has a limit, and what did not fit into it is counted in an entry. While the disk fails, or the server
that has the table is away, entries wait and nobody waits for them; the batch that failed is tried again just as it was, for
it may have been written after all, and then it is known again. Nothing is dropped in silence.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TypeGuard

from kit.clock import Clock, iso_from_ns
from kit.durations import RecentDurations
from kit.errors import Unavailable
from operations.audit.entries import AuditEntry, encode_entry
from operations.audit.store import AuditStore

MAX_QUEUED = 10_000
"""Entries that wait to be written: ten megabytes at most."""

MAX_BATCH = 500
LINGER_S = 0.25
"""How long a refusal waits for others. Below a second, which is what is promised."""

HANGS_S = 5.0
"""A batch that takes so long hangs, as a disk or a server may that does not even fail; nobody waits for it any more."""

RETRY_S = 1.0
"""Pause before a failed batch is tried again."""

MINUTE_S = 60.0
MAX_ADDRESSES = 1_000
"""Addresses whose refusals at the door are told apart in a minute; the rest are summed up in one entry."""

Waiting = tuple[AuditEntry, Future[None] | None]
"""An entry, and what tells whoever waits for it."""

OTHERS = "others"
OVERFLOW = "audit.overflow"
TURNED_AWAY = "requests.turned_away"

log = logging.getLogger(__name__)


class DoorTally:
    """Counts who was turned away at the door, by address, minute and code: a flood must not fill the disk."""

    def __init__(self, clock: Clock, *, max_addresses: int = MAX_ADDRESSES) -> None:
        self._clock = clock
        self._max_addresses = max_addresses
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[str]] = {}
        self._began_s = 0.0
        self._began_ns = 0

    def add(self, address: str, code: str) -> None:
        """Count one."""
        with self._lock:
            if not self._counts:
                self._began_s, self._began_ns = self._clock.monotonic_s(), self._clock.now_ns()
            if address not in self._counts and len(self._counts) >= self._max_addresses:
                address = OTHERS
            self._counts.setdefault(address, Counter())[code] += 1

    def take(self, *, is_last: bool = False) -> list[AuditEntry]:
        """An entry for each address, once a minute is over or at the end; else nothing."""
        with self._lock:
            is_over = is_last or self._clock.monotonic_s() - self._began_s >= MINUTE_S
            if not self._counts or not is_over:
                return []
            counts, self._counts = self._counts, {}
        now_ns = self._clock.now_ns()
        period = {"from": iso_from_ns(self._began_ns), "to": iso_from_ns(now_ns)}
        return [_summary(address, codes, now_ns, period) for address, codes in counts.items()]


def _summary(address: str, codes: Counter[str], now_ns: int, period: dict[str, str]) -> AuditEntry:
    return AuditEntry(
        action=TURNED_AWAY,
        wall_ns=now_ns,
        actor=address,
        result="refused",
        code=next(iter(codes)) if len(codes) == 1 else "SEVERAL",
        detail={"count": codes.total(), "codes": dict(codes), **period},
    )


class Recorder:
    """The one writer of this process. Until it is started entries wait in memory; then they are written."""

    def __init__(
        self, clock: Clock, *, max_queued: int = MAX_QUEUED, linger_s: float = LINGER_S, retry_s: float = RETRY_S
    ) -> None:
        self._clock = clock
        self._max_queued = max_queued
        self._linger_s = linger_s
        self._retry_s = retry_s
        self._wake = threading.Condition()
        self._queue: deque[Waiting] = deque()
        self._failed: list[Waiting] = []
        """The batch that is tried again; those in the queue come after it."""
        self._under_way: list[Waiting] = []
        self._is_urgent = False
        self._is_stopping = False
        self._lost = 0
        self._thread: threading.Thread | None = None
        self.tally = DoorTally(clock)
        self.written = 0
        self.write_durations = RecentDurations()
        """How long a batch took to be on disk."""
        self._fault: str | None = None
        """Why the last batch failed; None when it was written."""
        self._under_way_since_s: float | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing is written at present; None while all is well."""
        if self._fault is None and self._is_hanging:
            return f"A batch has been under way for more than {HANGS_S:g} s."
        return self._fault

    @property
    def _is_hanging(self) -> bool:
        since_s = self._under_way_since_s
        return since_s is not None and self._clock.monotonic_s() - since_s >= HANGS_S

    @property
    def is_running(self) -> bool:
        """Whether entries are being written."""
        return self._thread is not None

    @property
    def load(self) -> float:
        """The used share of what may wait."""
        return self.waiting / self._max_queued

    @property
    def waiting(self) -> int:
        """Entries that are not written yet."""
        return len(self._under_way or self._failed) + len(self._queue)

    def start(self, store: AuditStore) -> None:
        """Begin to write into `store`."""
        assert self._thread is None, "a recorder is started once"
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, args=(store,), name="audit-recorder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is there, the counts included, and end. What the disk does not take in time goes into the log."""
        thread = self._thread
        if thread is None:
            return
        with self._wake:
            self._is_stopping = True
            self._wake.notify()
        thread.join(0 if self._is_hanging else HANGS_S)
        if thread.is_alive():
            self._give_up()
        self._thread = None

    def record(self, entry: AuditEntry) -> None:
        """Have an entry written soon; from any thread. One that finds the queue full is only counted."""
        self._put(entry, None)

    def record_durably(self, entry: AuditEntry) -> Future[None]:
        """Have an entry written at once; the future ends when it is, or fails with Unavailable, at once while the disk does.

        Also then the entry is kept, and written as soon as the disk works again. Without a started recorder the future is
        done at once: the entry is written at the start.
        """
        written: Future[None] = Future()
        self._put(entry, written)
        if self._thread is None and not written.done():
            written.set_result(None)
        return written

    def _put(self, entry: AuditEntry, written: Future[None] | None) -> None:
        with self._wake:
            if self.waiting >= self._max_queued:
                self._lost += 1
                refusal = "The audit is behind by more than it may be."
            elif trouble := self.trouble:
                self._queue.append((entry, None))
                refusal = trouble
            else:
                self._queue.append((entry, written))
                if written is not None:
                    self._is_urgent = True
                    self._wake.notify()
                return
        if written is not None:
            written.set_exception(Unavailable(refusal))

    def _run(self, store: AuditStore) -> None:
        """The recorder's thread."""
        try:
            while not self._write_next(store):
                pass
        finally:
            store.close()

    def _write_next(self, store: AuditStore) -> bool:
        """Wait for entries and write a batch; True when the end was asked for and nothing is left to do."""
        with self._wake:
            if not self._must_write_now():
                self._wake.wait(self._linger_s if self._fault is None else self._retry_s)
            is_stopping, is_retry = self._is_stopping, bool(self._failed)
            batch = self._under_way = self._failed or self._take_batch(is_last=is_stopping)
        if not batch:
            return is_stopping
        self._under_way_since_s = started_s = self._clock.monotonic_s()
        try:
            store.append([entry for entry, _ in batch])
        except Exception as fault:  # a fault of ours must not end the audit either
            self._keep_for_later(batch, fault)
            return is_stopping and self._give_up()
        finally:
            self._under_way, self._under_way_since_s = [], None
        self.write_durations.add(self._clock.monotonic_s() - started_s)
        self._finish(batch)
        return is_stopping and not is_retry and not self._queue

    def _take_batch(self, *, is_last: bool) -> list[Waiting]:
        """What waits, with what there is to say of those that do not fit and of those turned away at the door."""
        batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
        self._is_urgent = self._is_urgent and bool(self._queue)  # who waits may stand behind more than one batch
        if self._lost:
            batch.append((self._overflow(self._lost), None))
            self._lost = 0
        return [*batch, *((entry, None) for entry in self.tally.take(is_last=is_last))]

    def _must_write_now(self) -> bool:
        """Whether somebody waits, the end was asked for, or a whole batch is there."""
        if self._is_urgent or self._is_stopping:
            return True
        return self._fault is None and len(self._queue) >= MAX_BATCH

    def _overflow(self, lost: int) -> AuditEntry:
        detail = {"not_recorded": lost}
        return AuditEntry(
            action=OVERFLOW, wall_ns=self._clock.now_ns(), actor="system:audit", result="failed", detail=detail
        )

    def _finish(self, batch: Sequence[Waiting]) -> None:
        with self._wake:
            has_recovered, self._fault, self._failed = self._fault is not None, None, []
        if has_recovered:
            log.warning("The audit is written again.")
        self.written += len(batch)
        for _, written in batch:
            if _is_awaited(written):
                written.set_result(None)

    def _keep_for_later(self, batch: Sequence[Waiting], fault: Exception) -> None:
        if self._fault is None:
            log.error("The audit is not written: %s", fault, exc_info=not isinstance(fault, Unavailable))
        with self._wake:
            self._fault = str(fault)
            waiting = [*batch, *self._queue]
            self._failed = [(entry, None) for entry, _ in batch]
            self._queue = deque((entry, None) for entry, _ in self._queue)
            self._is_urgent = False
        for _, written in waiting:
            if _is_awaited(written):
                written.set_exception(Unavailable(str(fault)))

    def _give_up(self) -> bool:
        """At the end, with a disk that does not take them: the log is the last place where entries can go.

        Those of a batch that hangs, too, though it may be written after all.
        """
        with self._wake:
            left = [entry for entry, _ in (*(self._under_way or self._failed), *self._queue)]
            self._failed, self._queue = [], deque()
            if self._lost:
                left.append(self._overflow(self._lost))
                self._lost = 0
        for entry in [*left, *self.tally.take(is_last=True)]:
            log.critical("Not in the audit: %s", encode_entry(entry).decode())
        return True


def _is_awaited(written: Future[None] | None) -> TypeGuard[Future[None]]:
    """Whether somebody is to be told; who is cannot go away any more before that is done."""
    return written is not None and not written.done() and written.set_running_or_notify_cancel()
