"""Which lots a trade closes, and what that realised: first in first out, last in first out, or at the average cost.

Exact integers: prices in ticks, quantities in lots, money in 10**-8 of the quote asset. What is closed in parts takes its
share of cost and fee rounded down, and the last part what is left, as the exchange does it (`quant.fills`). So the sums of
all methods are the same whenever nothing is held. `average` is the exchange's own; the other two are those of tax law
(IRS Publication 550: first in first out unless lots are identified; HMRC and others pool at the average).
"""

from collections import deque
from collections.abc import Iterable, Mapping

import msgspec

from quant.fills import closed_cost_units


class Trade(msgspec.Struct, frozen=True, gc=False):
    """A fill of an order; `side` is 1 for a purchase and -1 for a sale."""

    time_ns: int
    symbol: str
    side: int
    price_ticks: int
    quantity_lots: int
    fee_units: int
    order_id: str = ""


class Lot(msgspec.Struct, gc=False):
    """Something that is still held; `side` is 1 for long and -1 for short, `cost_units` without fees."""

    symbol: str
    side: int
    opened_ns: int
    quantity_lots: int
    cost_units: int
    fee_units: int
    order_id: str = ""


class Closed(msgspec.Struct, frozen=True, gc=False):
    """A lot, or a part of one, that was closed, and by which orders. `profit_units` is after the fees of both ends."""

    symbol: str
    side: int
    quantity_lots: int
    entry_time_ns: int
    exit_time_ns: int
    entry_units: int
    exit_units: int
    fee_units: int
    entry_order: str = ""
    exit_order: str = ""

    @property
    def profit_units(self) -> int:
        """What came in less what went out, and less the fees."""
        return self.side * (self.exit_units - self.entry_units) - self.fee_units


class Matched(msgspec.Struct, frozen=True):
    """All that was closed, in order, what is still open, and the lots sold that nothing bought stood against."""

    closed: list[Closed]
    open: list[Lot]
    unmatched_lots: dict[str, int]


def match(trades: Iterable[Trade], unit_values: Mapping[str, int], *, method: str, can_be_short: bool) -> Matched:
    """Match trades, oldest first, by `fifo`, `lifo` or `average`.

    `unit_values` are the quote units of one lot at one tick, by symbol. Where an account cannot be short, more sold than
    was bought came from a deposit: it is counted as unmatched, and nothing is known of its cost.
    """
    matcher = _Matcher(unit_values, method, can_be_short)
    for trade in trades:
        matcher.take(trade)
    return Matched(matcher.closed, [lot for lots in matcher.lots.values() for lot in lots], matcher.unmatched)


class _Matcher:
    """The lots of every symbol under way; those of one symbol are all of one side."""

    def __init__(self, unit_values: Mapping[str, int], method: str, can_be_short: bool) -> None:
        self._unit_values = unit_values
        self._takes_last = method == "lifo"
        self._is_pooled = method == "average"
        self._can_be_short = can_be_short
        self.lots: dict[str, deque[Lot]] = {}
        self.closed: list[Closed] = []
        self.unmatched: dict[str, int] = {}

    def take(self, trade: Trade) -> None:
        """Close what stands against it, and open what is left of it."""
        lots = self.lots.setdefault(trade.symbol, deque())
        left_lots, left_fee = trade.quantity_lots, trade.fee_units
        while left_lots and lots and lots[0].side != trade.side:
            lot = lots[-1] if self._takes_last else lots[0]
            part = min(left_lots, lot.quantity_lots)
            fee = closed_cost_units(left_fee, part, left_lots)
            self.closed.append(self._close(lot, part, trade, fee))
            left_lots, left_fee = left_lots - part, left_fee - fee
            if not lot.quantity_lots:
                lots.remove(lot)
        if not left_lots:
            return
        if trade.side < 0 and not self._can_be_short:
            self.unmatched[trade.symbol] = self.unmatched.get(trade.symbol, 0) + left_lots
            return
        self._open(lots, trade, left_lots, left_fee)

    def _close(self, lot: Lot, part: int, trade: Trade, fee: int) -> Closed:
        cost = closed_cost_units(lot.cost_units, part, lot.quantity_lots)
        entry_fee = closed_cost_units(lot.fee_units, part, lot.quantity_lots)
        lot.quantity_lots -= part
        lot.cost_units -= cost
        lot.fee_units -= entry_fee
        worth = trade.price_ticks * part * self._unit_values[trade.symbol]
        return Closed(
            lot.symbol,
            lot.side,
            part,
            lot.opened_ns,
            trade.time_ns,
            cost,
            worth,
            entry_fee + fee,
            lot.order_id,
            trade.order_id,
        )

    def _open(self, lots: deque[Lot], trade: Trade, quantity_lots: int, fee: int) -> None:
        cost = trade.price_ticks * quantity_lots * self._unit_values[trade.symbol]
        if self._is_pooled and lots:
            lots[0].quantity_lots += quantity_lots
            lots[0].cost_units += cost
            lots[0].fee_units += fee
        else:
            lots.append(Lot(trade.symbol, trade.side, trade.time_ns, quantity_lots, cost, fee, trade.order_id))


def by_orders(closed: Iterable[Closed]) -> list[Closed]:
    """What one order opened and another closed as one, however many fills that took; in the order of their last closing."""
    found: dict[tuple[str, int, str, str], Closed] = {}
    for each in closed:
        key = each.symbol, each.side, each.entry_order, each.exit_order
        before = found.pop(key, None)
        found[key] = each if before is None else _together(before, each)
    return list(found.values())


def _together(first: Closed, second: Closed) -> Closed:
    return msgspec.structs.replace(
        first,
        quantity_lots=first.quantity_lots + second.quantity_lots,
        entry_time_ns=min(first.entry_time_ns, second.entry_time_ns),
        exit_time_ns=second.exit_time_ns,
        entry_units=first.entry_units + second.entry_units,
        exit_units=first.exit_units + second.exit_units,
        fee_units=first.fee_units + second.fee_units,
    )
