"""What other parts ask of the markets: instruments, prices and the feed, of the floor that the work at hand is about.

The feed and everything that reads prices belong to the event loop. Instruments may be read and added from any thread.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import msgspec
from channels.db import database_sync_to_async
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from api.pagination import Page, decode_cursor, encode_cursor
from kit import tunables
from kit.clock import SYSTEM_CLOCK, iso_from_ns
from kit.errors import Conflict, NotFound, Rejected, invalid_field
from kit.http_pool import POOL
from kit.trace import new_id
from kit.trail import note_change
from kit.units import MONEY_DECIMALS, trimmed_text_from_units
from markets import calendars, history
from markets.answers import (
    VENUES,
    CandlePage,
    EncodedCandlePage,
    FeedEvent,
    FeedShown,
    FeedStepped,
    MarketShown,
    OrderBook,
    SymbolShown,
    Ticker,
    TradePage,
    Venue,
    book_of,
    candle_row_encoder,
    feed_shown,
    live_venue_shown,
    market_shown,
    print_of,
    symbol_shown,
    ticker_of,
    venue_shown,
)
from markets.board import Market
from markets.calculations import Calculation, calculation, parse_wanted
from markets.calendars import ALWAYS
from markets.candle_store import services as candle_store
from markets.candle_store.records import SeriesShown, series_shown
from markets.corporate_actions.records import Adjust
from markets.datasets import services as datasets
from markets.datasets.records import Candles
from markets.depth_recordings import open_depth_source
from markets.feed import (
    MAX_SPEED,
    MIN_SPEED,
    CandleAwaited,
    CandleClosed,
    FlowGate,
    MarketClosed,
    MarketHalted,
    MarketStale,
    Subscriber,
)
from markets.floors import Floor, chosen_floor, working_on
from markets.instrument_models import AddedInstrument
from markets.instruments import DEFAULT_INSTRUMENTS, Instrument, make_instrument
from markets.intervals import interval_s_of
from markets.live import LIVE, LiveMarkets, default_exchange, live_fault
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, CandleCursor, Window, page_of, window_of
from markets.recordings import open_recording
from markets.sources.base import Past, Source
from markets.sources.depth import DepthSource
from markets.sources.live.library import exchange_fault
from markets.sources.live.states import PREFIX, CandleShelf, SessionState
from markets.sources.quotes import QuoteSource
from markets.sources.replay import ReplaySource
from markets.sources.simulated import HISTORY_MINUTES, SimulatedSource
from markets.universe import Universe
from markets.updates import INTERVALS, Candle, MarketUpdate
from operations.health import OK, Health
from operations.services_registry import ServiceState
from operations.watch import WATCH
from streams.hub import HUB

if TYPE_CHECKING:
    from markets.sharing.keeper import SharedPrices

__all__ = ["INTERVALS", "MAX_SPEED", "MIN_SPEED", "Candles", "Floor", "chosen_floor", "working_on"]

LAG_WARNING_S = 5.0
"""A feed this far behind its source is working, but not well."""

SPEED = tunables.number(
    "feed.speed",
    1,
    minimum=MIN_SPEED,
    maximum=MAX_SPEED,
    or_zero=True,
    unit="times real time",
    why="How fast the feed goes unless PUT feed/ gave its source a speed of its own. 0: as fast as it can.",
)

SHARED = "shared"
"""As MARKET_SOURCE: the simulated prices that all gateways on one Redis show alike."""

SIMULATED = SimulatedSource.name
REPLAY = ReplaySource.name

Found = TypeVar("Found")
Thing = TypeVar("Thing")
_log = logging.getLogger(__name__)

UNIVERSE = Universe(DEFAULT_INSTRUMENTS)
MAIN = Floor(HUB, UNIVERSE.get, SYSTEM_CLOCK)
BOARD, FEED = MAIN.board, MAIN.feed


_calendars_asked_for: set[str] = set()
"""Calendars of exchanges that are being loaded."""


def floor() -> Floor:
    """The floor that the work at hand is about: a rehearsal's, or the main one."""
    return chosen_floor() or MAIN


def open_floor(place: str) -> Floor:
    """A floor of its own beside the main one, told of in the streams of a place, which set its pace."""
    made = Floor(HUB.at(place), UNIVERSE.get, SYSTEM_CLOCK)
    made.feed.flow_gate(HUB.drained)
    _other_floors.add(made)
    return made


async def close_floor(other: Floor) -> None:
    """End a floor that was opened."""
    _other_floors.discard(other)
    await other.feed.stop()


_other_floors: set[Floor] = set()


async def adopt_instruments(instruments: Sequence[Instrument]) -> None:
    """Add those that are not there yet, for good."""
    new = [instrument for instrument in instruments if not UNIVERSE.has(instrument.symbol)]
    if new:
        await _in_thread(lambda: [add_instrument(instrument) for instrument in new])


LIVE_MARKETS = LiveMarkets(
    FEED,
    clock=SYSTEM_CLOCK,
    find_instrument=lambda symbol: UNIVERSE.get(symbol) if UNIVERSE.has(symbol) else None,
    adopt=adopt_instruments,
    make_stand_in=lambda: SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=SYSTEM_CLOCK.now_ns()),
    on_change=lambda: tell_feed_changes(),  # noqa: PLW0108 (it is defined below)
    shelf=CandleShelf(candle_store.newest_ns, candle_store.append_minutes),
)


class FeedEvents:
    """Tells who follows the channel `system` when what matters of the feed has changed."""

    def __init__(self) -> None:
        self._told: tuple[object, ...] = ()

    def look(self) -> None:
        """Tell, if there is something new."""
        shown, live = MAIN.shown(), LIVE_MARKETS.state()
        breaker = live.breaker if live is not None else None
        feed = (shown.status, shown.source, shown.exchange, shown.dataset, shown.speed, shown.paused, shown.waiting_for)
        seen = (*feed, shown.stale_symbols, breaker)
        if seen != self._told:
            self._told = seen
            WATCH.look_soon()
            MAIN.tell_state()
            if HUB.has_subscribers("system"):
                HUB.publish("system", FeedEvent(shown))


FEED_EVENTS = FeedEvents()


def tell_feed_changes() -> None:
    """Tell who listens what has changed of the feed since the last call, if anything."""
    FEED_EVENTS.look()


# Instruments ---------------------------------------------------------------------------------------------------------


def get_instrument(symbol: str) -> Instrument:
    """The instrument of exactly that symbol; raises NotFound UNKNOWN_SYMBOL."""
    return UNIVERSE.get(symbol)


def find_instrument(symbol: str) -> Instrument | None:
    """The instrument of that symbol or None, looked up in the database when memory does not have it: in a thread."""
    if UNIVERSE.has(symbol):
        return UNIVERSE.get(symbol)
    row = AddedInstrument.objects.filter(symbol=symbol).first()
    return None if row is None else UNIVERSE.add(_instrument_of(row))


def list_instruments() -> list[Instrument]:
    """All instruments, the default universe first."""
    return UNIVERSE.list()


def add_instrument(instrument: Instrument) -> Instrument:
    """Add an instrument for good and return the one that holds: the first that was added under its symbol.

    Uses the database: call it in a thread, never on the event loop.
    """
    if UNIVERSE.has(instrument.symbol):
        return UNIVERSE.get(instrument.symbol)
    row, _ = AddedInstrument.objects.get_or_create(
        symbol=instrument.symbol,
        defaults={
            "tick": str(instrument.tick),
            "lot": str(instrument.lot),
            "min_notional": trimmed_text_from_units(instrument.min_notional_units, MONEY_DECIMALS),
            "calendar": instrument.calendar,
            "maker_ppm": instrument.maker_ppm,
            "taker_ppm": instrument.taker_ppm,
            "min_lots": instrument.min_lots,
            "max_lots": instrument.max_lots,
        },
    )
    return UNIVERSE.add(_instrument_of(row))


def load_instruments() -> None:
    """Read the added instruments from the database; for the start, and for commands that need them."""
    for row in AddedInstrument.objects.all():
        UNIVERSE.add(_instrument_of(row))


def _instrument_of(row: AddedInstrument) -> Instrument:
    return make_instrument(
        row.symbol,
        tick=row.tick,
        lot=row.lot,
        min_notional=row.min_notional,
        calendar=row.calendar,
        maker_ppm=row.maker_ppm,
        taker_ppm=row.taker_ppm,
        min_lots=row.min_lots,
        max_lots=row.max_lots,
    )


# What trading needs --------------------------------------------------------------------------------------------------


def subscribe(callback: Subscriber) -> None:
    """Have `callback` called for every market update, on the loop, before streams see it. It must not wait."""
    FEED.subscribe(callback)


def on_market_closed(callback: MarketClosed) -> None:
    """Have `callback` called with a symbol whose market has ended: the feed was switched, or its source failed."""
    FEED.on_market_closed(callback)


def on_market_halted(callback: MarketHalted) -> None:
    """Have `callback` called with a symbol whose trading is halted; its next update ends that."""
    FEED.on_market_halted(callback)


def on_market_stale(callback: MarketStale) -> None:
    """Have `callback` called with a symbol whose price has grown stale, and since when; its next update is fresh again."""
    FEED.on_market_stale(callback)


def on_candle_closed(callback: CandleClosed) -> None:
    """Have `callback` called with a symbol, an interval and each candle of them that closes, after streams were told."""
    FEED.on_candle_closed(callback)


def flow_gate(callback: FlowGate) -> None:
    """Have the feed call `callback` after every slice of work and await what it returns before it goes on."""
    FEED.flow_gate(callback)


def market_time_ns() -> int:
    """The feed's clock in UTC nanoseconds: the time of its newest step, wall time while there is no source."""
    return floor().feed.market_time_ns


def last_update(symbol: str) -> MarketUpdate | None:
    """The newest update of a symbol, also when its market has closed since (see `is_closed`)."""
    market = floor().board.get(symbol)
    return market.last_update if market else None


def act_on_candles(is_awaited: CandleAwaited) -> None:
    """Have the feed stand still after a step that closed a candle which `is_awaited` says yes to, until gates open."""
    FEED.act_on_candles(is_awaited)


def playing() -> str:
    """What the feed at hand plays, by source and data set: candles of the same time are the same under the same name."""
    source = floor().feed.source
    if source is None:
        return ""
    return source.name if source.dataset is None else f"{source.name}:{source.dataset}"


def floats_of(symbol: str, candles: Sequence[Candle]) -> Candles:
    """Candles in ticks and lots as research reads them: the floats nearest to their decimals."""
    return candle_store.candles_of_ticks(UNIVERSE.get(symbol), candles)


async def closed_candles(symbol: str, interval: str, *, limit: int, before_ns: int | None = None) -> Candles | None:
    """The newest closed candles of the market at hand and, before what it remembers, of its source's store.

    Oldest first, up to `limit`, of those that open before `before_ns`. None while the symbol has no market, or one whose
    source's bars do not make the interval. Raises NotFound UNKNOWN_SYMBOL.
    """
    instrument = UNIVERSE.get(symbol)
    market = floor().board.get(symbol)
    if market is None or _has_no_market(market) or not market.candles.has_interval(interval):
        return None
    series = market.candles
    forming = series.forming(interval)
    end_ns = min(MAX_TIME_NS if before_ns is None else before_ns, MAX_TIME_NS if forming is None else forming.time_ns)
    window = Window(MIN_TIME_NS, end_ns - 1, limit, False)
    numbers = series.numbers(interval, window)
    kept = series.closed_candles(interval, numbers.start, numbers.stop)
    first_ns = kept[0].time_ns if kept else end_ns
    source = market.source if is_live(market.source) and len(kept) < limit else None

    def read() -> Candles:
        memory = history.Memory(candle_store.candles_of_ticks(instrument, kept), first_ns, first_ns, {})
        if source is None:
            return memory.candles
        asked = history.Asked(instrument, interval, window)
        return history.joined(window, memory, lambda part: history.stored(asked, part, source))

    return await _in_thread(read)


def is_stale(symbol: str) -> bool:
    """Whether nothing feeds the symbol now, so that its last price, if any, is only a memory."""
    market = floor().board.get(symbol)
    return market is None or market.is_stale or market.last_update is None


def is_closed(symbol: str) -> bool:
    """Whether nobody may trade the symbol now: it has no market, no price yet, its source failed or was replaced, or it is a
    live market outside of the hours of its calendar.
    """
    market = floor().board.get(symbol)
    return _has_no_market(market) or (market is not None and _is_out_of_hours(market))


def _has_no_market(market: Market | None) -> bool:
    return market is None or market.is_closed or market.last_update is None


def _is_out_of_hours(market: Market) -> bool:
    """Whether a live market is closed by its calendar. Simulated and replayed ones trade whenever they have a price."""
    calendar = market.instrument.calendar
    if calendar == ALWAYS or not is_live(market.source):
        return False
    if not calendars.is_loaded(calendar):
        # Loading it here would hold up the loop for a second. Until it is known when the market trades, it does not.
        if calendar not in _calendars_asked_for:
            _calendars_asked_for.add(calendar)
            asyncio.get_running_loop().run_in_executor(None, calendars.load, calendar)
        return True
    return not calendars.is_open(calendar, SYSTEM_CLOCK.now_ns())


async def load_calendar(calendar: str) -> None:
    """Have a calendar answer at once from now on, without holding up the loop while it is read."""
    if not calendars.is_loaded(calendar):
        await asyncio.to_thread(calendars.load, calendar)


def is_live(source: str) -> bool:
    """Whether a source's name is that of a live one, `live` or `live:binance`, whose candles are kept in the store."""
    return source.partition(":")[0] == "live"


# What clients read ---------------------------------------------------------------------------------------------------


def list_symbols(*, limit: int, cursor: str | None) -> Page:
    """A page of all instruments."""
    return _page(UNIVERSE.list(), symbol_shown, limit=limit, cursor=cursor)


def get_symbol(symbol: str) -> SymbolShown:
    """One instrument; raises NotFound UNKNOWN_SYMBOL."""
    return symbol_shown(UNIVERSE.get(symbol))


def list_tickers(*, limit: int, cursor: str | None) -> Page:
    """A page of the tickers of all instruments."""
    return _page(
        UNIVERSE.list(), lambda one: ticker_of(one.symbol, floor().board.get(one.symbol)), limit=limit, cursor=cursor
    )


def get_ticker(symbol: str) -> Ticker:
    """One ticker; raises NotFound UNKNOWN_SYMBOL."""
    return ticker_of(UNIVERSE.get(symbol).symbol, floor().board.get(symbol))


def latest_ticker(symbol: str, encode: Callable[[Ticker], bytes]) -> msgspec.Raw:
    """One ticker as JSON, encoded once for each step of the market; raises NotFound UNKNOWN_SYMBOL."""
    market = floor().board.get(UNIVERSE.get(symbol).symbol)
    if market is None or market.is_stale:  # its age is another one at each look
        return msgspec.Raw(encode(ticker_of(symbol, market)))
    return market.latest_answers.get("ticker", lambda: encode(ticker_of(symbol, market)))


def get_market(symbol: str) -> MarketShown:
    """One market as a whole; raises NotFound UNKNOWN_SYMBOL."""
    return market_shown(UNIVERSE.get(symbol), floor().board.get(symbol))


def get_order_book(symbol: str, *, depth: int | None) -> OrderBook:
    """The book, or its `depth` best levels; raises NotFound UNKNOWN_SYMBOL."""
    market = floor().board.get(UNIVERSE.get(symbol).symbol)
    return book_of(symbol, market, market.last_update if market else None, depth)


def latest_order_book(symbol: str, encode: Callable[[OrderBook], bytes], *, depth: int | None) -> msgspec.Raw:
    """`get_order_book` as JSON, encoded once for each step of the market."""
    market = floor().board.get(UNIVERSE.get(symbol).symbol)
    if market is None or market.is_stale:
        return msgspec.Raw(encode(book_of(symbol, market, market.last_update if market else None, depth)))
    return market.latest_answers.get(
        ("book", depth), lambda: encode(book_of(symbol, market, market.last_update, depth))
    )


def calculate(symbol: str, side: str, *, quantity: str | None, notional: str | None, price: str | None) -> Calculation:
    """What the book gives a taker; raises NotFound UNKNOWN_SYMBOL, or Invalid naming what to ask for."""
    instrument = UNIVERSE.get(symbol)
    wanted = parse_wanted(instrument, quantity=quantity, notional=notional, price=price)
    return calculation(instrument, floor().board.get(symbol), side, wanted)


def list_trades(symbol: str, *, limit: int, cursor: str | None) -> TradePage:
    """Prints that are still kept, newest first; raises NotFound UNKNOWN_SYMBOL, Invalid INVALID_CURSOR."""
    market = floor().board.get(UNIVERSE.get(symbol).symbol)
    if market is None:
        return TradePage([], None, None, True)
    # A print is numbered by its place since the market was made; the cursor is the number to go on below.
    below = market.trade_count if cursor is None else min(decode_cursor(cursor, int), market.trade_count)
    first_kept = market.trade_count - len(market.trades)
    lowest = max(first_kept, below - limit)
    trades = [market.trades[number - first_kept] for number in range(below - 1, lowest - 1, -1)]
    next_cursor = encode_cursor(lowest) if trades and lowest > first_kept else None
    items = [print_of(market.instrument, trade) for trade in trades]
    return TradePage(items, next_cursor, market.source, is_stale(symbol), market.age_ms)


async def list_candles(
    symbol: str,
    *,
    interval: str,
    from_ns: int | None,
    to_ns: int | None,
    limit: int,
    cursor: str | None,
    dataset: str | None = None,
    source: str | None = None,
    adjust: Adjust = "none",
) -> CandlePage | EncodedCandlePage:
    """Candles of the market that is open, before what it remembers those that are stored of its source; of a symbol without
    a market, the newest there are of it.

    `dataset` or `source` asks for a data set's or a stored source's, `adjust` for prices that are comparable over splits and
    dividends. Raises NotFound UNKNOWN_SYMBOL or for what was asked for, Invalid.
    """
    instrument = UNIVERSE.get(symbol)
    place = None if cursor is None else decode_cursor(cursor, CandleCursor)
    window = window_of(from_ns=from_ns, to_ns=to_ns, limit=limit, cursor=place)
    if dataset is not None and source is not None:
        raise invalid_field("source", "Give a source or a data set, not both.")
    if interval not in INTERVALS and dataset is None and source is None:
        interval_s_of(interval)  # what is no interval at all is refused as that
        raise invalid_field(
            "interval", f"A market has {', '.join(INTERVALS)}; others are made for a dataset or a source."
        )
    asked = history.Asked(instrument, interval, window, adjust)
    market = floor().board.get(symbol)
    has_chart = market is not None and not market.is_closed and market.candles.last_ns >= 0
    if dataset is not None or source is not None or not has_chart:
        recorded = await _in_thread(lambda: history.recorded_page(asked, dataset_id=dataset, source=source))
        if recorded is not None:
            return recorded
    if market is not None and (adjust != "none" or (is_live(market.source) and history.reaches_before(market, asked))):
        return await _joined_page(market, asked)
    return _live_page(instrument, market, interval, window)


async def _joined_page(market: Market, asked: history.Asked) -> EncodedCandlePage:
    """Candles of a market's memory, joined with the store's, or adjusted, or both."""
    symbol, calendar = asked.instrument.symbol, asked.instrument.calendar
    starts_ns = await _in_thread(lambda: history.ex_dates(symbol, asked.adjust, calendar, asked.interval))
    memory, is_old = history.memory_of(market, asked, starts_ns), is_stale(symbol)
    return await _in_thread(lambda: history.joined_page(asked, memory, source=market.source, is_stale=is_old))


def _live_page(
    instrument: Instrument, market: Market | None, interval: str, window: Window
) -> CandlePage | EncodedCandlePage:
    """Candles of a market, fed or not any more; none when its source cannot build the interval."""
    if market is None or not market.candles.has_interval(interval):
        return CandlePage(
            [], None, market.source if market else None, is_stale(instrument.symbol), market.age_ms if market else None
        )
    series = market.candles
    found, position = page_of(
        window, lambda part: series.numbers(interval, part), lambda number: series.time_ns_of(interval, number)
    )
    numbers = range(found[0], found[-1] + 1) if found else range(0)
    forming = series.forming(interval) if numbers.stop > series.closed_count(interval) else None
    rows = market.rows.array(interval, numbers, candle_row_encoder(instrument))
    cursor, stale = history.cursor_text(position), is_stale(instrument.symbol)
    # Closed candles never change, so their numbers stand for what they hold.
    version = (market.rows.name, interval, numbers, forming, cursor, stale, market.age_ms)
    return EncodedCandlePage(msgspec.Raw(rows), cursor, market.source, stale, version, market.age_ms)


def list_series(symbol: str) -> list[SeriesShown]:
    """The stored series of a symbol, data sets with them; reads files, so call it in a thread. Raises NotFound."""
    return [series_shown(facts) for facts in candle_store.list_series(UNIVERSE.get(symbol).symbol)]


def list_venues(*, limit: int, cursor: str | None) -> Page:
    """A page of the sources, as venues: the simulation, replays, and the exchange that is or would be followed."""
    return _page([*VENUES, _exchange_id()], get_venue, limit=limit, cursor=cursor)


def get_venue(venue_id: str) -> Venue:
    """One source as a venue; raises NotFound."""
    state = floor().feed.state()
    if venue_id in VENUES:
        return venue_shown(venue_id, VENUES[venue_id], state)
    if venue_id != _exchange_id():
        raise NotFound(f"There is no exchange {venue_id[:40]!r}; there are {', '.join(VENUES)} and {_exchange_id()}.")
    return live_venue_shown(venue_id, state, LIVE_MARKETS.state(), floor().feed.stale_symbols())


def _exchange_id() -> str:
    """The venue that is followed, else the one that `live` would mean."""
    return LIVE_MARKETS.exchange_id or default_exchange(settings.MARKET_SOURCE)


def _page(things: Sequence[Thing], show: Callable[[Thing], object], *, limit: int, cursor: str | None) -> Page:
    """A page of what is shown of each thing; things are only ever added at the end, so a place among them holds."""
    start = 0 if cursor is None else max(0, decode_cursor(cursor, int))
    end = start + limit
    next_cursor = encode_cursor(end) if end < len(things) else None
    return Page([show(thing) for thing in things[start:end]], next_cursor)


# The feed ------------------------------------------------------------------------------------------------------------


def get_feed() -> FeedShown:
    """The feed's state."""
    return floor().shown()


def _main_feed() -> FeedShown:
    live = LIVE_MARKETS.state()
    return feed_shown(FEED.state(), LIVE_MARKETS.waiting_for, FEED.stale_symbols(), live.dropped if live else {})


MAIN.shown = _main_feed


async def set_feed(
    *,
    source: str | None,
    dataset: str | None,
    speed: float | None,
    is_paused: bool | None,
    exchange: str | None = None,
) -> FeedShown:
    """Choose source and pace. What is None stays as it is; another source begins at the default speed, unpaused.

    Naming the source and data set that are playing only changes the pace; when they have ended, they begin again.
    `live` follows `exchange`, by default that of MARKET_SOURCE; it goes at its own pace. Raises Invalid, NotFound for an
    unknown data set, Rejected UNKNOWN_EXCHANGE.
    """
    if speed is not None and 0 < speed < MIN_SPEED:
        raise invalid_field("speed", f"Must be 0 (as fast as it goes) or at least {MIN_SPEED:g}.")
    here = floor()
    require_own_prices()
    state = here.feed.state()
    note_change(subject=("feed", "feed"), before=get_feed())
    is_named = source is not None
    source = source or (REPLAY if dataset else LIVE if exchange else _shown_source(state.source))
    if source == LIVE:
        if here is not MAIN:
            raise invalid_field("source", "A rehearsal plays simulated or recorded prices.")
        return await _set_live(exchange, dataset=dataset, speed=speed, is_paused=is_paused)
    if exchange is not None:
        raise invalid_field("exchange", f"The {source} source has none.")
    if source == REPLAY and dataset is None:
        dataset = state.dataset
    _check_choice(source, dataset)
    if (source, dataset) == (state.source, state.dataset) and state.status in ("running", "paused"):
        if is_named and here is MAIN:  # what stood in for a live source is what is wanted now
            await LIVE_MARKETS.leave()
        here.speed_choice.is_own = here.speed_choice.is_own or speed is not None
        here.feed.set_pace(
            speed=state.speed if speed is None else speed,
            is_paused=state.is_paused if is_paused is None else is_paused,
        )
        return get_feed()
    chosen = await _open_source(source, dataset)
    if here is MAIN:
        await LIVE_MARKETS.leave()
    here.speed_choice.is_own = speed is not None
    await here.feed.switch(chosen, speed=SPEED.value if speed is None else speed, is_paused=bool(is_paused))
    return get_feed()


async def _set_live(
    exchange: str | None, *, dataset: str | None, speed: float | None, is_paused: bool | None
) -> FeedShown:
    """Follow a venue, unless it is being followed already."""
    if dataset is not None:
        raise invalid_field("dataset", "A live source takes no data set.")
    if speed not in (None, 1) or is_paused:
        field = "paused" if is_paused else "speed"
        raise invalid_field(field, "A live market goes at its own pace: at speed 1, and without a pause.")
    exchange_id = exchange or _exchange_id()
    fault = exchange_fault(exchange_id)
    if fault is not None:
        raise Rejected(fault, code="UNKNOWN_EXCHANGE", details={"exchange": [fault]})
    if exchange_id != LIVE_MARKETS.exchange_id:
        MAIN.speed_choice.is_own = True
        await LIVE_MARKETS.choose(exchange_id, settings.LIVE_EXCHANGE_URL)
    return get_feed()


def _shown_source(name: str | None) -> str | None:
    """What a source's name is called in requests: `live` for any venue."""
    return LIVE if name is not None and name.startswith(PREFIX) else name


class _Sharing:
    """Who keeps this gateway's feed at the shared prices; None where they are not shared."""

    prices: "SharedPrices | None" = None


def require_own_prices() -> None:
    """Raise Conflict FEED_SHARED when the prices of the floor at hand are those of other gateways, too."""
    if _Sharing.prices is not None and floor() is MAIN:
        raise Conflict(
            "The prices are shared with other gateways and are directed by nobody; open a rehearsal for prices of your own.",
            code="FEED_SHARED",
        )


async def _share_prices() -> None:
    from markets.sharing.channel import PriceChannel  # the client of Redis is loaded where it is needed
    from markets.sharing.keeper import SharedPrices

    def go_on(*, seed: str, last_ticks: Mapping[str, int], past: list[Past]) -> Source:
        return SimulatedSource(
            DEFAULT_INSTRUMENTS,
            start_ns=max(SYSTEM_CLOCK.now_ns(), FEED.market_time_ns + 1_000_000),
            seed=seed,
            last_ticks=last_ticks,
            past=past,
            history_minutes=0 if past else HISTORY_MINUTES,
        )

    channel = PriceChannel(settings.REDIS_URL, f"{settings.GATEWAY_NAME}:{new_id()}")
    MAIN.speed_choice.is_own = True
    _Sharing.prices = SharedPrices(
        FEED, BOARD, channel, make_source=go_on, clock=SYSTEM_CLOCK, on_change=tell_feed_changes
    )
    await _Sharing.prices.start()


async def step_feed(steps: int) -> FeedStepped:
    """Take so many steps of a paused feed; raises Conflict when it is not paused or has ended."""
    require_own_prices()
    done = await floor().feed.step(steps)
    return FeedStepped(done, get_feed())


def _check_choice(source: str | None, dataset: str | None) -> None:
    """Raise Invalid unless source and data set go together."""
    if source is None:
        raise invalid_field("source", f"Must be one of {', '.join((*VENUES, LIVE))}: nothing is playing yet.")
    if source == REPLAY and dataset is None:
        raise invalid_field("dataset", "A replay needs a data set; import one with POST datasets/.")
    if source == SIMULATED and dataset is not None:
        raise invalid_field("dataset", "The simulated source takes no data set.")


async def open_source(source: str, dataset: str | None, *, seed: int) -> Source:
    """A source that begins at its start, with the seed where it takes one; raises Invalid, or NotFound for a data set."""
    _check_choice(source, dataset)
    if source == SIMULATED:
        return SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=SYSTEM_CLOCK.now_ns(), seed=seed)
    return await _open_source(source, dataset)


async def _open_source(source: str | None, dataset: str | None) -> Source:
    """The source of that name; raises NotFound for an unknown data set."""
    if source == REPLAY:
        assert dataset is not None, "the choice was checked"
        return await open_replay(dataset)
    return SimulatedSource(DEFAULT_INSTRUMENTS, start_ns=SYSTEM_CLOCK.now_ns())


Replay = ReplaySource | QuoteSource | DepthSource


async def open_replay(dataset_id: str, start_ns: int | None = None) -> Replay:
    """A replay of a data set from its first row, or from a time within it.

    Raises NotFound for an unknown data set, Invalid for a time outside of it, SourceFailed for data that cannot be used.
    """
    return await _in_thread(lambda: _open_replay(dataset_id, start_ns))


def _open_replay(dataset_id: str, start_ns: int | None) -> Replay:
    dataset = datasets.get_dataset(dataset_id)
    if start_ns is not None and not dataset.from_ns <= start_ns <= dataset.to_ns:
        reach = f"{iso_from_ns(dataset.from_ns)} to {iso_from_ns(dataset.to_ns)}"
        raise invalid_field("time", f"The data set holds {reach}.")
    if not UNIVERSE.has(dataset.symbol):
        load_instruments()  # imported by another process, such as `manage.py import_dataset`
    instrument = UNIVERSE.get(dataset.symbol)
    if dataset.kind == "depth":
        return open_depth_source(dataset, instrument, start_ns)
    recording = open_recording(dataset, instrument, start_ns)
    return QuoteSource(recording) if dataset.kind == "quotes" else ReplaySource(recording)


def use_of_dataset(dataset_id: str) -> str | None:
    """What the feed does with a data set, so that it is not deleted under it; None when nothing."""
    for other in (MAIN, *_other_floors):
        state = other.feed.state()
        if state.dataset == dataset_id and state.status in ("running", "paused"):
            return "the feed replays it" if other is MAIN else "a rehearsal replays it"
    return None


# Lifecycle and health ------------------------------------------------------------------------------------------------


async def load() -> None:
    """First step of a start: the instruments, which the exchange needs to read its journal."""
    await _in_thread(load_instruments)


async def start() -> None:
    """Last step of a start: the source of MARKET_SOURCE. A `replay` waits, idle, for PUT feed/ to name a data set.

    Raises ImproperlyConfigured for a source there is not.
    """
    fault = market_source_fault(settings.MARKET_SOURCE)
    if fault:
        raise ImproperlyConfigured(fault)
    if settings.MARKET_SOURCE == REPLAY:
        _log.info("The feed is idle until a data set is chosen.")
        return
    if settings.MARKET_SOURCE.startswith(PREFIX):
        await _set_live(None, dataset=None, speed=None, is_paused=None)
        return
    if settings.MARKET_SOURCE == SHARED:
        await _share_prices()
        return
    MAIN.speed_choice.is_own = False
    await FEED.switch(await _open_source(settings.MARKET_SOURCE, None), speed=SPEED.value, is_paused=False)


async def stop() -> None:
    """End the feed; its markets are forgotten with the process."""
    prices, _Sharing.prices = _Sharing.prices, None
    if prices is not None:
        await prices.stop()
    await LIVE_MARKETS.stop()
    await FEED.stop()


async def restart() -> None:
    """Begin the present source again from its start, at its pace; raises Conflict when there is none."""
    require_own_prices()
    if LIVE_MARKETS.exchange_id is not None:
        await LIVE_MARKETS.again()
        return
    state = FEED.state()
    if state.source is None:
        raise Conflict("The feed has no source to restart; choose one with PUT feed/.", code="FEED_NOT_RUNNING")
    await FEED.switch(await _open_source(state.source, state.dataset), speed=state.speed, is_paused=state.is_paused)


def market_source_fault(market_source: str) -> str | None:
    """What is wrong with a value of MARKET_SOURCE; None when it can be used."""
    if market_source == SHARED and not settings.REDIS_URL:
        return "MARKET_SOURCE=shared needs a REDIS_URL, by which the gateways share the prices."
    if market_source in (*VENUES, SHARED):
        return None
    if market_source.startswith(PREFIX):
        return live_fault(market_source, settings.LIVE_EXCHANGE_URL)
    return f"MARKET_SOURCE must be simulated, shared, replay or live:EXCHANGE, not {market_source!r}."


async def check_feed() -> Health:
    """Whether prices come as they should."""
    state = FEED.state()
    if state.status == "failed":
        return Health("failed", state.error or "")
    live, stale = LIVE_MARKETS.state(), FEED.stale_symbols()
    if LIVE_MARKETS.waiting_for is not None:
        return Health("degraded", f"{LIVE_MARKETS.waiting_for} has given no price yet. {live.error if live else ''}")
    if live is not None and stale:
        return Health("degraded", f"{live.source} says nothing of {len(stale)} markets. {live.error or ''}")
    if _Sharing.prices is not None and _Sharing.prices.role == "alone":
        return Health("degraded", "Redis is away: this gateway shows prices of its own.")
    if state.lag_s > LAG_WARNING_S:
        return Health("degraded", f"The feed is {state.lag_s:.1f} s behind its source.")
    return OK


def feed_service_state() -> ServiceState:
    """The feed as one of the services an operator sees."""
    state = FEED.state()
    running = {"running": "running", "failed": "failed", "paused": "idle", "finished": "idle", "idle": "idle"}
    detail = f"{state.source or 'no source'}, {state.status}, beat {state.beat} of {state.total_beats or 'no end'}"
    return ServiceState(
        running[state.status],  # type: ignore[arg-type]
        last_error=state.error,
        latency_ms=round(state.lag_s * 1_000, 3),
        load=round(state.load, 4),
        detail=f"{detail}; {state.updates_per_s:.0f} updates a second",
    )


def live_reading(name: str) -> float:
    """One of the live source's figures, for `/metrics`; 0 while there is none."""
    live = LIVE_MARKETS.state()
    if live is None:
        return 0.0
    return float({"retries": live.retries, "reconnects": live.reconnects, "ready": live.is_ready}[name])


def dropped_ticks() -> list[tuple[tuple[str, ...], float]]:
    """Ticks of the live source that could not be true, by reason."""
    live = LIVE_MARKETS.state()
    return [((reason,), float(count)) for reason, count in live.dropped.items()] if live is not None else []


def sources_state() -> ServiceState:
    """The price sources: the one that plays decides, the others wait to be chosen."""
    state = FEED.state()
    live = LIVE_MARKETS.state()
    states = dict.fromkeys(VENUES, "idle") | ({state.source: state.status} if state.source else {})
    is_well = state.status in ("running", "paused")
    is_worse = live is not None and (not live.is_ready or bool(FEED.stale_symbols()))
    return ServiceState(
        "failed" if state.status == "failed" else "degraded" if is_worse else "running" if is_well else "idle",
        last_error=state.error or (live.error if live is not None and is_worse else None),
        latency_ms=live.latency_ms if live is not None else None,
        load=POOL.load if live is not None else None,
        detail="; ".join([*(f"{name}: {status}" for name, status in states.items()), *_live_details(live)]),
    )


def _live_details(live: SessionState | None) -> list[str]:
    """What an operator should know of the venue that is followed."""
    if live is None:
        return []
    stale = FEED.stale_symbols() if live.is_ready else ()
    drops = ", ".join(f"{count} {reason}" for reason, count in sorted(live.dropped.items()))
    return [
        f"breaker of {live.source} {live.breaker}",
        "streams" if live.is_streaming else "no streams",
        *([f"stale: {', '.join(stale)}"] if stale else []),
        *([f"dropped ticks: {drops}, the last {live.last_drop}"] if drops else []),
        *([f"not there: {', '.join(live.missing)}"] if live.missing else []),
        *(f"{symbol}: {' '.join(notes)}" for symbol, notes in live.notes.items()),
    ]


async def _in_thread(work: Callable[[], Found]) -> Found:
    """Run something that uses the database or reads files in a thread, whose connection must not go stale."""
    found: Found = await database_sync_to_async(work, thread_sensitive=False)()
    return found
