"""A stream of book changes like a busy venue's, the same for every contender: most of them near the touch."""

import random
from collections.abc import Iterator

Level = tuple[int, int]
MIDDLE_TICKS = 268_000
LEVELS = 1_000
LEVELS_PER_MESSAGE = 40
"""As the recorded futures stream has them on average."""
SEED = 20240808


def first_book() -> tuple[list[Level], list[Level]]:
    """A book of 1,000 levels a side, best first."""
    return (
        [(MIDDLE_TICKS - 1 - number, 1_000 + number) for number in range(LEVELS)],
        [(MIDDLE_TICKS + 1 + number, 1_000 + number) for number in range(LEVELS)],
    )


def diffs() -> Iterator[tuple[list[Level], list[Level]]]:
    """Changes without end, (bids, asks); a third of them remove their level. The book never crosses."""
    chance = random.Random(SEED)
    while True:
        bids: dict[int, int] = {}
        asks: dict[int, int] = {}
        for _ in range(LEVELS_PER_MESSAGE // 2):
            bids[MIDDLE_TICKS - _distance(chance)] = _lots(chance)
            asks[MIDDLE_TICKS + _distance(chance)] = _lots(chance)
        yield list(bids.items()), list(asks.items())


def _distance(chance: random.Random) -> int:
    return 1 + min(int(chance.expovariate(1 / 150)), LEVELS + 200)


def _lots(chance: random.Random) -> int:
    return 0 if chance.random() < 1 / 3 else chance.randint(1, 90_000)
