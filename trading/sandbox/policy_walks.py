"""What an order takes from a book under a policy with numbers of its own; `realistic` never comes here."""

import zlib
from collections.abc import Iterator, Sequence

from kit.clock import NS_PER_MS
from markets.updates import MarketUpdate
from quant.fills import (
    buy_fills_at,
    draw,
    is_drawn,
    is_price_reached,
    left_of_level,
    partial_lots,
    percent_slippage_ticks,
    protected_limit,
    root_impact_slippage_ticks,
    sell_fills_at,
    shifted_level,
    slipped_price,
    volume_capped_lots,
    volume_share_slippage_ticks,
)
from quant.walks import Take, take_lots, take_notional
from trading.sandbox.market import ALL_LEVELS, PRINT, SymbolMarket
from trading.sandbox.orders import BUY, Order
from trading.sandbox.policies import FillPolicy
from trading.sandbox.risk import MAX_QUANTITY_LOTS

REJECTION, PLACE_LATENCY, REPLACE_LATENCY, CANCEL_LATENCY, PARTIAL_CHANCE, PARTIAL_SHARE = range(6)
"""What chance is asked for: each has draws of its own."""


def drawn(policy: FillPolicy, order_id: str, kind: int, occasion: int = 0) -> int:
    """What chance says about an order; `occasion` tells apart what can happen to it more than once."""
    return draw(policy.seed, zlib.crc32(order_id.encode()) ^ (occasion & 0xFFFFFFFF), kind)


def market_volume(update: MarketUpdate, is_buy: bool) -> int:
    """What a step of the market is taken to have traded: what printed, or what its book shows, whichever is more."""
    shown_lots = sum(lots for _, lots in (update.asks if is_buy else update.bids))
    return max(update.traded_lots, shown_lots)


def policy_walk(
    policy: FillPolicy,
    market: SymbolMarket,
    account_id: str,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int | None,
    shift_ticks: int,
    chance_of: str | None,
) -> list[Take]:
    """As `trading.sandbox.book.walk`; the order `chance_of`, if one is named, may fill in part."""
    update = market.update
    if update is None:
        return []
    if chance_of is not None:
        lots = _chanced_lots(policy, chance_of, update.time_ns, lots)
    depth = _depth(
        policy, market, account_id, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks, shift_ticks=shift_ticks
    )
    return take_lots(depth, is_buy=is_buy, lots=lots, limit_ticks=limit_ticks)


def policy_walk_notional(
    policy: FillPolicy, market: SymbolMarket, account_id: str, *, is_buy: bool, notional_units: int
) -> list[Take]:
    """As `trading.sandbox.book.walk_notional`."""
    best_ticks, unit_value = market.best_opposite(is_buy), market.instrument.unit_value
    if best_ticks is None:
        return []
    lots = notional_units // (best_ticks * unit_value)
    depth = _depth(policy, market, account_id, is_buy=is_buy, lots=lots, limit_ticks=None, shift_ticks=0)
    return take_notional(depth, unit_value=unit_value, notional_units=notional_units)


def policy_resting(
    policy: FillPolicy, order: Order, market: SymbolMarket, update: MarketUpdate, lots: int
) -> list[Take]:
    """What a resting order with `lots` to be hit gets from a market that came to its price, or traded there."""
    is_buy, limit_ticks = order.side is BUY, order.price_ticks
    assert limit_ticks is not None, "only a priced order rests"
    is_through = policy.limit_fill == "through"
    best_ticks = market.best_opposite(is_buy)
    from_ticks = limit_ticks if update.is_real_depth else update.from_ticks
    takes: list[Take] = []
    if best_ticks is not None and is_price_reached(is_buy, limit_ticks, best_ticks, is_through):
        takes = _crossed(policy, market, order, lots, from_ticks)
    elif is_print(update) and is_price_reached(is_buy, limit_ticks, update.last_ticks, is_through):
        takes = _printed(policy, market, order, lots, from_ticks)
    offered_lots = sum(take.lots for take in takes)
    chanced_lots = _chanced_lots(policy, order.id, update.time_ns, offered_lots)
    return takes if chanced_lots == offered_lots else _cut(takes, chanced_lots)


def is_print(update: MarketUpdate) -> bool:
    """Whether something traded in a step: what is known to have, or a price that moved."""
    return update.traded_lots > 0 or update.from_ticks != update.last_ticks


def note_takes(policy: FillPolicy, market: SymbolMarket, order: Order, takes: Sequence[Take], time_ns: int) -> None:
    """Remember what an order took, where its policy asks for it later: for the volume cap, and until it has healed."""
    is_buy = order.side is BUY
    if policy.volume_cap_percent:
        lots = sum(take.lots for take in takes)
        market.take(order.account_id, is_buy=is_buy, level_ticks=ALL_LEVELS, lots=lots)
    if policy.healing_ms and policy.depth == "book":
        for take in takes:
            if take.level_ticks != PRINT:
                left_lots = _unhealed(policy, market, (order.account_id, is_buy, take.level_ticks), time_ns)
                market.note_wound((order.account_id, is_buy, take.level_ticks), left_lots + take.lots, time_ns)


def _chanced_lots(policy: FillPolicy, order_id: str, time_ns: int, lots: int) -> int:
    """What chance leaves of a fill."""
    if not policy.partial_fill_ppm or lots <= 1:
        return lots
    if not is_drawn(drawn(policy, order_id, PARTIAL_CHANCE, time_ns), policy.partial_fill_ppm):
        return lots
    return partial_lots(lots, drawn(policy, order_id, PARTIAL_SHARE, time_ns))


def _cut(takes: list[Take], lots: int) -> list[Take]:
    """The first `lots` of some takes."""
    kept: list[Take] = []
    for take in takes:
        if lots <= 0:
            break
        kept.append(Take(take.price_ticks, min(take.lots, lots), take.level_ticks, take.reference_ticks))
        lots -= take.lots
    return kept


def _depth(
    policy: FillPolicy,
    market: SymbolMarket,
    account_id: str,
    *,
    is_buy: bool,
    lots: int,
    limit_ticks: int | None,
    shift_ticks: int,
) -> Iterator[tuple[int, int, int]]:
    """The book as a taker of `lots` meets it: (price_ticks with slippage, lots, level_ticks), best first."""
    update = market.update
    if update is None:
        return
    volume_lots = market_volume(update, is_buy)
    room_lots = _room(policy, market, account_id, is_buy, volume_lots)
    low_ticks, high_ticks = update.low_ticks, update.high_ticks
    worst_ticks = high_ticks if is_buy else low_ticks
    if limit_ticks is not None:
        worst_ticks = min(worst_ticks, limit_ticks) if is_buy else max(worst_ticks, limit_ticks)
    protected_ticks = None
    for level_ticks, level_lots in _levels(policy, market, account_id, is_buy=is_buy):
        price_ticks = shifted_level(level_ticks, shift_ticks, low_ticks, high_ticks) if shift_ticks else level_ticks
        if policy.protection_ppm:
            protected_ticks = protected_ticks or protected_limit(is_buy, price_ticks, policy.protection_ppm)
            if price_ticks > protected_ticks if is_buy else price_ticks < protected_ticks:
                return
        offered_lots = min(level_lots, room_lots)
        if offered_lots <= 0:
            return
        room_lots -= offered_lots
        slippage_ticks = _slippage(policy, price_ticks, lots, volume_lots) if policy.has_slippage else 0
        yield slipped_price(is_buy, price_ticks, slippage_ticks, worst_ticks), offered_lots, level_ticks


def _slippage(policy: FillPolicy, price_ticks: int, lots: int, volume_lots: int) -> int:
    """All kinds of slippage together."""
    return (
        policy.slippage_ticks
        + percent_slippage_ticks(price_ticks, policy.slippage_ppm)
        + volume_share_slippage_ticks(price_ticks, lots, volume_lots, policy.volume_share_impact_ppm)
        + root_impact_slippage_ticks(price_ticks, lots, volume_lots, policy.root_impact_ppm)
    )


def _levels(policy: FillPolicy, market: SymbolMarket, account_id: str, *, is_buy: bool) -> Iterator[tuple[int, int]]:
    """What is there for the account: (level_ticks, lots), best first."""
    update = market.update
    if update is None:
        return
    levels = update.asks if is_buy else update.bids
    if policy.depth == "unlimited":
        if levels:
            yield levels[0][0], MAX_QUANTITY_LOTS
        return
    for level_ticks, level_lots in levels:
        left_lots = level_lots - market.taken(account_id, is_buy, level_ticks)
        if policy.healing_ms:
            wound = market.wounds.get((account_id, is_buy, level_ticks))
            if wound is not None:
                age_ns = update.time_ns - wound[1]
                healed_lots = left_of_level(level_lots, wound[0], age_ns, policy.healing_ms * NS_PER_MS)
                left_lots = min(left_lots, healed_lots)
        if left_lots > 0:
            yield level_ticks, left_lots


def _room(policy: FillPolicy, market: SymbolMarket, account_id: str, is_buy: bool, volume_lots: int) -> int:
    """What the volume cap leaves of a step for the account."""
    taken_lots = market.taken(account_id, is_buy, ALL_LEVELS)
    return volume_capped_lots(MAX_QUANTITY_LOTS, volume_lots, policy.volume_cap_percent, taken_lots)


def _unhealed(policy: FillPolicy, market: SymbolMarket, key: tuple[str, bool, int], time_ns: int) -> int:
    """What of an older wound is still missing."""
    wound = market.wounds.get(key)
    if wound is None:
        return 0
    lots, since_ns = wound
    return lots - left_of_level(lots, lots, time_ns - since_ns, policy.healing_ms * NS_PER_MS)


def _crossed(policy: FillPolicy, market: SymbolMarket, order: Order, lots: int, from_ticks: int) -> list[Take]:
    """The other side of the book came to the order: it fills at its own price, or at a better one after a jump."""
    is_buy, limit_ticks = order.side is BUY, order.price_ticks
    assert limit_ticks is not None and market.update is not None, "a market came to a priced order"
    fills_at = buy_fills_at if is_buy else sell_fills_at
    volume_lots = market_volume(market.update, is_buy)
    lots = min(lots, _room(policy, market, order.account_id, is_buy, volume_lots))
    takes: list[Take] = []
    for level_ticks, level_lots in _levels(policy, market, order.account_id, is_buy=is_buy):
        if lots <= 0 or (level_ticks > limit_ticks if is_buy else level_ticks < limit_ticks):
            break
        taken_lots = min(lots, level_lots)
        takes.append(Take(fills_at(level_ticks, limit_ticks, from_ticks), taken_lots, level_ticks, limit_ticks))
        lots -= taken_lots
    return takes


def _printed(policy: FillPolicy, market: SymbolMarket, order: Order, lots: int, from_ticks: int) -> list[Take]:
    """Something traded at the order's price, or beyond it: what of that was the order's."""
    update, is_buy, limit_ticks = market.update, order.side is BUY, order.price_ticks
    assert limit_ticks is not None and update is not None, "a market came to a priced order"
    if policy.limit_fill == "touch":
        fills_at = buy_fills_at if is_buy else sell_fills_at
        return [Take(fills_at(update.last_ticks, limit_ticks, from_ticks), lots, PRINT, limit_ticks)]
    room_lots = _room(policy, market, order.account_id, is_buy, market_volume(update, is_buy))
    return printed_takes(order, market, update, min(lots, room_lots))


def printed_takes(order: Order, market: SymbolMarket, update: MarketUpdate, lots: int) -> list[Take]:
    """What a trade gives a resting order with a place in the queue, at the order's own price."""
    is_buy, limit_ticks = order.side is BUY, order.price_ticks
    assert limit_ticks is not None, "only a priced order rests"
    # Beyond the price: all that was ahead has traded, and the whole print was there for the order.
    is_beyond = update.last_ticks != limit_ticks
    spare_lots = update.traded_lots if is_beyond else market.spare_lots(order)
    lots = min(lots, spare_lots - market.taken(order.account_id, is_buy, PRINT))
    return [Take(limit_ticks, lots, PRINT, limit_ticks)] if lots > 0 else []
