"""An order book by price level (L2): two sorted sides that snapshots replace and diffs change.

A level is a tuple that is kept as it came, so a view of the book is a copy of two lists: a few microseconds for a
thousand levels, which is what a step of a market may cost. Prices in ticks, quantities in lots, or any other whole units.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from markets.books import Side
from markets.updates import Level

MAX_SIDE_LEVELS = 20_000
"""Levels kept a side, the best ones. Venues send snapshots of 500 to 5,000; what lies beyond is of no use to anyone."""


class BookContradiction(Exception):
    """A message of the venue that cannot be true: its own levels cross each other."""


class BookSide:
    """The levels of one side, best first. A quantity is positive; a price stands once."""

    __slots__ = ("_keys", "_sign", "levels")

    def __init__(self, *, is_bid: bool) -> None:
        self._sign = -1 if is_bid else 1
        self._keys: list[int] = []
        self.levels: list[Level] = []

    def replace(self, levels: Iterable[Level]) -> None:
        """Hold exactly these levels; of a price that is there twice the later one, none with a quantity of 0."""
        sign = self._sign
        found = {sign * price: (price, quantity) for price, quantity in levels}
        self._keys = [key for key in sorted(found) if found[key][1]][:MAX_SIDE_LEVELS]
        self.levels = [found[key] for key in self._keys]

    def update(self, changes: Iterable[Level]) -> None:
        """Set each level to its new quantity; 0 removes it, also one that is not there, as venues do send."""
        keys, levels, sign = self._keys, self.levels, self._sign
        for level in changes:
            key = sign * level[0]
            place = bisect_left(keys, key)
            if place < len(keys) and keys[place] == key:
                if level[1]:
                    levels[place] = level
                else:
                    del keys[place], levels[place]
            elif level[1]:
                keys.insert(place, key)
                levels.insert(place, level)
        if len(keys) > MAX_SIDE_LEVELS:
            del keys[MAX_SIDE_LEVELS:], levels[MAX_SIDE_LEVELS:]

    def remove_best(self) -> None:
        """Remove the best level; there must be one."""
        del self._keys[0], self.levels[0]


class DepthBook:
    """Both sides of a book that is never crossed, nor locked: the best bid is below the best ask.

    Where a diff would cross it, the newer side wins: levels that the diff set push out older ones of the other side that
    they cross, and those are counted. A matching venue has no crossed book, so the older level is one whose removal was
    missed; hftbacktest's fused depth decides by the same rule. Levels of one message that cross each other leave no
    newer side: that message contradicts itself.
    """

    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide(is_bid=True)
        self.asks = BookSide(is_bid=False)

    @property
    def is_crossed(self) -> bool:
        """Whether the best bid is at or above the best ask; only ever true within a change."""
        bids, asks = self.bids.levels, self.asks.levels
        return bool(bids) and bool(asks) and bids[0][0] >= asks[0][0]

    def replace(self, bids: Iterable[Level], asks: Iterable[Level]) -> None:
        """Hold exactly these levels; raises BookContradiction, and is then empty, when they cross."""
        self.bids.replace(bids)
        self.asks.replace(asks)
        if self.is_crossed:
            self.clear()
            raise BookContradiction("the levels of a snapshot cross each other")

    def update(self, bids: Sequence[Level], asks: Sequence[Level]) -> int:
        """Apply a diff of absolute levels; returns how many older levels it crossed and pushed out.

        Raises BookContradiction, and is then empty, when levels of the diff cross each other.
        """
        self.bids.update(bids)
        self.asks.update(asks)
        return self._uncross(bids, asks) if self.is_crossed else 0

    def clear(self) -> None:
        """Forget every level."""
        self.bids.replace(())
        self.asks.replace(())

    def view(self, depth: int | None = None) -> tuple[Side, Side]:
        """The `depth` best bids and asks, or all of them, as they stand now."""
        return tuple(self.bids.levels[:depth]), tuple(self.asks.levels[:depth])

    def _uncross(self, bids: Sequence[Level], asks: Sequence[Level]) -> int:
        new_bids = {price for price, quantity in bids if quantity}
        new_asks = {price for price, quantity in asks if quantity}
        removed = 0
        while self.is_crossed:
            is_new_bid = self.bids.levels[0][0] in new_bids
            if is_new_bid and self.asks.levels[0][0] in new_asks:
                self.clear()
                raise BookContradiction("the levels of a diff cross each other")
            (self.asks if is_new_bid else self.bids).remove_best()
            removed += 1
        return removed
