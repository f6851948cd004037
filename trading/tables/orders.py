"""Orders and fills that are in memory, as tables."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from django.db.models import Model

from kit.errors import Unavailable
from kit.units import MONEY_DECIMALS
from markets.instruments import Instrument
from operations.live_admin.columns import ROWS_A_STEP, Column, Runs, amount_column, time_column
from operations.live_admin.conditions import Wanted
from operations.live_admin.loop import Steps, in_turns
from operations.live_admin.tables import MAX_ROWS, LiveTable, Table
from trading import models
from trading.desk import Desk
from trading.orders.answers import fill_answer, order_answer
from trading.sandbox.events import OrderFilled
from trading.sandbox.orders import Order
from trading.services import get_desk
from trading.tables.archive import find_archived_fill, find_archived_order
from trading.tables.copying import Copied, account_wanted, copy_fills, copy_orders, find_order

InstrumentOf = Callable[[str], Instrument]


def fill_id(fill: OrderFilled) -> str:
    """The id under which the API shows a fill."""
    return f"{fill.order_id}-{fill.number}"


def price_unit(instrument: Instrument) -> int:
    """One tick, counted in 10**-8."""
    unit: int = instrument.tick.units * 10 ** (MONEY_DECIMALS - instrument.tick.decimals)
    return unit


class TradingTable(Table):
    """A table of the desk's. While there is no desk it is empty and says why."""

    desk: Desk | None = None

    def open(self) -> None:
        """Get hold of the desk."""
        try:
            self.desk = get_desk()
        except Unavailable as reason:
            self.note(reason.message)

    def instrument_of(self, symbol: str) -> Instrument:
        """The instrument as the desk counts in it."""
        assert self.desk is not None, "without a desk there are no rows"
        return self.desk.instrument(symbol)

    def note_cut(self, shown: int, total: int) -> None:
        """Say that there are more rows than were copied."""
        if total > shown:
            self.note(f"There are {total:,} rows; {shown:,} are shown. Narrow the list to one account to see others.")


def order_columns(instrument_of: InstrumentOf) -> dict[str, Column]:
    """How orders are searched and sorted, wherever they are kept."""
    unit_of_price = lru_cache(maxsize=None)(lambda symbol: price_unit(instrument_of(symbol)))
    unit_of_lots = lru_cache(maxsize=None)(lambda symbol: instrument_of(symbol).lot_units)

    def at_price(order: Order, ticks: int | None) -> int | None:
        return None if ticks is None else ticks * unit_of_price(order.symbol)

    return {
        "id": Column(lambda order: order.id),
        "account": Column(lambda order: order.account_id, repeats=True),
        "symbol": Column(lambda order: order.symbol, repeats=True),
        # Members of these compare as their text, and `.value` would cost more than all the rest of a look at a row.
        "side": Column(lambda order: order.side, repeats=True),
        "type": Column(lambda order: order.type, repeats=True),
        "status": Column(lambda order: order.status, repeats=True),
        "status_reason": Column(lambda order: order.status_reason, repeats=True),
        "time_in_force": Column(lambda order: order.time_in_force, repeats=True),
        "client_order_id": Column(lambda order: order.client_order_id),
        "order_list_id": Column(lambda order: None if order.link is None else order.link.list_id),
        "post_only": Column(lambda order: order.post_only),
        "quantity": amount_column(lambda order: order.quantity_lots * unit_of_lots(order.symbol)),
        "filled_quantity": amount_column(lambda order: order.filled_lots * unit_of_lots(order.symbol)),
        "remaining_quantity": amount_column(lambda order: order.remaining_lots * unit_of_lots(order.symbol)),
        "price": amount_column(lambda order: at_price(order, order.price_ticks)),
        "stop_price": amount_column(lambda order: at_price(order, order.stop_ticks)),
        "reduce_only": Column(lambda order: order.reduce_only),
        "expires_at": time_column(lambda order: order.expires_ns),
        "created_at": time_column(lambda order: order.created_ns),
        "updated_at": time_column(lambda order: order.updated_ns),
    }


def order_instance(
    model: type[models.AnOrder], order: Order, instrument: Instrument, epoch: int | None = None
) -> models.AnOrder:
    """An order as the API shows it, as an instance."""
    shown = msgspec.structs.asdict(order_answer(order, instrument))
    fees = ", ".join(f"{fee.amount} {fee.asset}" for fee in shown.pop("fees"))
    return model(**shown, fees=fees, epoch=epoch)


class OrderTable(TradingTable, LiveTable):
    """Orders that are open or ended lately."""

    model = models.Order
    natural_order = "id"

    def __init__(self) -> None:
        super().__init__()
        self.columns = order_columns(self.instrument_of)
        self._epochs: dict[str, int] = {}

    async def load(self, wanted: Wanted) -> Sequence[Order]:
        """Copies of references; of one account when only that one is wanted."""
        if self.desk is None:
            return ()
        copied = await copy_orders(self.desk, account_wanted(wanted), MAX_ROWS)
        self.note_cut(copied.order_count, copied.total)
        return Runs(copied.orders, lambda order: order.id)

    async def find(self, key: str) -> Order | None:
        """One order; one that left memory is found on disk, so that a link to it stays good."""
        if self.desk is None:
            return None
        found = find_order(self.desk, key) or await asyncio.to_thread(find_archived_order, self.desk, key)
        if found is None:
            return None
        self._epochs[key] = found[1]
        return found[0]

    def show(self, row: Order) -> Model:
        """As an instance."""
        assert self.desk is not None, "without a desk there are no rows"
        present = self.desk.published.present(row)
        return order_instance(self.model, present, self.instrument_of(row.symbol), self._epochs.get(row.id))


class FillRow(msgspec.Struct, frozen=True, gc=False):
    """A fill with what a reader needs of its order."""

    fill: OrderFilled
    symbol: str
    side: str


def fill_columns(instrument_of: InstrumentOf) -> dict[str, Column]:
    """How fills are searched and sorted, wherever they are kept."""
    unit_of_price = lru_cache(maxsize=None)(lambda symbol: price_unit(instrument_of(symbol)))
    unit_of_lots = lru_cache(maxsize=None)(lambda symbol: instrument_of(symbol).lot_units)
    return {
        "id": Column(lambda row: fill_id(row.fill)),
        "order_id": Column(lambda row: row.fill.order_id),
        "account": Column(lambda row: row.fill.account_id, repeats=True),
        "symbol": Column(lambda row: row.symbol, repeats=True),
        "side": Column(lambda row: row.side, repeats=True),
        "price": amount_column(lambda row: row.fill.price_ticks * unit_of_price(row.symbol)),
        "quantity": amount_column(lambda row: row.fill.quantity_lots * unit_of_lots(row.symbol)),
        "fee": amount_column(lambda row: row.fill.fee_units),
        "liquidity": Column(lambda row: "maker" if row.fill.is_maker else "taker"),
        "time": time_column(lambda row: row.fill.time_ns),
    }


def fill_instance(model: type[models.AFill], row: Any, instrument: Instrument) -> models.AFill:
    """A fill as the API shows it, as an instance."""
    return model(**msgspec.structs.asdict(fill_answer(row.fill, row.side, instrument)))


class FillTable(TradingTable, LiveTable):
    """Fills of orders that are in memory."""

    model = models.Fill
    natural_order = "time"

    def __init__(self) -> None:
        super().__init__()
        self.columns = fill_columns(self.instrument_of)

    async def load(self, wanted: Wanted) -> Sequence[FillRow]:
        """Copies of references, each with its order."""
        if self.desk is None:
            return ()
        copied = await copy_fills(self.desk, account_wanted(wanted), MAX_ROWS)
        self.note_cut(copied.fill_count, copied.total)
        return await in_turns(_with_orders(copied))

    async def find(self, key: str) -> FillRow | None:
        """One fill by its order's id and its number, from memory or from disk."""
        order_id, _, number = key.rpartition("-")
        if self.desk is None or not number.isdecimal():
            return None
        row = _find_fill(self.desk, order_id, int(number))
        if row is not None:
            return row
        found = await asyncio.to_thread(find_archived_fill, self.desk, order_id, int(number))
        return None if found is None else FillRow(found.fill, found.symbol, found.side)

    def show(self, row: FillRow) -> Model:
        """As an instance."""
        return fill_instance(self.model, row, self.instrument_of(row.symbol))


def _with_orders(copied: Copied) -> Steps[Runs]:
    """Fills with what is shown of their orders; one whose order left memory meanwhile is with it on disk."""
    orders: dict[str, Order] = {}
    for part in _parts(copied.orders):
        orders.update((order.id, order) for order in part)
        yield
    runs = []
    for fills in copied.fills:
        rows: list[FillRow] = []
        for part in _parts([fills]):
            rows += [_row(fill, orders[fill.order_id]) for fill in part if fill.order_id in orders]
            yield
        runs.append(rows)
    return Runs(runs, lambda row: row.fill.time_ns)


def _parts(runs: Sequence[list[Any]]) -> Iterator[list[Any]]:
    return (run[first : first + ROWS_A_STEP] for run in runs for first in range(0, len(run), ROWS_A_STEP))


def _row(fill: OrderFilled, order: Order) -> FillRow:
    return FillRow(fill, order.symbol, order.side.value)


def _find_fill(desk: Desk, order_id: str, number: int) -> FillRow | None:
    """A fill in memory."""
    found = find_order(desk, order_id)
    if found is None:
        return None
    order, epoch = found[0], found[1]
    for each in desk.published.account(order.account_id).epochs:
        if each.epoch == epoch:
            for fill in each.fills_of(order_id):
                if fill.number == number:
                    return FillRow(fill, order.symbol, order.side.value)
    return None
