"""Order books as they are mostly written in Python: a SortedDict a side, or plain dicts sorted when they are read.

Both give the 1,000 best levels of each side after every message, which is what a market that orders fill on needs.
"""

import time
from collections.abc import Callable
from itertools import islice

from sortedcontainers import SortedDict  # type: ignore[import-untyped]  # it ships no types

from benchmarks.tools.depth import Level, diffs, first_book

SHOWN = 1_000
CHUNK_MESSAGES = 500
Apply = Callable[[list[Level], list[Level]], tuple[tuple[Level, ...], tuple[Level, ...]]]


def sorted_dicts(*, seconds: float) -> dict[str, float]:
    """Levels a second with `sortedcontainers`, bids under negative prices."""
    bids, asks = first_book()
    bid_side = SortedDict({-price: lots for price, lots in bids})
    ask_side = SortedDict(dict(asks))

    def apply(bids: list[Level], asks: list[Level]) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
        for price, lots in bids:
            if lots:
                bid_side[-price] = lots
            else:
                bid_side.pop(-price, None)
        for price, lots in asks:
            if lots:
                ask_side[price] = lots
            else:
                ask_side.pop(price, None)
        best_bids = tuple((-key, lots) for key, lots in islice(bid_side.items(), SHOWN))
        return best_bids, tuple(islice(ask_side.items(), SHOWN))

    return _measure(apply, seconds)


def plain_dicts(*, seconds: float) -> dict[str, float]:
    """Levels a second with dicts and `sorted`."""
    first_bids, first_asks = first_book()
    bid_side, ask_side = dict(first_bids), dict(first_asks)

    def apply(bids: list[Level], asks: list[Level]) -> tuple[tuple[Level, ...], tuple[Level, ...]]:
        for side, changes in ((bid_side, bids), (ask_side, asks)):
            for price, lots in changes:
                if lots:
                    side[price] = lots
                else:
                    side.pop(price, None)
        return tuple(sorted(bid_side.items(), reverse=True)[:SHOWN]), tuple(sorted(ask_side.items())[:SHOWN])

    return _measure(apply, seconds)


def _measure(apply: Apply, seconds: float) -> dict[str, float]:
    stream = diffs()
    levels, spent_s = 0, 0.0
    while spent_s < seconds:
        chunk = [next(stream) for _ in range(CHUNK_MESSAGES)]
        started_s = time.perf_counter()
        for bids, asks in chunk:
            best_bids, best_asks = apply(bids, asks)
            assert best_bids[0][0] < best_asks[0][0], "the book is not crossed"
            levels += len(bids) + len(asks)
        spent_s += time.perf_counter() - started_s
    return {"per_s": levels / spent_s}
