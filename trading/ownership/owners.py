"""Who answers for an account, as far as this gateway knows: which shard it belongs to, and which gateway holds that.

Accounts are claimed in a table of the shared database before they are opened, and stay with their shard for ever; what
moves is who holds the shard. Both are kept in memory, so that a request costs a look into a dictionary; only an account
that nobody here has heard of yet is asked for.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec
import psycopg

from kit.errors import Misdirected, Unavailable
from kit.postgres import FAULTS
from kit.redaction import one_line
from trading.journal import shards
from trading.journal.errors import StoreFailed
from trading.journal.shards import Claimed, ShardSeen

Value = TypeVar("Value")

AWAY = "The gateway of this account is away, and another one takes its accounts over in a moment; try again soon."


class Seen(msgspec.Struct, frozen=True):
    """What one look into the shared database found."""

    shards: list[ShardSeen]
    claims: list[Claimed]


class SharedTables:
    """The one connection beside the journal's, for whoever asks; used by one thread at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection | None = None
        self._one_at_a_time = threading.Lock()

    def ask(self, question: Callable[[psycopg.Connection], Value]) -> Value:
        """In a thread: what the database says; raises StoreFailed. A connection that broke is made anew for the next one."""
        with self._one_at_a_time:
            if self._connection is None or self._connection.closed:
                self._connection = shards.connect(self._url)
                shards.make_tables(self._connection)
            try:
                return question(self._connection)
            except FAULTS as error:
                self._connection.close()
                raise StoreFailed(f"The shared journal does not answer: {one_line(error)}") from error

    def close(self) -> None:
        """End the connection."""
        with self._one_at_a_time:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class Owners:
    """Accounts, shards and holders as this gateway knows them. Everything but `SharedTables` runs on the event loop."""

    def __init__(self, url: str, gateway: str) -> None:
        self.gateway = gateway
        self._tables = SharedTables(url)
        self._shard_of: dict[str, str] = {}
        self._holder_of: dict[str, str] = {gateway: gateway}
        self._newest_claim = 0

    def shard_for(self, account: str) -> str | None:
        """The shard that this gateway answers for the account from; None for an account that it has not heard of.

        Raises Misdirected when another gateway answers for it, Unavailable while nobody does.
        """
        shard = self._shard_of.get(account)
        if shard is None:
            return None
        holder = self._holder_of.get(shard, "")
        if holder == self.gateway:
            return shard
        if holder:
            raise Misdirected(account, holder)
        raise Unavailable(AWAY)

    async def find(self, account: str) -> str | None:
        """`shard_for`, having asked the database about an account that was not heard of; None when there is none."""
        if account not in self._shard_of:
            shard = await self._ask(lambda connection: shards.owner_of(connection, account))
            if shard is None:
                return None
            self._shard_of[account] = shard
        return self.shard_for(account)

    async def claim(self, account: str, shard_at_hand: str) -> str:
        """Have the account belong to a shard, unless it belongs to one already; the shard, raising as `shard_for` does."""
        if account not in self._shard_of:
            owner = await self._ask(lambda connection: shards.claim_account(connection, account, shard_at_hand))
            self._shard_of[account] = owner
        shard = self.shard_for(account)
        assert shard is not None, "it was noted above"
        return shard

    async def is_free_for_us(self, account: str) -> bool:
        """Claim an account that everybody would open; whether it belongs to this gateway now."""
        owner = await self._ask(lambda connection: shards.claim_account(connection, account, self.gateway))
        self._shard_of[account] = owner
        return owner == self.gateway

    async def look(self) -> list[ShardSeen]:
        """Learn what has changed since the last look; raises Unavailable."""
        newest = self._newest_claim

        def see(connection: psycopg.Connection) -> Seen:
            return Seen(shards.look(connection), shards.claimed_since(connection, newest))

        seen = await self._ask(see)
        for claim in seen.claims:
            self._shard_of[claim.account] = claim.shard
            self._newest_claim = claim.number
        for shard in seen.shards:
            self._holder_of[shard.name] = shard.holder if shard.is_held else ""
        return seen.shards

    def note_holder(self, shard: str, holder: str) -> None:
        """Know of a change before the next look does; empty: nobody holds it."""
        self._holder_of[shard] = holder

    def accounts_of(self, shard: str) -> Iterable[str]:
        """The accounts that belong to a shard."""
        return [account for account, owner in self._shard_of.items() if owner == shard]

    async def close(self) -> None:
        """End the connection."""
        await asyncio.to_thread(self._tables.close)

    async def _ask(self, question: Callable[[psycopg.Connection], Value]) -> Value:
        try:
            return await asyncio.to_thread(self._tables.ask, question)
        except StoreFailed as error:
            raise Unavailable(str(error), code="JOURNAL_UNAVAILABLE") from error
