"""What an account is exposed to, at the last prices and in its base currency; all in integers.

A position is what trading made (`positions/` over REST): coins that were deposited count in equity alone. What cannot be
known is never guessed: a missing price raises `Unpriced`.
"""

from collections.abc import Iterable

import msgspec

from kit.errors import NotFound
from markets.instruments import Instrument
from trading.sandbox.accounts import Account
from trading.sandbox.orders import BUY, Order
from trading.sandbox.rates import Rates

PPM = 1_000_000


class Unpriced(Exception):
    """A worth that no price tells. `symbol` is the market whose price is missing; `exists` is False where there is none."""

    def __init__(self, symbol: str, *, exists: bool) -> None:
        super().__init__(symbol)
        self.symbol = symbol
        self.exists = exists

    @property
    def reason(self) -> str:
        """What is missing, as a sentence."""
        if self.exists:
            return f"{self.symbol} has no price yet."
        return f"There is no market {self.symbol}, so no rate to value it at."


class Exposure(msgspec.Struct, frozen=True, gc=False):
    """A position at its last price. Lots and worths are negative for a short; `worth_units` is in the base currency."""

    instrument: Instrument
    quantity_lots: int
    mark_ticks: int
    value_units: int
    worth_units: int


class Reserved(msgspec.Struct, gc=False):
    """Lots of a symbol that open orders may still add to or take from the position."""

    buying_lots: int = 0
    selling_lots: int = 0


def worth_units(asset: str, units: int, currency: str, rates: Rates) -> int:
    """What so much of an asset is worth in a currency, rounded down. Raises Unpriced where no market has a rate."""
    if asset == currency or not units:
        return units
    rate = rates.rate(asset, currency)
    if rate is not None:
        return rate.worth(units)
    for symbol in (f"{asset}-{currency}", f"{currency}-{asset}"):
        if _is_market(symbol, rates):
            raise Unpriced(symbol, exists=True)
    raise Unpriced(f"{asset}-{currency}", exists=False)


def _is_market(symbol: str, rates: Rates) -> bool:
    try:
        rates.mark_of(symbol)
    except NotFound:
        return False
    return True


def equity_units(account: Account, rates: Rates) -> int:
    """The worth of all balances in the base currency; raises Unpriced.

    An asset without any market in the base currency is left out as long as nothing is traded in it: idle dollars of an
    account in tether have no rate. With a position in it the loss of the account could not be known.
    """
    total_units = 0
    for asset, balance in account.balances.items():
        if not balance.total_units:
            continue
        try:
            total_units += worth_units(asset, balance.total_units, account.base_currency, rates)
        except Unpriced as missing:
            if missing.exists or asset in _assets_traded(account, rates):
                raise
    return total_units


def _assets_traded(account: Account, rates: Rates) -> set[str]:
    held = [rates.mark_of(symbol)[0] for symbol, position in account.positions.items() if position.quantity_lots]
    return {asset for instrument in held for asset in (instrument.base, instrument.quote)}


def exposures(account: Account, rates: Rates) -> list[Exposure]:
    """Every open position at its last price; raises Unpriced."""
    return [
        _exposure(account, symbol, position.quantity_lots, rates)
        for symbol, position in account.positions.items()
        if position.quantity_lots
    ]


def _exposure(account: Account, symbol: str, lots: int, rates: Rates) -> Exposure:
    instrument, mark_ticks = rates.mark_of(symbol)
    if not mark_ticks:
        raise Unpriced(symbol, exists=True)
    value_units = instrument.notional_units(mark_ticks, lots)
    worth = worth_units(instrument.quote, abs(value_units), account.base_currency, rates)
    return Exposure(instrument, lots, mark_ticks, value_units, worth if lots > 0 else -worth)


def reserved_lots(open_orders: Iterable[Order]) -> dict[str, Reserved]:
    """By symbol, what the open orders may still do to its position. Goes through all of them.

    What only lessens a position, waits for another order of its list or shares the quantity of one adds nothing.
    """
    found: dict[str, Reserved] = {}
    for order in open_orders:
        if order.reduce_only or not order.reserves:
            continue
        reserved = found.get(order.symbol)
        if reserved is None:
            reserved = found[order.symbol] = Reserved()
        if order.side is BUY:
            reserved.buying_lots += order.remaining_lots
        else:
            reserved.selling_lots += order.remaining_lots
    return found


def position_lots(account: Account, symbol: str) -> int:
    """The position in a symbol; 0 where there is none."""
    position = account.positions.get(symbol)
    return 0 if position is None else position.quantity_lots


def largest_lots(account: Account, symbol: str, reserved: Reserved) -> int:
    """The largest position, either way, that the open orders could lead to. A cash account is never short."""
    lots = position_lots(account, symbol)
    shortest = lots - reserved.selling_lots if account.is_margin else 0
    return max(lots + reserved.buying_lots, -shortest, abs(lots))


def share_ppm(part_units: int, whole_units: int) -> int:
    """How much of the whole a part is, in millionths, rounded up; the whole is positive."""
    return -(-part_units * PPM // whole_units)
