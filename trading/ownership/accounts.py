"""What the rest of trading asks about ownership; without a shared journal every account is this gateway's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.conf import settings

from kit.errors import Conflict
from markets import services as markets

if TYPE_CHECKING:
    from trading.ownership.owners import Owners

_chosen: ContextVar[str] = ContextVar("shard", default="")


class _Known:
    """What this process knows of owners, once somebody asked."""

    owners: "Owners | None" = None


def owners() -> "Owners | None":
    """Who owns what; None where nothing is shared. Made when it is first asked for, with the driver of Postgres."""
    if _Known.owners is None and settings.JOURNAL_URL:
        from trading.ownership.owners import Owners

        _Known.owners = Owners(settings.JOURNAL_URL, settings.GATEWAY_NAME)
    return _Known.owners


def forget_owners() -> None:
    """Nothing is known any more; for the stop of the server."""
    _Known.owners = None


def chosen_shard() -> str:
    """The shard that this work is about, when it is one that this gateway stands in for; else empty."""
    return _chosen.get()


@contextmanager
def working_for(shard: str | None) -> Iterator[None]:
    """Have the present context work for a shard for the time of a `with`; this gateway's own and None are the main desk."""
    token = _chosen.set("" if shard is None or shard == settings.GATEWAY_NAME else shard)
    try:
        yield
    finally:
        _chosen.reset(token)


async def claim(account: str) -> str | None:
    """The shard of an account that is about to be opened, by the desk at hand if it belongs to none yet.

    None where nothing is shared, rehearsals included. Raises Misdirected for an account of another gateway's, Unavailable
    JOURNAL_UNAVAILABLE.
    """
    found = owners()
    if found is None or markets.chosen_floor() is not None:
        return None
    return await found.claim(account, chosen_shard() or found.gateway)


async def claim_beside(account: str) -> None:
    """Claim an account that can only be opened by the desk at hand; raises Conflict ACCOUNT_EXISTS, and as `claim`."""
    shard = await claim(account)
    if shard is not None and shard != (chosen_shard() or settings.GATEWAY_NAME):
        raise Conflict(f"The account {account!r} belongs to another gateway; take another id.", code="ACCOUNT_EXISTS")
