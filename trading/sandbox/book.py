"""What an order takes from a book: levels walked from the best price on, within its limit."""

from markets.updates import MarketUpdate
from quant.fills import buy_fills_at, sell_fills_at
from quant.walks import Take, take_lots, take_notional
from trading.sandbox.icebergs import offered_lots
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import BUY, FOK, Order, PlaceOrder
from trading.sandbox.policies import FillPolicy
from trading.sandbox.policy_walks import policy_resting, policy_walk, policy_walk_notional, printed_takes


def walk(
    market: SymbolMarket,
    account_id: str,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int | None,
    shift_ticks: int = 0,
    policy: FillPolicy | None = None,
    chance_of: str | None = None,
) -> list[Take]:
    """What an order for `lots` takes down to its limit, best price first; None is no limit.

    With `shift_ticks` the book is met as it stood when the price was that far from where it is now. `policy` None is
    `realistic`; under another the order `chance_of`, if one is named, may fill in part.
    """
    if policy is not None:
        takes = policy_walk(
            policy,
            market,
            account_id,
            is_buy=is_buy,
            lots=lots,
            limit_ticks=limit_ticks,
            shift_ticks=shift_ticks,
            chance_of=chance_of,
        )
        return _measured(takes, market, is_buy, shift_ticks)
    if not shift_ticks and (level := market.first_level(account_id, is_buy, lots)) is not None:
        within = limit_ticks is None or (level <= limit_ticks if is_buy else level >= limit_ticks)
        if not within:
            return []
        reference_ticks, spread_ticks = market.reference(is_buy)
        return [Take(level, lots, level, reference_ticks, spread_ticks)]
    depth = market.depth(account_id, is_buy=is_buy, shift_ticks=shift_ticks)
    takes = take_lots(depth, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks)
    return _measured(takes, market, is_buy, shift_ticks)


def walk_notional(
    market: SymbolMarket, account_id: str, *, is_buy: bool, notional_units: int, policy: FillPolicy | None = None
) -> list[Take]:
    """What `notional_units` of the quote buy or sell, best price first, in whole lots."""
    if policy is not None:
        takes = policy_walk_notional(policy, market, account_id, is_buy=is_buy, notional_units=notional_units)
        return _measured(takes, market, is_buy, 0)
    depth = market.depth(account_id, is_buy=is_buy)
    takes = take_notional(depth, unit_value=market.instrument.unit_value, notional_units=notional_units)
    return _measured(takes, market, is_buy, 0)


def chance_of(order: Order | PlaceOrder) -> str | None:
    """The order that chance may fill in part: none that is to fill whole or not at all."""
    if order.time_in_force is FOK:
        return None
    return order.id if isinstance(order, Order) else order.order_id


def _measured(takes: list[Take], market: SymbolMarket, is_buy: bool, shift_ticks: int) -> list[Take]:
    """The same, the first of which says what the prices are measured against."""
    if takes:
        first = takes[0]
        takes[0] = Take(first.price_ticks, first.lots, first.level_ticks, *market.reference(is_buy, shift_ticks))
    return takes


def resting_takes(order: Order, market: SymbolMarket, update: MarketUpdate) -> list[Take]:
    """What a step of the market gives a resting order whose price it came to, or at which something traded."""
    is_buy, limit_ticks, lots = order.side is BUY, order.price_ticks, order.quantity_lots - order.filled_lots
    assert limit_ticks is not None, "only a priced order rests"
    best_ticks = market.best_opposite(is_buy)
    is_crossed = best_ticks is not None and (best_ticks <= limit_ticks if is_buy else best_ticks >= limit_ticks)
    if order.shown_lots is not None:  # an iceberg: the part that it shows, unless the market went through its price
        met_ticks = best_ticks if best_ticks is not None and is_crossed else update.last_ticks
        lots = offered_lots(order, met_ticks)
    if order.policy is not None:
        return policy_resting(order.policy, order, market, update, lots)
    if not is_crossed:
        return printed_takes(order, market, update, lots)
    return walk_resting(
        market,
        order.account_id,
        is_buy=is_buy,
        lots=lots,
        limit_ticks=limit_ticks,
        from_ticks=limit_ticks if update.is_real_depth else update.from_ticks,
    )


def walk_resting(
    market: SymbolMarket, account_id: str, *, is_buy: bool, lots: int, limit_ticks: int, from_ticks: int
) -> list[Take]:
    """What a resting order gets from a market that came to its price: its own price, or a better one after a gap.

    The best level must be within the limit.
    """
    fills_at = buy_fills_at if is_buy else sell_fills_at
    if (level := market.first_level(account_id, is_buy, lots)) is not None:
        return [Take(fills_at(level, limit_ticks, from_ticks), lots, level, limit_ticks)]
    takes: list[Take] = []
    for _, depth_lots, level_ticks in market.depth(account_id, is_buy=is_buy):
        if level_ticks > limit_ticks if is_buy else level_ticks < limit_ticks:
            break
        taken_lots = lots if lots < depth_lots else depth_lots
        takes.append(Take(fills_at(level_ticks, limit_ticks, from_ticks), taken_lots, level_ticks, limit_ticks))
        lots -= taken_lots
        if lots == 0:
            break
    return takes
