"""What an order takes from a book: levels walked from the best price on, within its limit."""

from quant.fills import buy_fills_at, sell_fills_at
from quant.walks import Take, take_lots, take_notional
from trading.sandbox.market import SymbolMarket


def walk(
    market: SymbolMarket,
    account_id: str,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int | None,
    shift_ticks: int = 0,
) -> list[Take]:
    """What an order for `lots` takes down to its limit, best price first; None is no limit.

    With `shift_ticks` the book is met as it stood when the price was that far from where it is now.
    """
    if not shift_ticks and (level := market.first_level(account_id, is_buy, lots)) is not None:
        within = limit_ticks is None or (level <= limit_ticks if is_buy else level >= limit_ticks)
        return [Take(level, lots, level)] if within else []
    depth = market.depth(account_id, is_buy=is_buy, shift_ticks=shift_ticks)
    return take_lots(depth, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks)


def walk_notional(market: SymbolMarket, account_id: str, *, is_buy: bool, notional_units: int) -> list[Take]:
    """What `notional_units` of the quote buy or sell, best price first, in whole lots."""
    depth = market.depth(account_id, is_buy=is_buy)
    return take_notional(depth, unit_value=market.instrument.unit_value, notional_units=notional_units)


def walk_resting(
    market: SymbolMarket, account_id: str, *, is_buy: bool, lots: int, limit_ticks: int, from_ticks: int
) -> list[Take]:
    """What a resting order gets from a market that came to its price: its own price, or a better one after a gap.

    The best level must be within the limit.
    """
    fills_at = buy_fills_at if is_buy else sell_fills_at
    if (level := market.first_level(account_id, is_buy, lots)) is not None:
        return [Take(fills_at(level, limit_ticks, from_ticks), lots, level)]
    takes: list[Take] = []
    for _, depth_lots, level_ticks in market.depth(account_id, is_buy=is_buy):
        if level_ticks > limit_ticks if is_buy else level_ticks < limit_ticks:
            break
        taken_lots = lots if lots < depth_lots else depth_lots
        takes.append(Take(fills_at(level_ticks, limit_ticks, from_ticks), taken_lots, level_ticks))
        lots -= taken_lots
        if lots == 0:
            break
    return takes
