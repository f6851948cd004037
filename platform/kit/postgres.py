"""Connections to the database that several gateways share: how long is waited, and how the tables come to be there.

Whoever keeps something there (the journal, the audit) has statements and errors of its own. Imported only where such a
database is named, since its driver is not needed otherwise.
"""

from functools import lru_cache
from typing import Any, Final

import psycopg
from psycopg.errors import ConnectionTimeout

from kit.breaker import BREAKERS, Breaker, BreakerPolicy

LOCK_CLASS = 0x53616E64
"""The first half of the advisory locks' keys, so that they meet no other program's; the second says which lock it is."""

MAKING_TABLES = 0
"""The lock of who makes tables, whichever they are."""

CONNECT_TIMEOUT_S = 3
WATCH: Final[dict[str, Any]] = {
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 4,
    "tcp_user_timeout": 8_000,
}
"""A server that is gone without a word is noticed by who writes to it, within eight seconds; the last is in milliseconds."""

SESSION = (
    "-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 -c synchronous_commit=on "
    "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=4"
)
"""The server notices a gateway's machine that is gone as soon, and gives its locks back; those of a process that was stopped
within a transaction, and still is, after a minute.
"""

FAULTS = (psycopg.Error,)

BREAKER_NAME = "shared database"
READERS = BreakerPolicy(failures=1, failure_share=0.0, open_s=5.0)
"""One failure is enough: it has cost the whole time that is waited for a connection."""

MAX_DATABASES = 16
"""A process knows one; tests know several."""


def connect(url: str, purpose: str) -> psycopg.Connection:
    """A connection on which each statement is its own transaction; raises what `FAULTS` names.

    The server lists it as Sandbar's for that purpose.
    """
    return psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        options=SESSION,
        application_name=f"sandbar {purpose}",
        keepalives=1,
        **WATCH,
    )


def connect_to_read(url: str, purpose: str) -> psycopg.Connection:
    """As `connect`, for readers, which may be many: each that waits for a server that hangs keeps a thread from others.

    So one of them finds out whether it still does, and the others are told at once.
    """
    breaker = _breaker_of(url)
    if not breaker.allows():
        raise ConnectionTimeout(
            f"the server did not answer within {CONNECT_TIMEOUT_S} s, and is asked again in a moment"
        )
    with breaker.judged(ConnectionTimeout):
        return connect(url, purpose)


@lru_cache(maxsize=MAX_DATABASES)
def _breaker_of(url: str) -> Breaker:
    return BREAKERS.register(Breaker(BREAKER_NAME, READERS))


def has_table(connection: psycopg.Connection, name: str) -> bool:
    """Whether there is a table of that name."""
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (name,)).fetchone()
    return row is not None and bool(row[0])


def make_tables(connection: psycopg.Connection, schema: str, *, youngest: str) -> None:
    """Make what of a schema is not there yet, one process at a time.

    `youngest` is the table that was added last: where it is missing, older ones may be there, so that every statement of
    the schema has to bear what it makes being there already.
    """
    if has_table(connection, youngest):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_CLASS, MAKING_TABLES))
        connection.execute(schema)
