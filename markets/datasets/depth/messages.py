"""What a recording of a book holds, message by message, whatever the venue wrote it as.

Prices and quantities are counted in 10**-8, exactly. Ids are made alike: each diff names the message before it, so that
one rule (`markets.depth.chains.linked`) tells a gap in any of them.
"""

from functools import lru_cache
from typing import Literal

import msgspec

from kit.units import MONEY_DECIMALS, units_from_text
from markets.updates import Level

MAX_UNITS = 2**63 - 1
"""Stored as 64-bit numbers: 92 billion of anything."""

MAX_SIDE_LEVELS = 10_000
"""Levels a side of one message; venues send up to 5,000."""
TEXTS_KEPT = 65_536
"""Numbers whose meaning is kept: a recording says the same prices over and over."""

Event = Literal["snapshot", "reset", "diff", "trade"]
EVENTS: tuple[Event, ...] = ("snapshot", "reset", "diff", "trade")
"""`snapshot` was asked for and may be late; `reset` is the venue's own word to start over with this book."""


class Message(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One message. Times in UTC nanoseconds: when it was received (by the recorder's clock), and when the venue made it.

    `price`, `quantity` and `side` (the taker's) are those of a trade, whose id is `last_id`.
    """

    event: Event
    received_ns: int | None = None
    exchange_ns: int | None = None
    first_id: int = 0
    last_id: int = 0
    previous_id: int = 0
    bids: list[Level] = []
    asks: list[Level] = []
    price: int = 0
    quantity: int = 0
    side: str = "buy"


class BadMessage(Exception):
    """A line that is no message of its format; the text says why."""


class OtherMessage(Exception):
    """A sound message of a kind that says nothing about the book, such as a best bid and ask; the text is its kind."""


@lru_cache(maxsize=TEXTS_KEPT)
def units_of(text: str) -> int:
    """A decimal in 10**-8; raises BadMessage for what is none, is finer, negative or too large."""
    units = units_from_text(text, MONEY_DECIMALS)
    if units is None or not 0 <= units <= MAX_UNITS:
        raise BadMessage(f"{text[:40]!r} is no decimal from 0 to 92 billion with at most {MONEY_DECIMALS} digits")
    return units


def levels_of(pairs: list[tuple[str, str]]) -> list[Level]:
    """Levels out of (price, quantity) texts; raises BadMessage, also for a price of 0 or more levels than any venue has."""
    if len(pairs) > MAX_SIDE_LEVELS:
        raise BadMessage(f"it has more than {MAX_SIDE_LEVELS:,} levels on a side")
    levels = [(units_of(price), units_of(quantity)) for price, quantity in pairs]
    if any(price == 0 for price, _ in levels):
        raise BadMessage("a level has a price of 0")
    return levels
