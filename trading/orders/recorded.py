"""What the journal holds of one order: its events, from the first to the last that is durable."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec

from kit.errors import Unavailable
from operations.audit.services import Filters, list_entries
from trading.desk import Desk
from trading.journal.entries import decode_entry
from trading.journal.source import NAME
from trading.journal.stores import MemoryStore
from trading.sandbox.events import AccountForked, AnyEvent

PAGE_ENTRIES = 500
MAX_PAGES = 20
"""Pages of the audit's index asked for one order: an order has few entries, and its index leads to them."""


async def events_of(desk: Desk, order_id: str) -> list[AnyEvent]:
    """The durable events of an order, oldest first; none where the journal does not have them (any more)."""
    store = desk.store
    try:
        if isinstance(store, MemoryStore):
            return await asyncio.to_thread(_from_memory, store, order_id)
        return await asyncio.to_thread(_from_file, order_id)
    except Unavailable:
        return []


def _from_memory(store: MemoryStore, order_id: str) -> list[AnyEvent]:
    name = order_id.encode()
    entries = [decode_entry(record.body) for record in store.kept() if name in record.body]
    return _own(order_id, (event for entry in entries for event in entry.events))


def _from_file(order_id: str) -> list[AnyEvent]:
    """By the index of the audit, which knows in which entries an order is named; newest first there."""
    found: list[Any] = []
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = list_entries(Filters(object=order_id, source=NAME), limit=PAGE_ENTRIES, cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    events = (event for entry in reversed(found) for event in entry.detail.get("events", ()))
    return _own(order_id, (msgspec.convert(event, AnyEvent) for event in events if _may_name(event, order_id)))


def _may_name(event: dict[str, Any], order_id: str) -> bool:
    return event.get("order_id") == order_id or "orders" in event


def _own(order_id: str, events: Iterable[AnyEvent]) -> list[AnyEvent]:
    return [event for event in events if _names(event, order_id)]


def _names(event: AnyEvent, order_id: str) -> bool:
    """Whether an event is about the order, or is the fork that it began with."""
    if isinstance(event, AccountForked):
        return any(order.id == order_id for order in event.orders)
    return getattr(event, "order_id", None) == order_id
