"""The history on disk as tables."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from operations.live_admin.columns import Column
from operations.live_admin.conditions import Wanted
from operations.live_admin.tables import StoredTable
from trading import models
from trading.history import ArchivedOrder, FillOfOrder
from trading.tables.archive import MAX_SCANNED, ArchiveRows, filter_of, find_archived_fill, find_archived_order
from trading.tables.orders import TradingTable, fill_columns, fill_instance, order_columns, order_instance


class ArchiveTable(TradingTable, StoredTable):
    """A table on disk: the newest first, read page by page."""

    natural_order = "id"
    max_scanned = MAX_SCANNED
    of_fills = False
    time_field = "created_at"
    order_field = "id"

    def load(self, wanted: Wanted) -> Sequence[Any]:
        """Rows that are read when they are looked at, narrowed by what the database knows."""
        if self.desk is None:
            return ()
        narrowed = filter_of(wanted, time=self.time_field, order_id=self.order_field)
        return ArchiveRows(self.desk, narrowed, of_fills=self.of_fills)


class ArchivedOrderTable(ArchiveTable):
    """Orders that left memory."""

    model = models.ArchivedOrder

    def __init__(self) -> None:
        super().__init__()
        columns = order_columns(self.instrument_of)
        self.columns = {name: _of_order(column) for name, column in columns.items()}

    def find(self, key: str) -> ArchivedOrder | None:
        """One order on disk."""
        found = None if self.desk is None else find_archived_order(self.desk, key)
        return None if found is None else ArchivedOrder(*found)

    def show(self, row: ArchivedOrder) -> Model:
        """As an instance."""
        return order_instance(self.model, row.order, self.instrument_of(row.order.symbol), row.epoch)


def _of_order(column: Column) -> Column:
    """The column of an order, for a row that holds one."""
    read = column.read
    return Column(lambda row: read(row.order), column.prepare, column.repeats)


class ArchivedFillTable(ArchiveTable):
    """Fills of orders that left memory."""

    model = models.ArchivedFill
    of_fills = True
    time_field = "time"
    order_field = "order_id"

    def __init__(self) -> None:
        super().__init__()
        self.columns = fill_columns(self.instrument_of)

    def find(self, key: str) -> FillOfOrder | None:
        """One fill on disk."""
        order_id, _, number = key.rpartition("-")
        if self.desk is None or not number.isdecimal():
            return None
        return find_archived_fill(self.desk, order_id, int(number))

    def show(self, row: FillOfOrder) -> Model:
        """As an instance."""
        return fill_instance(self.model, row, self.instrument_of(row.symbol))
