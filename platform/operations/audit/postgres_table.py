"""The audit's own table in the database that several gateways share: a chain for each, which outlives the gateway's machine.

Several processes write one chain, as with the file: the gateway, and the commands beside it. Who writes holds the row with
the chain's head from the beginning of its transaction to the end, so that entries follow each other.
https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-ROWS
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from kit import postgres
from kit.chain import ChainBroken, Head, Record
from kit.errors import Unavailable
from kit.postgres import FAULTS
from kit.redaction import one_line
from operations.audit.segments import Segment

YOUNGEST: Final = "audit_entry"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS audit_chain (
    gateway text PRIMARY KEY, number serial NOT NULL UNIQUE, seq bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
);
CREATE TABLE IF NOT EXISTS audit_segment (
    chain integer NOT NULL REFERENCES audit_chain (number), number integer NOT NULL, first_seq bigint NOT NULL,
    before_hash bytea NOT NULL, last_seq bigint, last_hash bytea, opened_ns bigint NOT NULL, closed_ns bigint,
    dropped_ns bigint, dropped_by text, PRIMARY KEY (chain, number)
);
CREATE TABLE IF NOT EXISTS audit_entry (
    chain integer NOT NULL REFERENCES audit_chain (number), seq bigint NOT NULL, hash bytea NOT NULL, body text NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM audit_segment
        WHERE chain = OLD.chain AND dropped_ns IS NOT NULL AND OLD.seq BETWEEN first_seq AND last_seq
    ) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the audit is append-only';
END $$;
CREATE OR REPLACE FUNCTION audit_keep_all() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE OR REPLACE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE OR REPLACE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep_all();
"""

_GATEWAYS: Final = "SELECT gateway FROM audit_chain ORDER BY number"
_NUMBER: Final = "SELECT number FROM audit_chain WHERE gateway = %s"
_BEGIN_CHAIN: Final = "INSERT INTO audit_chain (gateway) VALUES (%s) ON CONFLICT DO NOTHING"
_HEAD: Final = "SELECT seq, hash FROM audit_chain WHERE number = %s"
_HOLD: Final = "SELECT FROM audit_chain WHERE number = %s FOR UPDATE"
_MOVE_HEAD: Final = "UPDATE audit_chain SET seq = %s, hash = %s WHERE number = %s"
_READ: Final = "SELECT seq, hash, body FROM audit_entry WHERE chain = %s AND seq BETWEEN %s AND %s ORDER BY seq"
_INSERT: Final = """
INSERT INTO audit_entry SELECT %s, each.* FROM unnest(%b::bigint[], %b::bytea[], %b::text[]) AS each (seq, hash, body)
"""
_DELETE: Final = "DELETE FROM audit_entry WHERE chain = %s AND seq BETWEEN %s AND %s"
_SEGMENTS: Final = """
SELECT number, first_seq, before_hash, last_seq, last_hash, opened_ns, closed_ns, dropped_ns, dropped_by
FROM audit_segment WHERE chain = %s ORDER BY number
"""
_ADD_SEGMENT: Final = """
INSERT INTO audit_segment VALUES (
    %(chain)s, %(number)s, %(first_seq)s, %(before_hash)s, %(last_seq)s, %(last_hash)s, %(opened_ns)s, %(closed_ns)s,
    %(dropped_ns)s, %(dropped_by)s
)
"""
_CHANGE_SEGMENT: Final = """
UPDATE audit_segment SET last_seq = %(last_seq)s, last_hash = %(last_hash)s, closed_ns = %(closed_ns)s,
    dropped_ns = %(dropped_ns)s, dropped_by = %(dropped_by)s
WHERE chain = %(chain)s AND number = %(number)s
"""


class PostgresTable:
    """The chain of a gateway, by its number in the database."""

    faults: tuple[type[Exception], ...] = FAULTS
    damage: tuple[type[Exception], ...] = (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted)

    def __init__(self, connection: psycopg.Connection, number: int) -> None:
        self._connection = connection
        self._number = number

    @classmethod
    def to_write(cls, url: str, gateway: str) -> "PostgresTable":
        """The chain of a gateway, made if there is none; raises Unavailable."""
        try:
            connection = postgres.connect(url, "audit")
            try:
                postgres.make_tables(connection, _SCHEMA, youngest=YOUNGEST)
                number = _number(connection, gateway)
                if number is None:  # trying to put it there waits for who writes it
                    connection.execute(_BEGIN_CHAIN, (gateway,))
                    number = _number(connection, gateway)
                assert number is not None, "it was put there, and chains are never deleted"
            except BaseException:
                connection.close()
                raise
        except FAULTS as error:
            raise Unavailable(f"The shared audit cannot be reached: {one_line(error)}") from error
        return cls(connection, number)

    @classmethod
    def to_read(cls, url: str, gateway: str) -> "PostgresTable | None":
        """The chain of a gateway; None for one that never wrote. Raises Unavailable."""
        try:
            connection = postgres.connect_to_read(url, "audit")
            try:
                number = _number(connection, gateway) if postgres.has_table(connection, YOUNGEST) else None
                connection.execute("SET default_transaction_read_only = on")
            except BaseException:
                connection.close()
                raise
        except FAULTS as error:
            raise Unavailable(f"The audit cannot be read: {one_line(error)}") from error
        if number is not None:
            return cls(connection, number)
        connection.close()
        return None

    @staticmethod
    def gateways(url: str) -> list[str]:
        """The gateways that have a chain in a database, in the order in which these began; raises Unavailable."""
        try:
            with closing(postgres.connect_to_read(url, "audit")) as connection:
                if not postgres.has_table(connection, YOUNGEST):
                    return []
                return [str(name) for (name,) in connection.execute(_GATEWAYS)]
        except FAULTS as error:
            raise Unavailable(f"The audit cannot be read: {one_line(error)}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """On the server's disk at its end."""
        with self._connection.transaction():
            self._connection.execute(_HOLD, (self._number,))
            yield

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Nobody waits meanwhile."""
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with self._connection.transaction():
            yield

    def head(self) -> Head:
        """As the last transaction noted it."""
        row = self._connection.execute(_HEAD, (self._number,)).fetchone()
        if row is None:
            raise ChainBroken(1, "the note of where the chain ends is missing")
        return Head(*row)

    def segments(self) -> list[Segment]:
        """Every segment, oldest first."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return [Segment(**row) for row in cursor.execute(_SEGMENTS, (self._number,))]

    def read_range(self, first: int, until: int) -> list[Record]:
        """Some records, at once; in the server's own form, which is read faster and keeps bytes as they are."""
        rows = self._connection.execute(_READ, (self._number, first, until), binary=True)
        return [Record(seq, digest, body.encode()) for seq, digest, body in rows]

    def insert(self, records: Sequence[Record]) -> None:
        """Add them in one statement."""
        columns = [
            [each.seq for each in records],
            [each.hash for each in records],
            [each.body.decode() for each in records],
        ]
        self._connection.execute(_INSERT, (self._number, *columns))

    def move_head(self, head: Head) -> None:
        """Note where the chain ends."""
        self._connection.execute(_MOVE_HEAD, (head.seq, head.hash, self._number))

    def add_segment(self, segment: Segment) -> None:
        """Add it."""
        self._connection.execute(_ADD_SEGMENT, self._values(segment))

    def change_segment(self, segment: Segment) -> None:
        """Note how it ended."""
        self._connection.execute(_CHANGE_SEGMENT, self._values(segment))

    def delete(self, first: int, until: int) -> None:
        """Delete the records of a dropped segment."""
        self._connection.execute(_DELETE, (self._number, first, until))

    def close(self) -> None:
        """End the session."""
        self._connection.close()

    def _values(self, segment: Segment) -> dict[str, Any]:
        return {"chain": self._number, **{name: getattr(segment, name) for name in Segment.__struct_fields__}}


def _number(connection: psycopg.Connection, gateway: str) -> int | None:
    row = connection.execute(_NUMBER, (gateway,)).fetchone()
    return None if row is None else int(row[0])
