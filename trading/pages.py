"""Pages of an account's history: what is in memory and what is on disk, put together.

Memory is asked first and on the loop; the disk only where older orders left memory, and in a thread. An order is on disk
before it leaves memory, so between the two none is missed, and one that is found in both counts once.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from kit.errors import NotFound, Unavailable
from trading.history import ArchiveFilter, FillFilter, FillOfOrder, History, HistoryFailed, OrderFilter
from trading.published import MAX_SCANNED, Found, Place, Published, PublishedAccount
from trading.sandbox.events import OrderFilled
from trading.sandbox.orders import Order

Item = TypeVar("Item")
Result = TypeVar("Result")


class Source(Protocol):
    """Whose histories are read: a desk."""

    @property
    def published(self) -> Published:
        """What is in memory."""
        ...

    @property
    def history(self) -> History:
        """What is on disk."""
        ...


async def find_order(source: Source, account_id: str, order_id: str) -> Order:
    """One order of an account, of whatever epoch; raises NotFound."""
    order = source.published.account(account_id).find_order(order_id)
    if order is not None:
        return source.published.present(order)
    found = await _in_thread(lambda: source.history.order(account_id, order_id))
    if found is None:
        raise NotFound(f"There is no order {order_id!r}.")
    return found[1]


async def page_of_orders(
    source: Source,
    account_id: str,
    wanted: OrderFilter,
    *,
    limit: int,
    after: Place | None,
    epoch_number: int | None = None,
) -> tuple[list[Order], Place | None]:
    """Up to `limit` wanted orders of an epoch, the present one unless said, newest first, and where the next page begins.

    Raises NotFound for an epoch there was not.
    """
    account = source.published.account(account_id)
    epoch = account.epoch(epoch_number)
    before = account.before(after, epoch.order_count, epoch.epoch)
    stored = epoch.look_for_orders(wanted.fits, before=before, limit=limit + 1, open_only=bool(wanted.is_open))
    present = source.published.present
    recent = Found([(place, present(order)) for place, order in stored.items], stored.reached)
    if wanted.is_open or recent.reached >= epoch.archived_orders:
        return _page(epoch.epoch, recent, None, limit)
    older = await _in_thread(
        lambda: source.history.look_for_orders(account_id, epoch.epoch, wanted, before=before, limit=limit + 1)
    )
    return _page(epoch.epoch, recent, older, limit)


async def order_of_client(
    source: Source, account_id: str, client_order_id: str, epoch_number: int | None = None
) -> Order | None:
    """The order of an epoch, the present one unless said, that has this client order id, or None."""
    account = source.published.account(account_id)
    epoch = account.epoch(epoch_number)
    order_id = account.account.client_order_ids.get(client_order_id)
    if order_id is None:
        return None
    order = epoch.find_order(order_id)
    if order is not None or not epoch.archived_orders:
        return None if order is None else source.published.present(order)
    found = await _in_thread(lambda: source.history.order(account_id, order_id))
    return None if found is None or found[0] != epoch.epoch else found[1]


async def page_of_fills(
    source: Source,
    account_id: str,
    wanted: FillFilter,
    *,
    limit: int,
    after: Place | None,
    epoch_number: int | None = None,
) -> tuple[list[FillOfOrder], Place | None]:
    """Up to `limit` wanted fills of an epoch, the present one unless said, newest first, and where the next page begins.

    Raises NotFound for an epoch there was not.
    """
    account = source.published.account(account_id)
    epoch = account.epoch(epoch_number)
    before = account.before(after, epoch.fill_count, epoch.epoch)
    found = epoch.look_for_fills(_fitting(account, wanted), before=before, limit=limit + 1, order_id=wanted.order_id)
    recent = Found([(place, _with_order(account, fill)) for place, fill in found.items], found.reached)
    if recent.reached >= epoch.archived_fills:
        return _page(epoch.epoch, recent, None, limit)
    older = await _in_thread(
        lambda: source.history.look_for_fills(account_id, epoch.epoch, wanted, before=before, limit=limit + 1)
    )
    return _page(epoch.epoch, recent, older, limit)


async def fills_of(source: Source, account_id: str, order_id: str) -> list[OrderFilled]:
    """Every fill of one order of whatever epoch, oldest first."""
    account = source.published.account(account_id)
    for epoch in account.epochs:
        if epoch.find_order(order_id) is not None:
            return epoch.fills_of(order_id)
    wanted = ArchiveFilter(account_id=account_id, order_id=order_id)
    found = await _in_thread(lambda: source.history.archived_fills(wanted, limit=MAX_SCANNED))
    return [each.fill for each in reversed(found)]


def _fitting(account: PublishedAccount, wanted: FillFilter) -> Callable[[OrderFilled], bool]:
    def fits(fill: OrderFilled) -> bool:
        return (
            (wanted.symbol is None or account.order(fill.order_id).symbol == wanted.symbol)
            and (wanted.since_ns is None or fill.time_ns >= wanted.since_ns)
            and (wanted.until_ns is None or fill.time_ns < wanted.until_ns)
        )

    return fits


def _with_order(account: PublishedAccount, fill: OrderFilled) -> FillOfOrder:
    """A fill in memory, whose order is in memory too."""
    order = account.order(fill.order_id)
    return FillOfOrder(fill, order.symbol, order.side.value)


def _page(epoch: int, recent: Found[Item], older: Found[Item] | None, limit: int) -> tuple[list[Item], Place | None]:
    """The newest `limit` of both, as far as both have looked; each was asked for one more, to know whether there is more."""
    reached = max(recent.reached, older.reached if older is not None else 0)
    items = {place: item for place, item in (older.items if older is not None else []) if place >= reached}
    items.update((place, item) for place, item in recent.items if place >= reached)
    places = sorted(items, reverse=True)
    page = [items[place] for place in places[:limit]]
    if len(places) > limit:
        return page, Place(epoch, places[limit - 1])
    return page, Place(epoch, reached) if reached else None


async def _in_thread(read: Callable[[], Result]) -> Result:
    try:
        return await asyncio.to_thread(read)
    except HistoryFailed as fault:
        raise Unavailable(f"Older orders cannot be read at present. {fault}") from fault
