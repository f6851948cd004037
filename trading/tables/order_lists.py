"""Order lists of which an order is in memory, as a table. A list is its orders: nothing else is kept of it."""

import asyncio
from collections.abc import Sequence

import msgspec
from django.db.models import Model

from operations.live_admin.columns import Column, amount_column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.loop import Steps, in_turns
from operations.live_admin.tables import MAX_ROWS, LiveTable
from trading import models
from trading.numbers import time_text
from trading.order_lists.answers import link_of, list_state
from trading.sandbox.orders import Order
from trading.tables.archive import find_archived_order
from trading.tables.copying import Copied, account_wanted, copy_orders, find_order
from trading.tables.orders import TradingTable


class ListRow(msgspec.Struct, frozen=True, gc=False):
    """A list: its orders, the first one first."""

    orders: tuple[Order, ...]

    @property
    def first(self) -> Order:
        """The order that gives the list its id."""
        return self.orders[0]

    @property
    def updated_ns(self) -> int:
        """When something of it happened last."""
        return max(order.updated_ns for order in self.orders)


class OrderListTable(TradingTable, LiveTable):
    """Lists that are executing, or ended lately; the newest first."""

    model = models.OrderList
    natural_order = "id"

    def __init__(self) -> None:
        super().__init__()
        self.columns = {
            "id": Column(lambda row: link_of(row.first).list_id),
            "account": Column(lambda row: row.first.account_id),
            "symbol": Column(lambda row: row.first.symbol),
            "side": Column(lambda row: row.first.side),
            "type": Column(lambda row: link_of(row.first).type),
            "status": Column(lambda row: list_state(list(row.orders)).status),
            "quantity": amount_column(
                lambda row: row.first.quantity_lots * self.instrument_of(row.first.symbol).lot_units
            ),
            "created_at": time_column(lambda row: row.first.created_ns),
            "updated_at": time_column(lambda row: row.updated_ns),
        }

    async def load(self, wanted: Wanted) -> Sequence[ListRow]:
        """The lists of the orders in memory; an order of theirs that left it is read from disk."""
        if self.desk is None:
            return []
        copied = await copy_orders(self.desk, account_wanted(wanted), MAX_ROWS)
        self.note_cut(copied.order_count, copied.total)
        found: dict[str, dict[str, Order]] = await in_turns(_by_list(copied))
        rows = []
        for list_id in sorted(found, reverse=True):
            row = await self._row(found[list_id])
            if row is not None:
                rows.append(row)
        return rows

    async def find(self, key: str) -> ListRow | None:
        """One list, from memory or from disk."""
        first = await self._order(key)
        if first is None or first.link is None or first.link.list_id != key:
            return None
        return await self._row({first.id: first})

    def show(self, row: ListRow) -> Model:
        """As an instance."""
        first, state = row.first, list_state(list(row.orders))
        instrument = self.instrument_of(first.symbol)
        return models.OrderList(
            id=link_of(first).list_id,
            account=first.account_id,
            symbol=first.symbol,
            side=first.side.value,
            type=link_of(first).type.value,
            status=state.status,
            status_reason=state.reason,
            quantity=instrument.quantity_text(first.quantity_lots),
            created_at=time_text(first.created_ns),
            updated_at=time_text(row.updated_ns),
            legs=[[link_of(order).role.value, order.id, order.status.value] for order in row.orders],
        )

    async def _row(self, known: dict[str, Order]) -> ListRow | None:
        orders = []
        for order_id in link_of(next(iter(known.values()))).order_ids:
            order = known.get(order_id) or await self._order(order_id)
            if order is None:
                return None
            orders.append(order)
        return ListRow(tuple(orders))

    async def _order(self, order_id: str) -> Order | None:
        if self.desk is None:
            return None
        found = find_order(self.desk, order_id) or await asyncio.to_thread(find_archived_order, self.desk, order_id)
        return None if found is None else found[0]


def _by_list(copied: Copied) -> Steps[dict[str, dict[str, Order]]]:
    found: dict[str, dict[str, Order]] = {}
    for orders in copied.orders:
        for order in orders:
            if order.link is not None:
                found.setdefault(order.link.list_id, {})[order.id] = order
        yield
    return found
