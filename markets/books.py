"""The order book of a market whose data hold no depth: a ladder made from price, spread and volume.

Deterministic, and all in whole ticks and lots. The sizes grow linearly away from the touch, as resting depth does on
liquid venues (Bouchaud, Mézard, Potters 2002: depth rises from the touch to a maximum some spreads away). Every level
stays within the range that traded, so that an order that walks the ladder cannot pay a price the data do not hold.
"""

import zlib
from collections.abc import Iterable

from markets.updates import Level
from quant.fills import best_ask_ticks, best_bid_ticks

LADDER_LEVELS = 20
"""Levels a side: what a depth view shows, and cheap enough to build at every step of a replay."""

CHECKSUM_LEVELS = 10
"""The checksum of a streamed book covers this many of the best levels of each side."""

Side = tuple[Level, ...]


def ladder_sizes(depth_lots: int, levels: int = LADDER_LEVELS) -> tuple[int, ...]:
    """The lots of up to `levels` levels from the touch outwards: never shrinking, each at least one, `depth_lots` in all.

    Where the depth is too small for every level there are fewer of them; below one lot there is a single lot.
    """
    weight_sum = levels * (levels + 1) // 2
    shares = (depth_lots * weight // weight_sum for weight in range(1, levels + 1))
    sizes = [share for share in shares if share > 0]
    if not sizes:
        return (max(1, depth_lots),)
    sizes[-1] += depth_lots - sum(sizes)
    return tuple(sizes)


def touch(price_ticks: int, spread_ticks: int, low_ticks: int, high_ticks: int) -> tuple[int, int]:
    """Best bid and ask around a price, `spread_ticks` (at least 1) apart as far as the range leaves room.

    bid <= price <= ask always holds for a price within the range; bid == ask only where the range is a single price.
    """
    ask_ticks = best_ask_ticks(price_ticks, spread_ticks, low_ticks, high_ticks)
    return best_bid_ticks(price_ticks, spread_ticks, low_ticks, high_ticks), ask_ticks


def ladder(
    price_ticks: int,
    *,
    spread_ticks: int,
    gap_ticks: int,
    sizes: tuple[int, ...],
    low_ticks: int,
    high_ticks: int,
) -> tuple[Side, Side]:
    """Bids and asks, best first, around a price within `low_ticks` to `high_ticks`, with `gap_ticks` between levels.

    What would lie outside the range is folded onto the last level inside, so each side holds all of `sizes`.
    """
    bid_ticks, ask_ticks = touch(price_ticks, spread_ticks, low_ticks, high_ticks)
    bids = _levels(bid_ticks, -gap_ticks, (bid_ticks - low_ticks) // gap_ticks + 1, sizes)
    asks = _levels(ask_ticks, gap_ticks, (high_ticks - ask_ticks) // gap_ticks + 1, sizes)
    return bids, asks


def _levels(best_ticks: int, gap_ticks: int, room: int, sizes: tuple[int, ...]) -> Side:
    """One side from its best price outwards; `room` is how many levels the range holds, at least one."""
    if room < len(sizes):
        sizes = (*sizes[: room - 1], sum(sizes[room - 1 :]))
    return tuple(zip(range(best_ticks, best_ticks + gap_ticks * len(sizes), gap_ticks), sizes, strict=True))


def level_changes(before: Side, after: Side) -> list[Level]:
    """What turns one side into the other, as absolute levels; a level that is gone has quantity 0."""
    if before is after:
        return []
    old = dict(before)
    changes = [level for level in after if old.pop(level[0], None) != level[1]]
    changes.extend((price_ticks, 0) for price_ticks in old)
    return changes


def checksum(bids: Iterable[tuple[str, ...]], asks: Iterable[tuple[str, ...]]) -> int:
    """CRC32 of the ten best bids, then the ten best asks, each `price:quantity` as sent, joined by `|`."""
    best = [*list(bids)[:CHECKSUM_LEVELS], *list(asks)[:CHECKSUM_LEVELS]]
    return zlib.crc32("|".join(f"{price}:{quantity}" for price, quantity in best).encode())
