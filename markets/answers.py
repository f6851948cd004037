"""What clients are shown of a market, over REST and streams alike: plain structs of decimal text.

Times are market time as ISO 8601 text; prices have the tick's digits, quantities the lot's.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from kit.clock import iso_from_ns
from kit.units import MONEY_DECIMALS, PPM_PER_BPS, text_from_units, trimmed_text_from_units
from markets.board import Market
from markets.books import CHECKSUM_LEVELS, Side, checksum, level_changes
from markets.direction.answers import ScenarioShown, scenario_shown
from markets.feed import FeedState
from markets.instruments import Instrument
from markets.sources.live.states import PREFIX, SessionState
from markets.updates import Candle, Level, MarketUpdate, Trade

VENUES = {"simulated": "Simulated market", "replay": "Replay of a data set"}
"""The sources there are, by name, and what they are called."""

PERCENT_DECIMALS = 4

LevelText = tuple[str, ...]
"""(price, quantity)."""

_encode = msgspec.json.Encoder().encode


class Ticker(msgspec.Struct, frozen=True, gc=False):
    """The market at a glance. `change_24h` is in percent; None where there is no price yet.

    `source` is what feeds or last fed it, `stale` is set when nothing feeds it now; `age_ms` is then how old the last good
    price is, by the machine's clock. `scenarios` are the kinds that change it now.
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
    age_ms: int | None = None
    scenarios: tuple[str, ...] = ()


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
    age_ms: int | None = None
    scenarios: tuple[str, ...] = ()


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
    age_ms: int | None = None


class FeesShown(msgspec.Struct, frozen=True, gc=False):
    """A venue's usual fees in basis points of the notional."""

    maker_bps: float
    taker_bps: float


class SymbolShown(msgspec.Struct, frozen=True, gc=False):
    """An instrument."""

    symbol: str
    base: str
    quote: str
    tick_size: str
    lot_size: str
    min_notional: str
    min_quantity: str
    max_quantity: str | None
    fees: FeesShown
    calendar: str


class MarketShown(msgspec.Struct, frozen=True, gc=False):
    """A symbol's market: what is traded there and how it stands.

    `status`: open, halted (by a scenario), closed (nothing feeds it).
    """

    symbol: str
    status: str
    instrument: SymbolShown
    ticker: Ticker
    source: str | None
    stale: bool
    age_ms: int | None = None
    scenarios: tuple[str, ...] = ()


class TradePage(msgspec.Struct, frozen=True, gc=False):
    """Prints, newest first."""

    items: list[TradePrint]
    next_cursor: str | None
    source: str | None
    stale: bool
    age_ms: int | None = None


class CandlePage(msgspec.Struct, frozen=True, gc=False):
    """Candles, oldest first."""

    items: list[CandleRow]
    next_cursor: str | None
    source: str | None
    stale: bool
    age_ms: int | None = None


class EncodedCandlePage(msgspec.Struct, frozen=True, gc=False):
    """A page of candles whose rows are JSON already. `version` is the same for the same content, for ETags."""

    items: msgspec.Raw
    next_cursor: str | None
    source: str | None
    stale: bool
    version: tuple[object, ...]
    age_ms: int | None = None

    def encoded(self) -> msgspec.Raw:
        """The JSON of a `CandlePage` with these rows."""
        rest = _encode(_PageEnd(self.next_cursor, self.source, self.stale, self.age_ms))
        return msgspec.Raw(b'{"items":%b,%b' % (self.items, rest[1:]))


class _PageEnd(msgspec.Struct, frozen=True, gc=False):
    """The keys after the rows."""

    next_cursor: str | None
    source: str | None
    stale: bool
    age_ms: int | None


class FeedPosition(msgspec.Struct, frozen=True, gc=False):
    """How far the feed is; `total` is None where there is no end."""

    time: str
    index: int
    total: int | None


class FeedShown(msgspec.Struct, frozen=True, gc=False):
    """The feed."""

    status: str
    source: str | None
    exchange: str | None
    waiting_for: str | None
    dataset: str | None
    symbols: tuple[str, ...]
    stale_symbols: tuple[str, ...]
    speed: float
    paused: bool
    finished: bool
    position: FeedPosition
    lag_ms: float
    updates_per_second: float
    dropped_ticks: dict[str, int]
    error: str | None
    scenarios: list[ScenarioShown]
    dataset_hash: str | None


class FeedEvent(msgspec.Struct, frozen=True, gc=False):
    """On the channel `system`: the feed as it is since something of it changed."""

    feed: FeedShown
    event: Literal["feed"] = "feed"


class FeedStepped(msgspec.Struct, frozen=True, gc=False):
    """What a single-step call did, and where the feed is now."""

    steps: int
    feed: FeedShown


class Venue(msgspec.Struct, frozen=True, gc=False):
    """A source as a venue. `breaker` is open when the source has failed; `latency_ms` is how late its prices are.

    Of an exchange: whether its `streams` live, which markets are stale, what was `dropped` as untrue by reason, which wanted
    symbols it does not have, and what of our instruments does not fit its steps.
    """

    id: str
    name: str
    status: str
    latency_ms: float | None
    breaker: str
    symbols: tuple[str, ...]
    stale_symbols: tuple[str, ...]
    streams: bool
    dropped_ticks: dict[str, int]
    reconnects: int
    missing_symbols: dict[str, str]
    notes: dict[str, tuple[str, ...]]
    error: str | None
    source: str
    stale: bool
    age_ms: int | None = None


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
        market.age_ms,
        market.scenarios,
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
        market.age_ms,
        market.scenarios,
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
        market.age_ms,
        market.scenarios,
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


def candle_row_encoder(instrument: Instrument) -> Callable[[Candle], bytes]:
    """Makes the JSON of an instrument's candles."""
    return lambda candle: _encode(candle_row(instrument, candle))


def candle_update(market: Market, interval: str, candle: Candle, *, is_closed: bool) -> CandleUpdate:
    """A candle for the stream."""
    row = candle_row(market.instrument, candle)
    return CandleUpdate(
        market.instrument.symbol,
        interval,
        row.time,
        row.open,
        row.high,
        row.low,
        row.close,
        row.volume,
        is_closed,
        market.source,
        market.is_stale,
        market.age_ms,
    )


def symbol_shown(instrument: Instrument) -> SymbolShown:
    """An instrument as text."""
    return SymbolShown(
        instrument.symbol,
        instrument.base,
        instrument.quote,
        str(instrument.tick),
        str(instrument.lot),
        trimmed_text_from_units(instrument.min_notional_units, MONEY_DECIMALS),
        instrument.quantity_text(instrument.min_lots),
        instrument.quantity_text(instrument.max_lots) if instrument.max_lots else None,
        FeesShown(instrument.maker_ppm / PPM_PER_BPS, instrument.taker_ppm / PPM_PER_BPS),
        instrument.calendar,
    )


def market_shown(instrument: Instrument, market: Market | None) -> MarketShown:
    """A symbol's market as a whole."""
    ticker = ticker_of(instrument.symbol, market)
    return MarketShown(
        instrument.symbol,
        _market_status(market),
        symbol_shown(instrument),
        ticker,
        ticker.source,
        ticker.stale,
        ticker.age_ms,
        ticker.scenarios,
    )


def _market_status(market: Market | None) -> str:
    if market is None or market.last_update is None or market.is_closed:
        return "closed"
    return "halted" if market.is_halted else "open"


def feed_shown(
    state: FeedState, waiting_for: str | None, stale_symbols: tuple[str, ...], dropped_ticks: dict[str, int]
) -> FeedShown:
    """The feed's state as it is shown; a live source is `live` with its exchange."""
    is_live = state.source is not None and state.source.startswith(PREFIX)
    return FeedShown(
        status=state.status,
        source="live" if is_live else state.source,
        exchange=state.source.removeprefix(PREFIX) if is_live and state.source else None,
        waiting_for=waiting_for,
        dataset=state.dataset,
        symbols=state.symbols,
        stale_symbols=stale_symbols,
        speed=state.speed,
        paused=state.is_paused,
        finished=state.status == "finished",
        position=FeedPosition(iso_from_ns(state.time_ns), state.beat, state.total_beats),
        lag_ms=round(state.lag_s * 1_000, 3),
        updates_per_second=round(state.updates_per_s, 1),
        dropped_ticks=dropped_ticks,
        error=state.error,
        scenarios=[scenario_shown(scenario, state.time_ns) for scenario in state.scenarios],
        dataset_hash=state.dataset_hash,
    )


def venue_shown(name: str, title: str, state: FeedState) -> Venue:
    """A source as a venue: as the feed has it when it feeds the markets now, idle otherwise."""
    is_feeding = state.source == name
    is_failed = is_feeding and state.status == "failed"
    return Venue(
        id=name,
        name=title,
        source=name,
        status=state.status if is_feeding else "idle",
        latency_ms=round(state.lag_s * 1_000, 3) if is_feeding else None,
        breaker="open" if is_failed else "closed",
        symbols=state.symbols if is_feeding else (),
        stale_symbols=(),
        streams=False,
        dropped_ticks={},
        reconnects=0,
        missing_symbols={},
        notes={},
        error=state.error if is_failed else None,
        stale=not is_feeding or is_failed or state.status == "finished",
    )


def live_venue_shown(
    exchange_id: str, state: FeedState, live: SessionState | None, stale_symbols: tuple[str, ...]
) -> Venue:
    """An exchange as a venue; without a session it is one that could be followed."""
    source = PREFIX + exchange_id
    is_feeding = state.source == source
    if live is None:
        idle = FeedState("idle", None, None, (), 1.0, False, 0, 0, None, 0.0, 0.0, None, ())
        return msgspec.structs.replace(venue_shown(exchange_id, exchange_id, idle), source=source)
    return Venue(
        id=exchange_id,
        name=exchange_id,
        source=source,
        status=state.status if is_feeding else "connecting",
        latency_ms=live.latency_ms,
        breaker=live.breaker,
        symbols=live.symbols,
        stale_symbols=stale_symbols if is_feeding else (),
        streams=live.is_streaming,
        dropped_ticks=live.dropped,
        reconnects=live.reconnects,
        missing_symbols=live.missing,
        notes=live.notes,
        error=live.error,
        stale=not is_feeding or bool(stale_symbols),
        age_ms=live.age_ms if stale_symbols else None,
    )


def _level_texts(instrument: Instrument, levels: list[Level] | Side) -> tuple[LevelText, ...]:
    price, quantity = instrument.price_text, instrument.quantity_text
    return tuple((price(price_ticks), quantity(lots)) for price_ticks, lots in levels)


def _checksum_of(instrument: Instrument, update: MarketUpdate) -> int:
    return checksum(
        _level_texts(instrument, update.bids[:CHECKSUM_LEVELS]), _level_texts(instrument, update.asks[:CHECKSUM_LEVELS])
    )
