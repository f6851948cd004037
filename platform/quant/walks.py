"""What an order takes from a book, walked level by level from the best price on.

The exchange fills by these functions and the calculator of the markets answers by them, so that what is calculated is
what fills. Prices in ticks, quantities in lots, money in the quote's smallest unit.
"""

from collections.abc import Iterable

import msgspec

Depth = Iterable[tuple[int, int, int]]
"""What there is to take, best first: (price_ticks, lots, level_ticks); the price is what is paid for the level's lots."""


class Take(msgspec.Struct, frozen=True, gc=False):
    """A piece of the book that an order trades against: what it pays, how much, and the level it comes from.

    The first of a walk also says what its prices are measured against (0: each against itself), and how far the best price
    is from there.
    """

    price_ticks: int
    lots: int
    level_ticks: int
    reference_ticks: int = 0
    spread_ticks: int = 0


def take_lots(depth: Depth, *, is_buy: bool, lots: int, limit_ticks: int | None) -> list[Take]:
    """What an order for `lots` takes down to its limit, best price first; None is no limit."""
    takes: list[Take] = []
    for price_ticks, depth_lots, level_ticks in depth:
        if limit_ticks is not None and (price_ticks > limit_ticks if is_buy else price_ticks < limit_ticks):
            break
        taken_lots = lots if lots < depth_lots else depth_lots
        takes.append(Take(price_ticks, taken_lots, level_ticks))
        lots -= taken_lots
        if lots == 0:
            break
    return takes


def take_notional(depth: Depth, *, unit_value: int, notional_units: int) -> list[Take]:
    """What `notional_units` of the quote buy or sell, best price first, in whole lots.

    `unit_value` is what one lot costs at a price of one tick.
    """
    takes: list[Take] = []
    for price_ticks, depth_lots, level_ticks in depth:
        wanted_lots = notional_units // (price_ticks * unit_value)
        taken_lots = min(wanted_lots, depth_lots)
        if taken_lots:
            takes.append(Take(price_ticks, taken_lots, level_ticks))
            notional_units -= price_ticks * taken_lots * unit_value
        if wanted_lots <= depth_lots:
            break
    return takes


def lots_of(takes: list[Take]) -> int:
    """How much the takes come to; a loop, for the one take of most orders costs a generator three times as much."""
    lots = 0
    for take in takes:
        lots += take.lots
    return lots


def value_of(takes: list[Take]) -> int:
    """The sum of price times lots, in ticks times lots."""
    return sum(take.price_ticks * take.lots for take in takes)
