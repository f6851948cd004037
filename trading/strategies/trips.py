"""Round trips out of fills: from flat to flat, at average prices. Pure; newest figures of a run are made of them."""

from collections.abc import Iterable

import msgspec

from quant.fills import closed_cost_units


class TradedFill(msgspec.Struct, frozen=True):
    """A fill as far as trips ask for it; `signed_lots` is negative for a sell."""

    symbol: str
    signed_lots: int
    notional_units: int
    fee_units: int
    time_ns: int


class Trip(msgspec.Struct, frozen=True):
    """A position from its first fill to its last; profit is after fees."""

    symbol: str
    is_long: bool
    opened_ns: int
    closed_ns: int
    most_lots: int
    profit_units: int
    fee_units: int


class _Open:
    """A position that is still held."""

    def __init__(self, fill: TradedFill) -> None:
        self.opened_ns = fill.time_ns
        self.lots = self.cost_units = self.profit_units = self.fee_units = self.most_lots = 0
        self.is_long = fill.signed_lots > 0


def trips_of(fills: Iterable[TradedFill]) -> list[Trip]:
    """The round trips of some fills, oldest first; what is not closed is none. A reversal ends one and begins another."""
    held: dict[str, _Open] = {}
    trips: list[Trip] = []
    for fill in fills:
        left_lots, left_units = fill.signed_lots, fill.notional_units
        position = held.get(fill.symbol)
        fee_units = fill.fee_units
        if position is not None and (position.lots > 0) != (left_lots > 0):
            closing = min(abs(left_lots), abs(position.lots))
            closing_units = left_units * closing // abs(left_lots)
            closing_fee = fee_units * closing // abs(left_lots)
            _close(position, closing, closing_units, closing_fee)
            fee_units -= closing_fee
            left_units -= closing_units
            left_lots += closing if left_lots < 0 else -closing
            if position.lots == 0:
                trips.append(_trip(fill, position))
                del held[fill.symbol]
        if left_lots:
            position = held.get(fill.symbol)
            if position is None:
                position = held[fill.symbol] = _Open(fill)
            position.lots += left_lots
            position.cost_units += left_units
            position.fee_units += fee_units
            position.most_lots = max(position.most_lots, abs(position.lots))
    return trips


def _close(position: _Open, lots: int, notional_units: int, fee_units: int) -> None:
    cost_units = closed_cost_units(position.cost_units, lots, abs(position.lots))
    position.profit_units += notional_units - cost_units if position.is_long else cost_units - notional_units
    position.cost_units -= cost_units
    position.fee_units += fee_units
    position.lots += -lots if position.is_long else lots


def _trip(fill: TradedFill, position: _Open) -> Trip:
    return Trip(
        fill.symbol,
        position.is_long,
        position.opened_ns,
        fill.time_ns,
        position.most_lots,
        position.profit_units - position.fee_units,
        position.fee_units,
    )
