"""The audit of this process: recording, reading and proving it.

Who changes something says so with one line, `record_change(...)`, after the change was made:

    record_change("config.update", subject=("config", key), before=old, after=new)

where the name is that of the operation over REST.

Within a request, a socket's operation or an action of the admin this only notes what was changed; the record is made from
it when the outcome is known, and is on disk before the answer goes out. Elsewhere (a command, a background task) the record
is on disk when the call returns.
"""

import asyncio
import getpass
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from api.pagination import Page, decode_cursor, encode_cursor
from kit.caller import Caller, current_caller
from kit.chain import ChainBroken, Head, Record
from kit.clock import SYSTEM_CLOCK
from kit.errors import Conflict, DomainError, Unavailable
from kit.trace import current_trace_id
from kit.trail import current_trail, note_change
from operations.audit import index as index_module
from operations.audit import sources
from operations.audit.chain_files import KeptChain, carry_over
from operations.audit.entries import AuditEntry, AuditRecord, Subject, encode_entry
from operations.audit.index import AuditIndex, Wanted
from operations.audit.indexer import Indexer
from operations.audit.others import OtherChains
from operations.audit.own import OwnTable
from operations.audit.places import AuditPlace, SharedChain
from operations.audit.query import Query
from operations.audit.recorder import Recorder
from operations.audit.redaction import readable
from operations.audit.sources import Verdict, action_key, actor_key, object_key, trace_key
from operations.audit.sqlite_table import FILE_NAME
from operations.audit.store import AuditReader, AuditStore
from operations.backups.kept import Elsewhere
from operations.health import Health
from operations.lifecycle import StartRefused
from operations.services_registry import ServiceState

WRITTEN_TIMEOUT_S = 5.0
"""How long an answer waits for its record. The change is made by then: while the disk fails the answer goes out, the record
waits in memory, and health says so.
"""

REST_S = 0.0005
"""Pause of a proof after each piece: the event loop waits two milliseconds for a piece, and not for several of them."""

LATEST_SEQ = 2**63 - 1
"""The last number that a chain can give."""

EXPORT_ROWS = 500
"""Entries of an export that are in memory at once."""

log = logging.getLogger(__name__)


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What going through all chains came to. `first_bad` is the first source that does not fit, where it does not."""

    valid: bool
    entries: int
    sources: list[Verdict]
    first_bad: Verdict | None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The last time all chains were gone through; `time_ns` in UTC nanoseconds is when that was done."""

    time_ns: int
    result: Verification


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries there are, by source; those that are not kept any more do not count."""

    by_source: dict[str, int]

    @property
    def total(self) -> int:
        """Of all sources."""
        return sum(self.by_source.values())


class FoundEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, its raw record, and that of the entry before it; None where there is none, or it is not kept any more."""

    record: AuditRecord
    raw: Record
    before: Record | None


class FoundPage(Page, frozen=True, kw_only=True):
    """A page of entries; `left_out` says in sentences what belongs there and cannot be read."""

    left_out: list[str] = []


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are wanted; None does not narrow. Times are UTC nanoseconds, `until_ns` is the first not wanted."""

    actor: str | None = None
    action: str | None = None
    object: str | None = None
    trace_id: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    source: str | None = None

    def sources(self) -> list[sources.Source]:
        """The sources to look into."""
        if self.source is None:
            return sources.registered()
        source = sources.named(self.source)
        return [] if source is None else [source]

    def wanted(self) -> Wanted:
        """The same for the index."""
        keys = [
            to_key(text)
            for to_key, text in (
                (trace_key, self.trace_id),
                (object_key, self.object),
                (actor_key, self.actor),
                (action_key, self.action),
            )
            if text is not None
        ]
        return Wanted(keys=tuple(keys), since_ns=self.since_ns, until_ns=self.until_ns)


# Life ----------------------------------------------------------------------------------------------------------------

RECORDER = Recorder(SYSTEM_CLOCK)
"""The one writer of this process."""


def audit_path() -> Path:
    """Where the audit's own table is, unless it is in a shared database."""
    return Path(settings.STATE_DIR) / FILE_NAME


def shared_chain() -> SharedChain | None:
    """Where it is when several gateways share a database; None where it is a file."""
    return SharedChain(settings.JOURNAL_URL, settings.GATEWAY_NAME) if settings.JOURNAL_URL else None


def place_to_read() -> AuditPlace:
    """Where its entries are: in the file, too, until the shared database has some. Raises Unavailable or ChainBroken."""
    chain, path = shared_chain(), audit_path()
    if chain is None:
        return path
    if path.exists():
        with closing(AuditReader(chain)) as reader:
            return path if reader.last() == Head() else chain
    return chain


def index_path() -> Path:
    """Where the index is."""
    return Path(settings.STATE_DIR) / index_module.FILE_NAME


def open_store() -> AuditStore:
    """The table, to be written."""
    return AuditStore(shared_chain() or audit_path(), SYSTEM_CLOCK.now_ns)


def open_store_of_command() -> AuditStore:
    """The same for a command, which may be the first to write into a shared database; raises Unavailable.

    A file with other entries than those that have begun there stays as it is: the gateway refuses to start beside it.
    """
    try:
        bring_file()
    except Conflict as other:
        log.warning("%s", other.message)
    return open_store()


def bring_file() -> None:
    """Have the shared database hold what was recorded here before there was one; see `carry_over` for what is raised."""
    chain = shared_chain()
    if chain is not None:
        carry_over(audit_path(), chain)


OWN = OwnTable(place_to_read)
OTHERS = OtherChains(shared_chain, SYSTEM_CLOCK)


class _Running:
    """What the server's start made, and what goes on."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.index: AuditIndex | None = None
        self.indexer: Indexer | None = None
        self.verifying: asyncio.Task[Verification] | None = None
        self.last_proof: Proof | None = None


_running = _Running()


async def start() -> None:
    """Begin to write.

    Raises StartRefused when the shared database cannot be reached, as the journal's start does, or has other entries than
    those that were recorded here before.
    """
    store = open_store()
    if shared_chain() is not None:
        try:
            await asyncio.to_thread(bring_file)
            await asyncio.to_thread(store.open)
        except DomainError as refusal:
            raise StartRefused(refusal.message) from refusal
    RECORDER.start(store)


async def start_index() -> None:
    """Begin to index what is there. After the journal was taken hold of: there is one gateway on these files, then."""
    _running.index = AuditIndex(index_path())
    _running.indexer = Indexer(_running.index, sources.listed, found=sources.found)
    await asyncio.to_thread(_running.indexer.start)


async def stop() -> None:
    """Write down what is there."""
    if _running.tasks:
        await asyncio.wait(_running.tasks, timeout=WRITTEN_TIMEOUT_S)
    await asyncio.to_thread(RECORDER.stop)


async def stop_index() -> None:
    """End indexing; what is left is indexed after the next start."""
    if _running.indexer is not None:
        await asyncio.to_thread(_running.indexer.stop)
    _running.index = _running.indexer = None


async def check_health() -> Health:
    """Whether records are written."""
    if RECORDER.trouble is not None:
        return Health("degraded", f"Not written at present: {RECORDER.trouble} {RECORDER.waiting} wait.")
    if _running.indexer is not None and _running.indexer.trouble is not None:
        return Health("degraded", f"Searched without its index: {_running.indexer.trouble}")
    return Health("ok", f"{RECORDER.written} entries written since the start; {RECORDER.waiting} wait.")


def service_state() -> ServiceState:
    """How the audit is doing, for the list of services."""
    if not RECORDER.is_running:
        return ServiceState("stopped")
    indexer = _running.indexer
    trouble = RECORDER.trouble or (None if indexer is None else indexer.trouble)
    written, waiting = RECORDER.written, RECORDER.waiting
    return ServiceState(
        "running" if trouble is None else "degraded",
        last_error=trouble,
        latency_ms=RECORDER.write_durations.median_ms(),
        load=RECORDER.load,
        detail=f"{written} entries written since the start, {waiting} waiting",
    )


# Recording -----------------------------------------------------------------------------------------------------------


def record_change(
    action: str,
    *,
    subject: tuple[str, str] | None = None,
    before: Any = None,
    after: Any = None,
    account: str | None = None,
    actor: str | None = None,
) -> None:
    """Say that a change was made: to what, and how that was before and is after it.

    Both are anything with a form in JSON; secrets are taken out by their names. See the module's docstring for when it is
    written. Outside of a request it may wait for the disk: call it from a thread or a command, not from the event loop.
    Raises nothing for a failed disk: the change is made by then.
    """
    if current_trail() is not None:
        note_change(action=action, subject=subject, before=before, after=after)
        return
    entry = AuditEntry(
        action=action,
        wall_ns=SYSTEM_CLOCK.now_ns(),
        actor=current_caller().actor if actor is None else actor,
        account=account,
        subject=None if subject is None else Subject(*subject),
        trace_id=current_trace_id(),
        before=readable(before),
        after=readable(after),
    )
    write_now(entry)


def write_now(entry: AuditEntry) -> None:
    """Have an entry on disk when this returns; through the recorder where one runs, else by itself (a command)."""
    if not RECORDER.is_running:
        _write_alone(entry)
        return
    try:
        RECORDER.record_durably(entry).result(WRITTEN_TIMEOUT_S)
    except (Unavailable, TimeoutError) as fault:
        log.warning("The record of %s waits: %s", entry.action, fault or "the disk is slow")


def _write_alone(entry: AuditEntry) -> None:
    try:
        with closing(open_store_of_command()) as store:
            store.append([entry])
    except Unavailable as fault:
        log.critical("Not in the audit: %s (%s)", encode_entry(entry).decode(), fault)


def record(entry: AuditEntry) -> None:
    """Have an entry written within a second."""
    RECORDER.record(entry)


def record_turned_away(address: str, code: str) -> None:
    """Count somebody who was turned away at the door; once a minute an entry for each address says how often."""
    RECORDER.tally.add(address, code)


async def record_durably(entry: AuditEntry) -> None:
    """Return once an entry is on disk, or is known to wait for a disk that fails."""
    written: Future[None] = RECORDER.record_durably(entry)
    if written.done() and written.exception() is None:
        return
    try:
        await asyncio.wait_for(asyncio.wrap_future(written), WRITTEN_TIMEOUT_S)
    except (Unavailable, TimeoutError) as fault:
        log.warning("The record of %s waits: %s", entry.action, fault or "the disk is slow")


def keep(task: asyncio.Task[None]) -> None:
    """Hold on to a task that makes a record after its request is over; the stop waits for it."""
    _running.tasks.add(task)
    task.add_done_callback(_running.tasks.discard)


def operator() -> str:
    """Who runs a command: the system's user."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown user"
    return Caller("system", f"manage.py ({user})").actor


# Reading -------------------------------------------------------------------------------------------------------------


def list_entries(filters: Filters, *, limit: int, cursor: str | None) -> FoundPage:
    """A page of the entries of all sources, newest first; it may be short, or empty, and still have a next one.

    Raises Invalid INVALID_CURSOR, and Unavailable when no source can be read at all.
    """
    # A number for each source, in their order: names of gateways would make it longer than a cursor may be.
    places = None if cursor is None else decode_cursor(cursor, list[int])
    chosen = filters.sources()
    names = [each.name for each in chosen]
    query = Query(chosen, _running.index, filters.wanted(), leaves_out=True)
    found = query.page(limit=limit, place=None if places is None else dict(zip(names, places, strict=False)))
    next_place = found.next_place
    next_cursor = None if next_place is None else encode_cursor([next_place[name] for name in names])
    return FoundPage(found.records, next_cursor, left_out=found.left_out)


def export_entries(filters: Filters) -> Iterator[list[AuditRecord]]:
    """All wanted entries, newest first, some at a time. Raises Unavailable, at once when not even the first can be read."""
    pages = Query(filters.sources(), _running.index, filters.wanted()).pages(limit=EXPORT_ROWS)
    first = next(pages, [])
    return chain([first], pages) if first else pages


def find_entry(entry_id: str) -> FoundEntry | None:
    """The entry of an id such as `journal-12`, if there is one. Raises Unavailable."""
    name, _, number = entry_id.rpartition("-")
    source = sources.named(name)
    if source is None or not (number.isdecimal() and number.isascii()) or not 0 < int(number) <= LATEST_SEQ:
        return None
    seq = int(number)
    with closing(source.open()) as reader:
        try:
            found = {each.seq: each for each in reader.read_range(seq - 1, seq)}
            if seq not in found:
                return None
            return FoundEntry(record=source.show(found[seq]), raw=found[seq], before=found.get(seq - 1))
        except ChainBroken as broken:
            raise Unavailable(f"It cannot be read: {broken}.", code="AUDIT_DAMAGED") from broken


def count_entries() -> Counts:
    """How many entries there are, in as long as it takes to look where the chains end. Raises Unavailable."""
    by_source = {}
    for source in sources.registered():
        with closing(source.open()) as reader:
            try:
                by_source[source.name] = reader.count()
            except ChainBroken as broken:
                raise Unavailable(f"The audit cannot be read: {broken}.", code="AUDIT_DAMAGED") from broken
    return Counts(by_source=by_source)


# Proving -------------------------------------------------------------------------------------------------------------


def verify_all(chosen: Sequence[sources.Source], at_pause: Callable[[], None]) -> Verification:
    """Prove the chain of every source."""
    verdicts = [source.verify(at_pause) for source in chosen]
    first_bad = next((each for each in verdicts if not each.valid), None)
    return Verification(
        valid=first_bad is None,
        entries=sum(each.entries for each in verdicts),
        sources=verdicts,
        first_bad=first_bad,
    )


async def verify(timeout_s: float) -> Verification:
    """Prove all chains in a thread; who asks while that goes on waits for the same answer.

    Raises Unavailable VERIFY_TOO_LONG when it is not done in time: the command has no limit.
    """
    if _running.verifying is None or _running.verifying.done():
        _running.verifying = asyncio.create_task(_verify_in_thread(timeout_s))
    return await asyncio.shield(_running.verifying)


async def _verify_in_thread(timeout_s: float) -> Verification:
    deadline_s = SYSTEM_CLOCK.monotonic_s() + timeout_s

    def pause() -> None:
        time.sleep(REST_S)
        if SYSTEM_CLOCK.monotonic_s() > deadline_s:
            message = f"Not done within {timeout_s:g} s; `manage.py audit verify` takes as long as it needs."
            raise Unavailable(message, code="VERIFY_TOO_LONG")

    result = await asyncio.to_thread(lambda: verify_all(sources.registered(), pause))
    _running.last_proof = Proof(time_ns=SYSTEM_CLOCK.now_ns(), result=result)
    return result


def last_proof() -> Proof | None:
    """What the last proof over REST came to; None before the first since the start."""
    return _running.last_proof


# Segments ------------------------------------------------------------------------------------------------------------


def open_reader() -> AuditReader:
    """A look into the own table."""
    return AuditReader(place_to_read())


def find_elsewhere() -> Elsewhere | None:
    """The shared chain as a part of backups; None where a file has the entries, which is copied. Raises Unavailable."""
    place = place_to_read()
    return KeptChain(place) if isinstance(place, SharedChain) else None


def require_exported(is_sure: bool, segment: int) -> None:
    """Raise Conflict unless the operator says that the segment was put aside: what is dropped is gone."""
    if not is_sure:
        message = f"Export it first (audit export --segment {segment} --output FILE), then drop it with --exported."
        raise Conflict(message, code="NOT_EXPORTED")
