"""Orders and fills that left memory: the history on disk, page by page and through a connection that can change nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from kit.clock import ns_from_iso
from operations.live_admin.conditions import Wanted
from operations.live_admin.tables import TableUnreadable
from trading.desk import Desk
from trading.history import ArchiveFilter, FillOfOrder, History, HistoryFailed
from trading.sandbox.orders import Order
from trading.services import HISTORY_FILE

MAX_SCANNED = 20_000
"""Rows read for a condition that the database does not know; narrower lists read further back."""

ROWS_AT_ONCE = 1_000
MAX_TIME_NS = 2**63 - 1


@contextmanager
def opened_history(desk: Desk) -> Iterator[History]:
    """The history to read; one that ends with the process is the desk's own. Raises TableUnreadable."""
    try:
        if not settings.SANDBOX_JOURNAL:
            yield desk.history
            return
        history = History(Path(settings.STATE_DIR) / HISTORY_FILE, to_read=True)
        history.open()
        try:
            yield history
        finally:
            history.close()
    except HistoryFailed as fault:
        raise TableUnreadable(f"Older orders cannot be read: {fault}") from fault


def find_archived_order(desk: Desk, order_id: str) -> tuple[Order, int] | None:
    """An order on disk, of whatever account, with its epoch."""
    with opened_history(desk) as history:
        found = history.archived_orders(ArchiveFilter(order_id=order_id), limit=1)
    return (found[0].order, found[0].epoch) if found else None


def find_archived_fill(desk: Desk, order_id: str, number: int) -> FillOfOrder | None:
    """A fill on disk."""
    with opened_history(desk) as history:
        found = history.archived_fills(ArchiveFilter(order_id=order_id), limit=MAX_SCANNED)
    return next((each for each in found if each.fill.number == number), None)


def filter_of(wanted: Wanted, *, time: str, order_id: str) -> ArchiveFilter:
    """What of the conditions the database can narrow by; `time` and `order_id` are the names of those fields."""
    texts = {name: value for (name, lookup), value in wanted.items() if lookup == "exact" and isinstance(value, str)}
    return ArchiveFilter(
        order_id=texts.get(order_id),
        account_id=texts.get("account"),
        symbol=texts.get("symbol"),
        side=texts.get("side"),
        since_ns=_time_ns(wanted.get((time, "gte"))),
        until_ns=_time_ns(wanted.get((time, "lt"))),
    )


def _time_ns(value: Any) -> int | None:
    """A time as far as a column holds it, which is from 1677 to 2262; None for none."""
    return None if value is None else max(-MAX_TIME_NS, min(ns_from_iso(str(value)), MAX_TIME_NS))


class ArchiveRows(Sequence[Any]):
    """Rows on disk, the newest first, read when they are looked at."""

    def __init__(self, desk: Desk, wanted: ArchiveFilter, *, of_fills: bool) -> None:
        self._desk = desk
        self._wanted = wanted
        self._of_fills = of_fills
        with opened_history(desk) as history:
            count: Callable[[ArchiveFilter], int] = (
                history.count_archived_fills if of_fills else history.count_archived_orders
            )
            self._count = count(wanted)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        start, stop, step = place.indices(self._count) if isinstance(place, slice) else (place, place + 1, 1)
        rows = self._read(start, max(stop - start, 0)) if step > 0 else self._read(stop + 1, start - stop)[::step]
        return rows if isinstance(place, slice) else rows[0]

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, self._count, ROWS_AT_ONCE):
            yield from self._read(start, ROWS_AT_ONCE)

    def _read(self, offset: int, limit: int) -> list[Any]:
        with opened_history(self._desk) as history:
            if self._of_fills:
                return list(history.archived_fills(self._wanted, offset=offset, limit=limit))
            return list(history.archived_orders(self._wanted, offset=offset, limit=limit))
