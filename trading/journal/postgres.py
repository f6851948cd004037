"""One gateway's journal in the database that several share: a shard (see `shards.py`), held as long as its session lives.

One statement writes a batch and moves the shard's head on from the entry before it, all or nothing: a writer that was
given up for dead moves nothing.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from typing import Any, Final

import psycopg

from api.idempotency import StoredAnswer
from kit.postgres import FAULTS
from kit.redaction import one_line
from trading.journal import shards
from trading.journal.entries import Head, Record
from trading.journal.errors import JournalDamaged, JournalLocked, JournalMissing, StoreFailed
from trading.journal.failpoints import AFTER_COMMIT, AFTER_WRITE, BEFORE_WRITE, FAILPOINTS
from trading.journal.shards import SharedJournal
from trading.journal.stores import LAST_POSSIBLE_SEQ, READ_ROWS, answer_checksum

RESTART_S = 3.0
"""How long a start waits for a shard held under its own name: the server misses a session whose process was killed within
moments, and a gateway may be up again before."""

HAND_BACK_S = 30.0
"""How long a start waits for another gateway to give a shard back: that one finishes its entries first."""

ASK_AGAIN_S = 0.1

_MOVE: Final = """
WITH moved AS (
    UPDATE journal_shard SET seq = %(last)s, hash = %(hash)b WHERE number = %(shard)s AND seq = %(expected)s RETURNING number
), added AS (
    INSERT INTO journal_entry SELECT moved.number, each.seq, each.hash, each.body FROM moved,
        unnest(%(seqs)b::bigint[], %(hashes)b::bytea[], %(bodies)b::text[]) AS each (seq, hash, body)
)
"""
_KEEP: Final = """, kept AS (
    INSERT INTO journal_answer SELECT moved.number, each.* FROM moved, unnest(
        %(accounts)b::text[], %(keys)b::text[], %(fingerprints)b::text[], %(statuses)b::integer[], %(types)b::text[],
        %(answers)b::bytea[], %(created)b::bigint[], %(checksums)b::bigint[]
    ) AS each (account, key, fingerprint, status, content_type, body, created_ns, checksum)
    ON CONFLICT (shard, account, key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status,
        content_type = EXCLUDED.content_type, body = EXCLUDED.body, created_ns = EXCLUDED.created_ns,
        checksum = EXCLUDED.checksum
), pruned AS (
    DELETE FROM journal_answer USING moved
    WHERE journal_answer.shard = moved.number AND journal_answer.created_ns < %(prune_before)s
)
"""
_COUNT: Final = "SELECT count(*) FROM moved"
_APPEND: Final = _MOVE + _COUNT
_APPEND_WITH_ANSWERS: Final = _MOVE + _KEEP + _COUNT

_HEAD: Final = "SELECT seq, hash FROM journal_shard WHERE number = %s"
_READ: Final = """
SELECT seq, hash, body FROM journal_entry WHERE shard = %s AND seq BETWEEN %s AND %s ORDER BY seq LIMIT %s
"""
_ANSWERS: Final = """
SELECT account, key, fingerprint, status, content_type, body, created_ns, checksum FROM journal_answer
WHERE shard = %s AND created_ns >= %s ORDER BY created_ns
"""


class PostgresStore:
    """A shard of a shared journal, written by `gateway`: its own, or another that stands in for it."""

    def __init__(self, journal: SharedJournal, gateway: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.journal = journal
        self._gateway = gateway
        self._sleep = sleep
        self._connection: psycopg.Connection | None = None
        self._number = 0
        self._head = Head()

    def open(self) -> None:
        """Take the shard; its own gateway asks one that stands in for it to give it back, and waits for that.

        Raises JournalLocked when somebody else holds it, StoreFailed when the database does not answer.
        """
        self._begin(patience_s=HAND_BACK_S if self._is_own else 0.0)

    def reopen(self) -> None:
        """Connect anew and take the shard again; raises JournalLocked when another gateway has it by now."""
        self._begin(patience_s=0.0)

    def append_batch(
        self, records: Sequence[Record], answers: Sequence[StoredAnswer], prune_before_ns: int | None = None
    ) -> None:
        """One statement, on the server's disk before it returns."""
        FAILPOINTS.reach(BEFORE_WRITE)
        connection = self._open_connection()
        end = Head(records[-1].seq, records[-1].hash) if records else self._head
        values = {"shard": self._number, "expected": self._head.seq, "last": end.seq, "hash": end.hash}
        values |= _columns(records)
        statement = _APPEND
        if answers or prune_before_ns is not None:
            statement = _APPEND_WITH_ANSWERS
            values |= {"prune_before": prune_before_ns or 0, **_answer_columns(answers)}
        try:
            # One statement is a transaction, and one way to the server; only who is to die within it needs a longer one.
            with connection.transaction() if FAILPOINTS.is_armed(AFTER_WRITE) else nullcontext():
                row = connection.execute(statement, values, prepare=True).fetchone()
                FAILPOINTS.reach(AFTER_WRITE)
            FAILPOINTS.reach(AFTER_COMMIT)
        except FAULTS as error:
            raise StoreFailed(f"The journal did not write: {one_line(error)}") from error
        if row is None or not row[0]:
            raise StoreFailed(
                f"The journal does not end with entry {self._head.seq} any more: somebody else has written."
            )
        self._head = end

    def read_from(self, seq: int) -> Iterator[Record]:
        """The records from `seq` on, in order; raises StoreFailed."""
        return _read_records(self._open_connection(), self._number, seq)

    def last(self) -> Head:
        """The head as the last batch left it."""
        return _read_head(self._open_connection(), self._number)

    def answers(self, since_ns: int) -> Iterator[StoredAnswer]:
        """The stored answers, each checked against its checksum; raises JournalDamaged for a changed one."""
        return _read_answers(self._open_connection(), self._number, since_ns)

    @contextmanager
    def in_one_transaction(self) -> Iterator[None]:
        """What is written in the `with` is there when it ends, or nothing of it; raises StoreFailed."""
        try:
            with self._open_connection().transaction():
                yield
        except FAULTS as error:
            raise StoreFailed(f"The journal did not write: {one_line(error)}") from error

    def claim(self, accounts: Sequence[str]) -> None:
        """Have accounts belong to this shard; raises StoreFailed where one belongs to another."""
        shards.claim_accounts(self._open_connection(), accounts, self.journal.shard)
        self.check_claims(accounts)

    def check_claims(self, accounts: Sequence[str]) -> None:
        """Raise StoreFailed where one of the accounts belongs to another shard."""
        other = shards.claim_of_another(self._open_connection(), accounts, self.journal.shard)
        if other is not None:
            raise StoreFailed(
                f"In this database the account {other.account!r} belongs to {other.shard}, and not to {self.journal.shard}."
            )

    def close(self) -> None:
        """Let go of the shard and end the session; the server would miss a session that just ended only after a moment."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*FAULTS):
                connection.execute("SELECT pg_advisory_unlock_all()")
            connection.close()

    @property
    def _is_own(self) -> bool:
        return self._gateway == self.journal.shard

    def _begin(self, *, patience_s: float) -> None:
        self.close()
        connection = self._connection = shards.connect(self.journal.url)
        try:
            shards.make_tables(connection)
            self._number = self._take(connection, patience_s)
            connection.execute("UPDATE journal_shard SET seq = seq WHERE number = %s", (self._number,))
            self._head = self.last()
        except FAULTS as error:
            self.close()
            raise StoreFailed(f"The journal cannot be opened: {one_line(error)}") from error
        except (StoreFailed, JournalLocked):
            self.close()
            raise

    def _take(self, connection: psycopg.Connection, patience_s: float) -> int:
        """Hold the shard; its number. Raises JournalLocked."""
        waited_s = 0.0
        while (number := shards.try_lock(connection, self.journal.shard, self._gateway)) is None:
            if not self._is_own:
                raise JournalLocked(f"The journal of {self.journal.shard} is held by another gateway.")
            holder = shards.ask_for(connection, self.journal.shard)
            is_namesake = holder in ("", self._gateway)
            if waited_s >= (min(RESTART_S, patience_s) if is_namesake else patience_s):
                raise _locked(self._gateway, holder, is_namesake=is_namesake)
            self._sleep(ASK_AGAIN_S)
            waited_s += ASK_AGAIN_S
        return number

    def _open_connection(self) -> psycopg.Connection:
        if self._connection is None:
            raise StoreFailed(f"The journal of {self.journal.shard} is not open.")
        return self._connection


class SharedReader:
    """A shard read beside its writer: the entries that were there when this was opened."""

    def __init__(self, journal: SharedJournal) -> None:
        """Connect; raises JournalMissing when there is no such shard, StoreFailed when it cannot be read."""
        self._connection = shards.connect_to_read(journal.url)
        try:
            self._number = _require_number(self._connection, journal.shard)
            self._head = _read_head(self._connection, self._number)
        except StoreFailed:
            self.close()
            raise

    def read_from(self, seq: int) -> Iterator[Record]:
        """The records from `seq` on."""
        return _read_records(self._connection, self._number, seq, self._head.seq)

    def read_range(self, first: int, until: int) -> list[Record]:
        """Some of the records, at once."""
        return list(_read_records(self._connection, self._number, first, min(until, self._head.seq)))

    def last(self) -> Head:
        """Where the chain ended when this was opened."""
        return self._head

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """What is read in the `with` is as it was when that began; raises StoreFailed."""
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with self._connection.transaction():
                self._head = _read_head(self._connection, self._number)
                yield
        except FAULTS as error:
            raise StoreFailed(f"The journal cannot be read: {one_line(error)}") from error

    def answers(self) -> Iterator[StoredAnswer]:
        """The stored answers, as `PostgresStore.answers` has them."""
        return _read_answers(self._connection, self._number, 0)

    def count_answers(self) -> int:
        """How many idempotent answers are kept; raises StoreFailed."""
        query = "SELECT count(*) FROM journal_answer WHERE shard = %s"
        return int(next(_rows(self._connection, query, (self._number,)))[0])

    def close(self) -> None:
        """End the session."""
        self._connection.close()


def _read_records(
    connection: psycopg.Connection, number: int, seq: int, until_seq: int = LAST_POSSIBLE_SEQ
) -> Iterator[Record]:
    """Page by page, each in a transaction of its own."""
    wanted = seq
    while page := list(_rows(connection, _READ, (number, wanted, until_seq, READ_ROWS))):
        for entry_seq, digest, body in page:
            yield Record(entry_seq, digest, body.encode())
        wanted = page[-1][0] + 1


def _read_answers(connection: psycopg.Connection, number: int, since_ns: int) -> Iterator[StoredAnswer]:
    for *values, checksum in _rows(connection, _ANSWERS, (number, since_ns)):
        answer = StoredAnswer(*values)
        if answer_checksum(answer) != checksum:
            seq = _read_head(connection, number).seq
            raise JournalDamaged(seq, f"the stored answer of key {answer.key!r} was changed")
        yield answer


def _require_number(connection: psycopg.Connection, shard: str) -> int:
    (has_tables,) = next(_rows(connection, "SELECT to_regclass('journal_shard') IS NOT NULL", ()))
    found = list(_rows(connection, "SELECT number FROM journal_shard WHERE name = %s", (shard,))) if has_tables else []
    if not found:
        raise JournalMissing(f"There is no journal of a gateway {shard!r}.")
    return int(found[0][0])


def _read_head(connection: psycopg.Connection, number: int) -> Head:
    seq, digest = next(_rows(connection, _HEAD, (number,)))
    return Head(seq, digest)


def _rows(connection: psycopg.Connection, query: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows in the server's own form, which is read faster and keeps bytes as they are; raises StoreFailed."""
    try:
        yield from connection.execute(query, values, binary=True)
    except FAULTS as error:
        raise StoreFailed(f"The journal cannot be read: {one_line(error)}") from error


def _columns(records: Sequence[Record]) -> dict[str, Any]:
    return {
        "seqs": [record.seq for record in records],
        "hashes": [record.hash for record in records],
        "bodies": [record.body.decode() for record in records],
    }


def _answer_columns(answers: Sequence[StoredAnswer]) -> dict[str, list[Any]]:
    """Answers by column; of two for one key the later one, for a statement changes a row once."""
    last = list({(answer.account, answer.key): answer for answer in answers}.values())
    return {
        "accounts": [answer.account for answer in last],
        "keys": [answer.key for answer in last],
        "fingerprints": [answer.fingerprint for answer in last],
        "statuses": [answer.status for answer in last],
        "types": [answer.content_type for answer in last],
        "answers": [answer.body for answer in last],
        "created": [answer.created_ns for answer in last],
        "checksums": [answer_checksum(answer) for answer in last],
    }


def _locked(gateway: str, holder: str, *, is_namesake: bool) -> JournalLocked:
    if is_namesake:
        return JournalLocked(
            f"Another gateway named {gateway} holds the journal of that name. Stop it, or give this one a GATEWAY_NAME "
            "of its own."
        )
    return JournalLocked(f"The gateway {holder} holds the journal of {gateway} and has not given it back.")
