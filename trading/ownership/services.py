"""Directing requests to the gateway of their account, and standing in for a gateway that is gone.

The keeper looks at all shards twice a second. One that nobody holds for a while is taken over: its journal is replayed
into a desk beside the main one, on the same market, and served under the same addresses until its own gateway asks for it.
Everything here runs on the event loop.
"""

import asyncio
import logging
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from kit.clock import SYSTEM_CLOCK
from kit.errors import DomainError, Unavailable
from operations.health import Health
from streams.hub import HUB
from trading import channels
from trading import services as trading
from trading.desk import Desk
from trading.journal.errors import JournalError, JournalLocked
from trading.ownership.accounts import forget_owners, owners, working_for

if TYPE_CHECKING:  # their driver is there where several gateways share a database
    from trading.journal.shards import ShardSeen
    from trading.ownership.owners import Owners

LOOK_EVERY_S = 0.5
"""How soon a change of hands is noticed; each look is one short query."""

TAKE_OVER_AFTER_S = 2.0
"""How long a shard must have been nobody's before another gateway takes it: a gateway that lost its connection, or Postgres
itself that was started anew, gets so long to go on as before."""

LOOKS_TO_BE_SURE = 2
"""Looks in a row that find a desk without the shard it writes: one of them may be older than a recovery that just ended."""

SHARDS_FOLDER = "shards"
"""In the state folder: snapshots and histories of journals that this gateway stood in for."""

LOST = "The connection to the shared journal was lost."
MOVED = "Another gateway answers for this account now; connect again."

_log = logging.getLogger(__name__)


class Keeper:
    """Watches the shards of all gateways for one of them."""

    def __init__(self, owners: "Owners") -> None:
        self._owners = owners
        self._free_since_s: dict[str, float] = {}
        self._not_held: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None
        self.trouble: str | None = None
        """Why the shared database cannot be asked; None while it can."""

    async def start(self) -> None:
        """Look once, so that the first request finds the holders known, and then again and again."""
        await self._look()
        self._task = asyncio.get_running_loop().create_task(self._keep_looking())

    async def stop(self) -> None:
        """Look no more, and give up what this gateway stands in for."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        for shard in trading.stood_in_for():
            await self._give_up(shard)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self._look()
            except Exception:  # a fault of ours must not end the watch
                _log.exception("Looking after the shards failed.")

    async def _look(self) -> None:
        try:
            seen = await self._owners.look()
        except Unavailable as away:
            self.trouble = away.message
            self._free_since_s.clear()  # while nobody can look, nothing is known to be free
            return
        self.trouble = None
        for shard in seen:
            if shard.name == self._owners.gateway:
                self._look_at_own(shard)
            else:
                await self._look_at_other(shard)

    def _look_at_own(self, shard: "ShardSeen") -> None:
        """The own shard: another gateway may have taken it while this one was cut off, and gives it back when asked."""
        is_ours = shard.is_held and shard.holder == self._owners.gateway
        desk = trading.find_desk()
        if desk is not None:
            self._look_after(desk, shard.name, is_ours=is_ours)
        if shard.is_held and not is_ours:
            HUB.end_accounts(self._owners.accounts_of(shard.name), MOVED)

    def _look_after(self, desk: Desk, shard: str, *, is_ours: bool) -> None:
        """Have a desk recover whose session ended without its noticing: one that writes nothing is told by nobody else."""
        if desk.trouble is not None:
            self._not_held.pop(shard, None)
            desk.hurry_recovery()
        elif is_ours:
            self._not_held.pop(shard, None)
        else:
            self._not_held[shard] = self._not_held.get(shard, 0) + 1
            if self._not_held[shard] >= LOOKS_TO_BE_SURE:
                desk.lose_journal(LOST)

    async def _look_at_other(self, shard: "ShardSeen") -> None:
        desk = trading.stood_in_for().get(shard.name)
        is_ours = shard.is_held and shard.holder == self._owners.gateway
        if desk is not None:
            if (is_ours and shard.is_wanted) or (shard.is_held and not is_ours):
                await self._give_up(shard.name)
            else:
                self._look_after(desk, shard.name, is_ours=is_ours)
        elif shard.is_held:
            self._free_since_s.pop(shard.name, None)
        elif self._is_free_for_long(shard.name):
            await self._take_over(shard.name)

    def _is_free_for_long(self, shard: str) -> bool:
        now_s = SYSTEM_CLOCK.monotonic_s()
        return now_s - self._free_since_s.setdefault(shard, now_s) >= TAKE_OVER_AFTER_S

    async def _take_over(self, shard: str) -> None:
        """Replay the journal of a gateway that is gone, and serve its accounts."""
        self._free_since_s.pop(shard, None)
        folder = Path(settings.STATE_DIR) / SHARDS_FOLDER / shard
        desk = trading.make_desk(trading.shared_store(shard), folder)
        desk.add_listener(lambda change: channels.publish_change_of(desk, HUB, change))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            await desk.start()
        except JournalLocked:
            return  # another gateway was quicker, or its own one is back
        except (JournalError, OSError) as error:
            _log.error("The accounts of %s cannot be taken over: %s", shard, error)
            return
        trading.stand_in(shard, desk)
        self._owners.note_holder(shard, self._owners.gateway)
        _log.warning(
            "Standing in for %s: %d accounts after entry %d.", shard, len(desk.published.accounts), desk.entries
        )

    async def _give_up(self, shard: str) -> None:
        """Finish what was accepted and let another gateway have the shard."""
        desk = trading.stood_in_for()[shard]
        self._owners.note_holder(shard, "")
        trading.stop_standing_in(shard)
        HUB.end_accounts(desk.published.accounts, MOVED)
        await desk.stop()
        _log.warning("No longer standing in for %s.", shard)


class _Running:
    """The keeper while the server runs."""

    keeper: Keeper | None = None


async def start() -> None:
    """Begin to watch, where several gateways share a journal."""
    found = owners()
    if found is not None and settings.SANDBOX_TRADING:
        _Running.keeper = Keeper(found)
        await _Running.keeper.start()


async def stop() -> None:
    """Give up the shards of others, and the connection."""
    keeper, _Running.keeper = _Running.keeper, None
    if keeper is not None:
        await keeper.stop()
    found = owners()
    if found is not None:
        await found.close()
        forget_owners()


def direct(account: str, *, keeps_tables: bool) -> AbstractContextManager[None] | None:
    """The context in which to answer for an account that has been heard of; None for one that has not.

    `keeps_tables`: what is asked for is in the tables of the account's own gateway, and not in its journal. Raises
    Misdirected, or Unavailable.
    """
    found = owners()
    shard = None if found is None else found.shard_for(account)
    return None if shard is None else _context(shard, keeps_tables)


async def find(account: str, *, keeps_tables: bool) -> AbstractContextManager[None]:
    """`direct` for an account that was not heard of; where there is none, this gateway says so."""
    found = owners()
    return _context(None if found is None else await found.find(account), keeps_tables)


async def find_for_socket(account: str | None) -> AbstractContextManager[None] | DomainError:
    """The context of a socket's life, or why it cannot be let in here."""
    try:
        return working_for(None) if account is None else await find(account, keeps_tables=False)
    except DomainError as refusal:
        return refusal


def _context(shard: str | None, keeps_tables: bool) -> AbstractContextManager[None]:
    if keeps_tables and shard is not None and shard != settings.GATEWAY_NAME:
        raise Unavailable(
            f"The gateway {shard} keeps this and is away; orders and balances of the account can be used."
        )
    return working_for(shard)


async def check_health() -> Health:
    """Whether the shared database can be asked, and for whom this gateway stands in."""
    keeper = _Running.keeper
    if keeper is None:
        return Health("ok", "This gateway owns every account.")
    if keeper.trouble is not None:
        return Health("degraded", keeper.trouble)
    stood_in = trading.stood_in_for()
    troubled: list[Desk] = [desk for desk in stood_in.values() if desk.trouble is not None]
    if troubled:
        return Health("degraded", f"Read-only for others. {troubled[0].trouble}")
    if stood_in:
        return Health("ok", f"Standing in for {', '.join(sorted(stood_in))}.")
    return Health("ok", f"{settings.GATEWAY_NAME} owns its accounts.")
