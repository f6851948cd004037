"""What clients are shown of a market, over REST and streams alike: plain structs of decimal text.

Times are market time as ISO 8601 text; prices have the tick's digits, quantities the lot's.
"""

import msgspec
from kit.clock import iso_from_ns
from kit.units import text_from_units

from markets.board import Market
from markets.books import CHECKSUM_LEVELS, Side, checksum, level_changes
from markets.instruments import Instrument
from markets.updates import Candle, Level, MarketUpdate, Trade

PERCENT_DECIMALS = 4

LevelText = tuple[str, ...]
"""(price, quantity)."""


class Ticker(msgspec.Struct, frozen=True, gc=False):
    """The market at a glance. `change_24h` is in percent; None where there is no price yet.

    `source` is what feeds or last fed it, `stale` is set when nothing feeds it any more.
    """

    symbol: str
    last: str | None
    bid: str | None
    ask: str | None
    change_24h: str | None
    high_24h: str | None
    low_24h: str | None
    volume_24h: str | None
    time: str | None
    source: str | None
    stale: bool


class OrderBook(msgspec.Struct, frozen=True, gc=False):
    """Levels best first as (price, quantity). In an update they are the changed ones alone; quantity 0: gone.

    `checksum` is of the whole book's ten best bids and asks, whatever part of it is shown.
    """

    symbol: str
    bids: tuple[LevelText, ...]
    asks: tuple[LevelText, ...]
    checksum: int
    time: str | None
    source: str | None
    stale: bool


class TradePrint(msgspec.Struct, frozen=True, gc=False):
    """One print on the tape; `side` is the taker's."""

    price: str
    quantity: str
    side: str
    time: str


class CandleRow(msgspec.Struct, frozen=True, gc=False):
    """One candle; `time` is its open time."""

    time: str
    open: str
    high: str
    low: str
    close: str
    volume: str


class CandleUpdate(msgspec.Struct, frozen=True, gc=False):
    """A candle on a stream: the forming one, or one that is `closed` and will not change again."""

    symbol: str
    interval: str
    time: str
    open: str
    high: str
    low: str
    close: str
    volume: str
    closed: bool
    source: str
    stale: bool


def ticker_of(symbol: str, market: Market | None) -> Ticker:
    """The ticker of a symbol; nothing but its name when it has no market."""
    update = market.last_update if market else None
    figures = market.day_figures() if market else None
    if market is None or update is None or figures is None:
        return Ticker(symbol, None, None, None, None, None, None, None, None, market.source if market else None, True)
    instrument = market.instrument
    price = instrument.price_text
    return Ticker(
        symbol,
        price(update.last_ticks),
        price(update.bids[0][0]) if update.bids else None,
        price(update.asks[0][0]) if update.asks else None,
        percent_text(update.last_ticks - figures.open_ticks, figures.open_ticks),
        price(figures.high_ticks),
        price(figures.low_ticks),
        instrument.quantity_text(figures.volume_lots),
        iso_from_ns(update.time_ns),
        market.source,
        market.is_stale,
    )


def percent_text(part: int, whole: int) -> str:
    """`part` in percent of a positive `whole`, rounded half up, with four decimals: (1, 3) is "33.3333"."""
    scaled = part * 100 * 10**PERCENT_DECIMALS
    return text_from_units((2 * scaled + whole) // (2 * whole), PERCENT_DECIMALS)


def book_of(symbol: str, market: Market | None, update: MarketUpdate | None, depth: int | None = None) -> OrderBook:
    """The book of `update`, or its `depth` best levels; empty when there is none."""
    if market is None or update is None:
        return OrderBook(symbol, (), (), checksum((), ()), None, market.source if market else None, True)
    instrument = market.instrument
    return OrderBook(
        symbol,
        _level_texts(instrument, update.bids[:depth]),
        _level_texts(instrument, update.asks[:depth]),
        _checksum_of(instrument, update),
        iso_from_ns(update.time_ns),
        market.source,
        market.is_stale,
    )


def book_change(market: Market, before: MarketUpdate | None, after: MarketUpdate) -> OrderBook:
    """What turns the book of `before` into that of `after`, with the checksum of the latter."""
    instrument = market.instrument
    bids_before: Side = before.bids if before else ()
    asks_before: Side = before.asks if before else ()
    return OrderBook(
        after.symbol,
        _level_texts(instrument, level_changes(bids_before, after.bids)),
        _level_texts(instrument, level_changes(asks_before, after.asks)),
        _checksum_of(instrument, after),
        iso_from_ns(after.time_ns),
        market.source,
        market.is_stale,
    )


def print_of(instrument: Instrument, trade: Trade) -> TradePrint:
    """A print as text."""
    return TradePrint(
        instrument.price_text(trade.price_ticks),
        instrument.quantity_text(trade.quantity_lots),
        trade.side,
        iso_from_ns(trade.time_ns),
    )


def candle_row(instrument: Instrument, candle: Candle) -> CandleRow:
    """A candle as text."""
    price = instrument.price_text
    return CandleRow(
        iso_from_ns(candle.time_ns),
        price(candle.open_ticks),
        price(candle.high_ticks),
        price(candle.low_ticks),
        price(candle.close_ticks),
        instrument.quantity_text(candle.volume_lots),
    )


def candle_update(market: Market, interval: str, candle: Candle, *, is_closed: bool) -> CandleUpdate:
    """A candle for the stream."""
    row = candle_row(market.instrument, candle)
    return CandleUpdate(
        market.instrument.symbol,
        interval,
        *msgspec.structs.astuple(row),
        closed=is_closed,
        source=market.source,
        stale=market.is_stale,
    )


def _level_texts(instrument: Instrument, levels: list[Level] | Side) -> tuple[LevelText, ...]:
    price, quantity = instrument.price_text, instrument.quantity_text
    return tuple((price(price_ticks), quantity(lots)) for price_ticks, lots in levels)


def _checksum_of(instrument: Instrument, update: MarketUpdate) -> int:
    return checksum(
        _level_texts(instrument, update.bids[:CHECKSUM_LEVELS]), _level_texts(instrument, update.asks[:CHECKSUM_LEVELS])
    )
