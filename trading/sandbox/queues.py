"""The queue an order waits in: what is ahead of it at its price, and what a trade there leaves for it.

Belongs to the market, like the depth that was taken: it is not state of an account, and after a restart an order is back
at the place it had when it came. Only the price that trades, or the best price, is looked at, and never the orders there:
a step moves their queue as a whole (`trading.sandbox.price_queues`).
"""

from bisect import bisect_left

from markets.updates import Level, MarketUpdate
from trading.sandbox.market import SymbolMarket
from trading.sandbox.orders import Order
from trading.sandbox.price_queues import PriceQueue
from trading.sandbox.queue_history import QueueStep


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
    queue = market.price_queue_of(order)
    return order.queue_lots if queue is None else queue.ahead_lots(order)


def follow_queues(market: SymbolMarket, update: MarketUpdate, before: MarketUpdate | None, moment: int) -> None:
    """Bring the queues up to a new market: first the trade, then what left the level without one.

    What the trade leaves for an order, `market.spare_lots` says until the next update. `moment` is the highest time priority
    given by now.
    """
    if market.unsettled:
        for queue in market.unsettled:
            queue.settle()
        market.unsettled.clear()
    if market.spare:
        market.spare.clear()
    if market.buy_limits.count:
        _follow_side(True, market, update, before, moment)
    if market.sell_limits.count:
        _follow_side(False, market, update, before, moment)


def _follow_side(
    is_buy: bool, market: SymbolMarket, update: MarketUpdate, before: MarketUpdate | None, moment: int
) -> None:
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
    queues = market.buy_queues if is_buy else market.sell_queues
    for price_ticks, orders in waiting.levels_reached(bound_ticks):
        is_met = other_ticks is not None and (price_ticks >= other_ticks if is_buy else price_ticks <= other_ticks)
        if is_met:  # those that the other side has come to wait in no queue
            continue
        queue = queues.get(price_ticks)
        if queue is None:
            queue = queues[price_ticks] = PriceQueue(orders.values())
        printed_lots = _printed_at(update, price_ticks, is_buy)
        before_lots = size_ahead(before, is_buy, price_ticks) if queue.has_even else None
        after_lots = size_ahead(update, is_buy, price_ticks)
        queue.step(printed_lots, before_lots, after_lots)
        step = QueueStep(moment, update.time_ns, printed_lots, before_lots, after_lots)
        market.queue_history.note(is_buy, price_ticks, step)
        if printed_lots:
            market.unsettled.append(queue)


def _bound(update: MarketUpdate, levels: tuple[Level, ...], is_buy: bool) -> int | None:
    """The price farthest from the market at which a queue may have moved: the best level's, or the trade's."""
    if not update.traded_lots:
        return levels[0][0] if levels else None
    if not levels:
        return update.last_ticks
    return min(levels[0][0], update.last_ticks) if is_buy else max(levels[0][0], update.last_ticks)


def _printed_at(update: MarketUpdate, price_ticks: int, is_buy: bool) -> int:
    """What a trade took from the queue at a price: one beyond the price went through the whole of it first."""
    if not update.traded_lots:
        return 0
    last_ticks = update.last_ticks
    if last_ticks == price_ticks:
        own_side = "buy" if is_buy else "sell"
        return 0 if update.trade_side == own_side else update.traded_lots
    return 0
