"""The queue an order waits in: what is ahead of it at its price, and what a trade there leaves for it.

Belongs to the market, like the depth that was taken: it is not state of an account, and after a restart an order is back
at the place it had when it came. Only orders at the price that trades, or at the best price, are looked at.
"""

from bisect import bisect_left

from markets.updates import Level, MarketUpdate
from quant.fills import filled_by_print, queue_after_change, queue_after_print
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import BUY, Order


def size_ahead(update: MarketUpdate | None, is_buy: bool, price_ticks: int) -> int | None:
    """What an order that joins the book at a price now finds ahead of it; None where the book does not reach so far."""
    if update is None:
        return None
    levels = update.bids if is_buy else update.asks
    if not levels:
        return None
    best_ticks, best_lots = levels[0]
    if price_ticks == best_ticks:
        return best_lots
    if price_ticks > best_ticks if is_buy else price_ticks < best_ticks:
        return 0
    last_ticks = levels[-1][0]
    if price_ticks < last_ticks if is_buy else price_ticks > last_ticks:
        return None
    place = bisect_left(levels, -price_ticks, key=_falling) if is_buy else bisect_left(levels, (price_ticks, 0))
    return levels[place][1] if levels[place][0] == price_ticks else 0


def _falling(level: Level) -> int:
    return -level[0]


def queue_of(market: SymbolMarket, order: Order) -> int | None:
    """What is ahead of a waiting order at present, as far as it is known."""
    return market.queues.get(order.id, order.queue_lots)


def follow_queues(market: SymbolMarket, update: MarketUpdate, before: MarketUpdate | None) -> None:
    """Bring the queues up to a new market: first the trade, then what left the level without one.

    What the trade leaves for an order is in `market.spare` until the next update.
    """
    if market.spare:
        market.spare.clear()
    if market.buy_limits.count:
        _follow_side(True, market, update, before)
    if market.sell_limits.count:
        _follow_side(False, market, update, before)


def _follow_side(is_buy: bool, market: SymbolMarket, update: MarketUpdate, before: MarketUpdate | None) -> None:
    """The queues of the buys, or of the sells."""
    waiting, levels = (market.buy_limits, update.bids) if is_buy else (market.sell_limits, update.asks)
    best_ticks = waiting.best()
    bound_ticks = levels[0][0] if levels and not update.traded_lots else _bound(update, levels, is_buy)
    if best_ticks is None or bound_ticks is None:
        return
    if best_ticks < bound_ticks if is_buy else best_ticks > bound_ticks:
        return
    if levels and before is not None and not update.traded_lots:
        known = before.bids if is_buy else before.asks
        if known and known[0] == levels[0]:
            return
    others = update.asks if is_buy else update.bids
    other_ticks = others[0][0] if others else None
    for price_ticks, order in waiting.reached(bound_ticks):
        is_met = other_ticks is not None and (price_ticks >= other_ticks if is_buy else price_ticks <= other_ticks)
        if not is_met:  # one that the other side has come to waits in no queue
            _follow(market, order, price_ticks, update, before)


def _bound(update: MarketUpdate, levels: tuple[Level, ...], is_buy: bool) -> int | None:
    """The price farthest from the market at which a queue may have moved: the best level's, or the trade's."""
    if not update.traded_lots:
        return levels[0][0] if levels else None
    if not levels:
        return update.last_ticks
    return min(levels[0][0], update.last_ticks) if is_buy else max(levels[0][0], update.last_ticks)


def _follow(
    market: SymbolMarket, order: Order, price_ticks: int, update: MarketUpdate, before: MarketUpdate | None
) -> None:
    """One order's queue after one step."""
    is_buy = order.side is BUY
    now_lots = size_ahead(update, is_buy, price_ticks)
    ahead_lots = queue_of(market, order)
    if ahead_lots is None:
        if now_lots is not None:
            market.queues[order.id] = now_lots
        return
    printed_lots = _printed_at(update, price_ticks, is_buy)
    if printed_lots:
        spare_lots = filled_by_print(ahead_lots, printed_lots, printed_lots)
        if spare_lots:
            market.spare[order.id] = spare_lots
        ahead_lots = queue_after_print(ahead_lots, printed_lots)
    if now_lots is not None:
        is_pro_rata = order.policy is not None and order.policy.queue_cancels == "pro_rata"
        before_lots = size_ahead(before, is_buy, price_ticks) if is_pro_rata else None
        untraded_lots = max((before_lots or 0) - printed_lots, 0)
        ahead_lots = queue_after_change(ahead_lots, untraded_lots, now_lots, is_pro_rata)
    market.queues[order.id] = ahead_lots


def _printed_at(update: MarketUpdate, price_ticks: int, is_buy: bool) -> int:
    """What a trade took from the queue at a price: one beyond the price went through the whole of it first."""
    if not update.traded_lots:
        return 0
    last_ticks = update.last_ticks
    if last_ticks == price_ticks:
        own_side = "buy" if is_buy else "sell"
        return 0 if update.trade_side == own_side else update.traded_lots
    return 0
