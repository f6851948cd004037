"""The checksums that venues send with their books, computed as each of them documents it. Levels are (price, quantity)
text with the venue's own number of digits, best first."""

import zlib
from collections.abc import Iterable
from itertools import zip_longest

KRAKEN_LEVELS = 10
OKX_LEVELS = 25
LevelText = tuple[str, ...]


def kraken(bids: Iterable[LevelText], asks: Iterable[LevelText]) -> int:
    """CRC32 of the ten best asks, then the ten best bids, each price and quantity without its point and leading zeros.

    Source: "Book checksum (WebSocket v1)" and "(v2)" of Kraken's API documentation.
    """
    best = [*list(asks)[:KRAKEN_LEVELS], *list(bids)[:KRAKEN_LEVELS]]
    return zlib.crc32("".join(_digits(text) for level in best for text in level).encode())


def okx(bids: Iterable[LevelText], asks: Iterable[LevelText]) -> int:
    """Signed CRC32 of the 25 best levels, bid and ask in turn, as `price:quantity` joined by colons.

    Source: "Order book channel" of OKX's API documentation v5, checksum; where one side is shorter the other goes on.
    """
    pairs = zip_longest(list(bids)[:OKX_LEVELS], list(asks)[:OKX_LEVELS])
    text = ":".join(f"{level[0]}:{level[1]}" for pair in pairs for level in pair if level is not None)
    unsigned = zlib.crc32(text.encode())
    return unsigned - 2**32 if unsigned >= 2**31 else unsigned


def _digits(text: str) -> str:
    return text.replace(".", "").lstrip("0")
