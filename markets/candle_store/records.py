"""Plain values of the candle store. No Django and no polars here, so that the gateway may import these types at start."""

import msgspec

from markets.datasets.records import Candles


class SeriesKey(msgspec.Struct, frozen=True, order=True):
    """Which series: where it came from (`live:binance`), of which symbol, and the interval of its candles (`1m`)."""

    source: str
    symbol: str
    interval: str


class Appended(msgspec.Struct, frozen=True):
    """What an append did: candles that are new, that replaced another of their time, and that were there already."""

    added: int
    replaced: int
    unchanged: int


class SeriesFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue knows of a series. `from_ns` and `to_ns` are the open times of its first and last candle.

    `price_decimals` and `volume_decimals` are those of the data, None where the numbers are no plain decimals.
    `content_hash` covers every candle; see `range_hash` in `markets.candle_store.services`.
    """

    key: SeriesKey
    rows: int
    from_ns: int
    to_ns: int
    price_decimals: int | None
    volume_decimals: int | None
    content_hash: str
    size_bytes: int


class Outline(msgspec.Struct, frozen=True):
    """What a page needs to know of a series: the time of its newest candle and how many decimals show it whole."""

    to_ns: int
    price_decimals: int | None
    volume_decimals: int | None


class StoredCandles(msgspec.Struct, frozen=True):
    """Candles that were read: which series they come from, their columns, and how many decimals show them whole."""

    key: SeriesKey
    candles: Candles
    price_decimals: int | None
    volume_decimals: int | None


class SeriesShown(msgspec.Struct, frozen=True, kw_only=True):
    """A series as REST shows it."""

    source: str
    symbol: str
    interval: str
    rows: int
    from_ns: int
    to_ns: int
    content_hash: str
    price_decimals: int | None
    volume_decimals: int | None
    size_bytes: int


def series_shown(facts: SeriesFacts) -> SeriesShown:
    """A series as REST shows it."""
    key = facts.key
    return SeriesShown(
        source=key.source,
        symbol=key.symbol,
        interval=key.interval,
        rows=facts.rows,
        from_ns=facts.from_ns,
        to_ns=facts.to_ns,
        content_hash=facts.content_hash,
        price_decimals=facts.price_decimals,
        volume_decimals=facts.volume_decimals,
        size_bytes=facts.size_bytes,
    )
