"""Where the journals of several gateways are: one Postgres database, in which each gateway's journal is a *shard*.

A shard bears the name of the gateway it is of. Who writes it holds an advisory lock on it for as long as its connection
lives: Postgres gives the lock back when the connection ends, also after `kill -9`. The lock's number is the shard's; these
begin with 1. That is the first fence; the second is that an append moves the shard's head on from where the writer knows it
to be, so that a writer who was given up for dead writes nothing.
https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import psycopg

from kit import postgres
from kit.postgres import FAULTS, LOCK_CLASS
from kit.redaction import one_line
from trading.journal.errors import StoreFailed

_SCHEMA = """
CREATE TABLE IF NOT EXISTS journal_shard (
    name text PRIMARY KEY, number serial NOT NULL UNIQUE, seq bigint NOT NULL DEFAULT 0,
    hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
    holder text NOT NULL DEFAULT '', is_wanted boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS journal_entry (
    shard integer NOT NULL REFERENCES journal_shard (number), seq bigint NOT NULL, hash bytea NOT NULL, body text NOT NULL,
    PRIMARY KEY (shard, seq)
);
CREATE TABLE IF NOT EXISTS journal_answer (
    shard integer NOT NULL REFERENCES journal_shard (number), account text NOT NULL, key text NOT NULL,
    fingerprint text NOT NULL, status integer NOT NULL, content_type text NOT NULL, body bytea NOT NULL,
    created_ns bigint NOT NULL, checksum bigint NOT NULL, PRIMARY KEY (shard, account, key)
);
CREATE INDEX IF NOT EXISTS journal_answer_by_age ON journal_answer (shard, created_ns);
CREATE TABLE IF NOT EXISTS account_owner (
    account text PRIMARY KEY, shard text NOT NULL REFERENCES journal_shard (name), number bigserial NOT NULL
);
CREATE INDEX IF NOT EXISTS account_owner_by_number ON account_owner (number);
CREATE TABLE IF NOT EXISTS gateway_key (
    id text PRIMARY KEY, gateway text NOT NULL, body text NOT NULL, revision bigserial NOT NULL
);
CREATE OR REPLACE FUNCTION journal_keep() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE OR REPLACE TRIGGER journal_entry_keep BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_keep();
"""

_YOUNGEST: Final = "gateway_key"

_PUBLISH_KEYS = """
INSERT INTO gateway_key (id, gateway, body)
SELECT each.id, %s, each.body FROM unnest(%s::text[], %s::text[]) AS each (id, body)
ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body, revision = EXCLUDED.revision
WHERE gateway_key.gateway = EXCLUDED.gateway AND gateway_key.body <> EXCLUDED.body
"""

_LOOK = """
SELECT shard.name, shard.holder, shard.is_wanted, held.pid IS NOT NULL
FROM journal_shard AS shard LEFT JOIN pg_locks AS held
    ON held.locktype = 'advisory' AND held.classid = %s AND held.objid = shard.number AND held.objsubid = 2 AND held.granted
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class SharedJournal(msgspec.Struct, frozen=True):
    """One shard: the database's address and the name of the gateway whose journal it is."""

    url: str
    shard: str


class ShardSeen(msgspec.Struct, frozen=True):
    """A shard as it stood at a moment.

    `holder` is the gateway that holds it, or held it last; `is_wanted` says that its own gateway asks for it.
    """

    name: str
    holder: str
    is_wanted: bool
    is_held: bool


class Claimed(msgspec.Struct, frozen=True):
    """An account and the shard it belongs to; `number` rises with each."""

    account: str
    shard: str
    number: int


def connect(url: str) -> psycopg.Connection:
    """A connection on which each statement is its own transaction; raises StoreFailed."""
    try:
        return postgres.connect(url, "journal")
    except FAULTS as error:
        raise StoreFailed(f"The shared journal cannot be reached: {one_line(error)}") from error


def connect_to_read(url: str) -> psycopg.Connection:
    """The same for who reads beside the writers, and does not wait for a server that is known to hang."""
    try:
        return postgres.connect_to_read(url, "journal")
    except FAULTS as error:
        raise StoreFailed(f"The shared journal cannot be reached: {one_line(error)}") from error


def make_tables(connection: psycopg.Connection) -> None:
    """Make what is not there yet, one gateway at a time."""
    postgres.make_tables(connection, _SCHEMA, youngest=_YOUNGEST)


def try_lock(connection: psycopg.Connection, shard: str, holder: str) -> int | None:
    """Take a shard for `holder`; its number, or None when somebody has it."""
    connection.execute("INSERT INTO journal_shard (name) VALUES (%s) ON CONFLICT DO NOTHING", (shard,))
    row = connection.execute("SELECT number FROM journal_shard WHERE name = %s", (shard,)).fetchone()
    assert row is not None, "it was put there, and shards are never deleted"
    number = int(row[0])
    if not _is_true(connection, "SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, number)):
        return None
    connection.execute("UPDATE journal_shard SET holder = %s, is_wanted = false WHERE name = %s", (holder, shard))
    return number


def ask_for(connection: psycopg.Connection, shard: str) -> str:
    """Let whoever stands in for a shard know that its own gateway is back; who that is."""
    connection.execute("UPDATE journal_shard SET is_wanted = true WHERE name = %s", (shard,))
    row = connection.execute("SELECT holder FROM journal_shard WHERE name = %s", (shard,)).fetchone()
    return "" if row is None else str(row[0])


def look(connection: psycopg.Connection) -> list[ShardSeen]:
    """Every shard, and whether somebody holds it now."""
    return [ShardSeen(*row) for row in connection.execute(_LOOK, (LOCK_CLASS,))]


def claimed_since(connection: psycopg.Connection, number: int) -> list[Claimed]:
    """The accounts that were claimed after the one with that number."""
    query = "SELECT account, shard, number FROM account_owner WHERE number > %s ORDER BY number"
    return [Claimed(*row) for row in connection.execute(query, (number,))]


def claim_account(connection: psycopg.Connection, account: str, shard: str) -> str:
    """Have an account belong to a shard, unless it belongs to one already; the shard it belongs to."""
    connection.execute(
        "INSERT INTO account_owner (account, shard) VALUES (%s, %s) ON CONFLICT DO NOTHING", (account, shard)
    )
    owner = owner_of(connection, account)
    assert owner is not None, "claims are never deleted"
    return owner


def claim_accounts(connection: psycopg.Connection, accounts: Sequence[str], shard: str) -> None:
    """Have accounts belong to a shard, but for those that belong to one already."""
    connection.execute(
        "INSERT INTO account_owner (account, shard) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
        (list(accounts), shard),
    )


def claim_of_another(connection: psycopg.Connection, accounts: Sequence[str], shard: str) -> Claimed | None:
    """One of the accounts that belongs to another shard than this, or None."""
    query = "SELECT account, shard, number FROM account_owner WHERE account = ANY(%s) AND shard <> %s LIMIT 1"
    row = connection.execute(query, (list(accounts), shard)).fetchone()
    return None if row is None else Claimed(*row)


def owner_of(connection: psycopg.Connection, account: str) -> str | None:
    """The shard an account belongs to, or None."""
    row = connection.execute("SELECT shard FROM account_owner WHERE account = %s", (account,)).fetchone()
    return None if row is None else str(row[0])


def publish_keys(connection: psycopg.Connection, gateway: str, bodies: Mapping[str, str]) -> None:
    """Have the keys of a gateway be these, by their ids, and no others."""
    ids, texts = list(bodies), list(bodies.values())
    with connection.transaction():
        connection.execute("DELETE FROM gateway_key WHERE gateway = %s AND id <> ALL(%s)", (gateway, ids))
        connection.execute(_PUBLISH_KEYS, (gateway, ids, texts))


def revision_of_other_keys(connection: psycopg.Connection, gateway: str) -> tuple[int, int]:
    """Two numbers of which one is another after any change of the keys of the other gateways."""
    query = "SELECT count(*), coalesce(max(revision), 0) FROM gateway_key WHERE gateway <> %s"
    row = connection.execute(query, (gateway,)).fetchone()
    assert row is not None, "an aggregate has one row"
    return int(row[0]), int(row[1])


def keys_of_others(connection: psycopg.Connection, gateway: str) -> list[str]:
    """The keys of all other gateways, as those published them."""
    rows = connection.execute("SELECT body FROM gateway_key WHERE gateway <> %s", (gateway,))
    return [str(body) for (body,) in rows]


def _is_true(connection: psycopg.Connection, query: str, values: tuple[object, ...] = ()) -> bool:
    row = connection.execute(query, values).fetchone()
    return row is not None and bool(row[0])
