"""Forks: an account that begins as another one stands, or stood after an entry of the journal.

The past is read from the journal in a thread, by a connection that can change nothing, one fork at a time; trading goes on
meanwhile.
"""

import asyncio
from contextlib import closing
from typing import Protocol

import msgspec

from api.staged import Staged
from kit.errors import Conflict, Rejected, Unavailable, invalid_field
from kit.trace import new_id
from trading.accounts.answers import account_answer
from trading.desk import Desk
from trading.journal.errors import JournalError
from trading.journal.past import account_at
from trading.journal.reading import JournalPlace, open_reader
from trading.journal.stores import MemoryStore
from trading.ownership.accounts import claim_beside
from trading.sandbox.accounts import Account
from trading.sandbox.orders import ForkAccount
from trading.services import MAX_ACCOUNTS, StagedChange, get_desk, journal_place

MAX_ENTRIES_READ = 5_000_000
"""Entries that a fork goes through at most: some ten seconds, and less than a request may take."""

STATUS_CREATED = 201

_reading = asyncio.Semaphore(1)
"""Forks of the past, one at a time: each reads a part of the journal."""


class ForkRequest(Protocol):
    """A copy of an account; None takes the default."""

    @property
    def id(self) -> str | None:
        """Of the copy."""
        ...

    @property
    def name(self) -> str | None:
        """Of the copy."""
        ...

    @property
    def with_orders(self) -> bool:
        """Whether open orders are copied too."""
        ...

    @property
    def from_sequence(self) -> int | None:
        """The journal entry after which to copy; None is now."""
        ...


class CopyOfNow(msgspec.Struct, frozen=True):
    """The wish for a copy of an account as it stands, open orders included."""

    id: str | None = None
    name: str | None = None
    with_orders: bool = True
    from_sequence: int | None = None


async def fork_account(account_id: str, request: ForkRequest, *, actor: str) -> Staged:
    """Open a copy of an account.

    Raises NotFound UNKNOWN_ACCOUNT, Conflict ACCOUNT_EXISTS, Rejected TOO_MANY_ACCOUNTS, Invalid for an entry that is not
    there or after which there was no such account, Conflict FORGOTTEN where the journal has lost its beginning.
    """
    desk = get_desk()
    source = desk.published.account(account_id)
    if len(desk.exchange.accounts) >= MAX_ACCOUNTS:
        raise Rejected(f"There are {MAX_ACCOUNTS} accounts already.", code="TOO_MANY_ACCOUNTS")
    sequence = request.from_sequence
    past = None if sequence is None else await _past_account(desk, account_id, sequence)
    fork_id = request.id or new_id()
    await claim_beside(fork_id)
    shown = "" if sequence is None else f" after entry {sequence}"
    command = ForkAccount(
        account_id=fork_id,
        source_id=account_id,
        name=request.name or f"{source.account.name} (fork{shown})",
        starting_balances=source.starting_balances,
        with_orders=request.with_orders,
        source_sequence=sequence,
        past=past,
    )
    executed = desk.execute(command, actor=actor)
    answer = account_answer(desk.exchange.accounts[command.account_id], desk.rates)
    return StagedChange(desk, [executed], answer, status=STATUS_CREATED)


async def _past_account(desk: Desk, account_id: str, sequence: int) -> Account:
    if not 1 <= sequence <= desk.entries:
        raise invalid_field("from_sequence", f"The journal has the entries 1 to {desk.entries}.")
    if sequence > MAX_ENTRIES_READ:
        raise invalid_field("from_sequence", f"A fork goes through {MAX_ENTRIES_READ} entries at most.")
    place = desk.store if isinstance(desk.store, MemoryStore) else journal_place()
    assert place is not None, "a desk with entries has a journal"
    async with _reading:
        try:
            found = await asyncio.to_thread(_read_past, place, desk, account_id, sequence)
        except JournalError as fault:
            raise Unavailable(f"The journal cannot be read at present. {fault}") from fault
    if found is None:
        raise invalid_field("from_sequence", f"After entry {sequence} there was no account {account_id!r} yet.")
    return found


def _read_past(place: JournalPlace | MemoryStore, desk: Desk, account_id: str, sequence: int) -> Account | None:
    """In a thread."""
    if isinstance(place, MemoryStore):
        records = place.kept()
        if records and records[0].seq != 1:
            raise Conflict("This journal lives in memory and has forgotten its beginning.", code="FORGOTTEN")
        return account_at(records, account_id, sequence, desk.instrument)
    with closing(open_reader(place)) as reader:
        return account_at(reader.read_from(1), account_id, sequence, desk.instrument)
