"""Candles of the past as pages: those of a data set, those of the store, and a live market's memory with the store before
it; adjusted for splits and dividends by choice.

What reads files and the database runs in a thread. The memory of a market belongs to the event loop, so what a page needs of
it is copied there first, as a `Memory`.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from api.pagination import encode_cursor
from kit.clock import NS_PER_SECOND
from kit.errors import NotFound, invalid_field
from markets import calendars
from markets.answers import EncodedCandlePage
from markets.board import Market
from markets.candle_store import services as candle_store
from markets.candle_store.records import SeriesKey
from markets.corporate_actions import services as corporate_actions
from markets.corporate_actions.adjusting import Factor, adjusted, factors_of
from markets.corporate_actions.records import Adjust, CorporateAction
from markets.datasets import services as datasets
from markets.datasets.records import Candles, Dataset
from markets.instruments import Instrument
from markets.intervals import interval_ns_of, interval_s_of, interval_text
from markets.paging import MAX_TIME_NS, MIN_TIME_NS, CandleCursor, Window, page_of
from markets.recordings import cut, read_candles, rows_json

ADJUSTED_DECIMALS = 4
"""Digits that an adjusted price has beyond those of the data: a factor seldom leaves a whole tick."""
NO_CANDLES = Candles([], [], [], [], [], [])
MAX_SHORTER = 1_440
"""Shorter candles that one may be made of, the minutes of a day: a page of a thousand is then made of 70 MB."""


class Asked(msgspec.Struct, frozen=True):
    """What a request for candles asks for."""

    instrument: Instrument
    interval: str
    window: Window
    adjust: Adjust = "none"


class Memory(msgspec.Struct, frozen=True):
    """What a page needs of a market's memory: the candles of its window, when memory begins and ends, and the closes before
    the ex-dates that lie in it, by their time.
    """

    candles: Candles
    first_ns: int
    newest_ns: int
    closes: dict[int, float]


class Reader(msgspec.Struct, frozen=True):
    """Where a page's candles come from. `name` stands for their content, None where that may change."""

    source: str | None
    is_stale: bool
    read: Callable[[Window], Candles]
    newest_ns: int
    price_decimals: int | None
    volume_decimals: int | None
    closes: dict[int, float]
    name: str | None = None


# Pages ---------------------------------------------------------------------------------------------------------------


def recorded_page(asked: Asked, *, dataset_id: str | None, source: str | None) -> EncodedCandlePage | None:
    """Candles of the named data set or stored source; without a name, of what has the symbol's newest ones.

    None when there is nothing of the symbol. Raises NotFound for a name that nothing has, Invalid.
    """
    instrument, interval = asked.instrument, asked.interval
    if dataset_id is not None:
        return _page(asked, _reader_of_dataset(datasets.get_dataset(dataset_id), asked))
    key = candle_store.find_series(instrument.symbol, interval, source=source, calendar=instrument.calendar)
    if source is not None:
        if key is None:
            raise NotFound(f"There are no stored candles of {instrument.symbol} by {source[:64]!r} for {interval}.")
        return _page(asked, _reader_of_store(key, asked))
    dataset = datasets.newest_dataset(instrument.symbol, interval=interval)
    if key is None:
        return None if dataset is None else _page(asked, _reader_of_dataset(dataset, asked))
    stored = _reader_of_store(key, asked)
    if dataset is None or dataset.to_ns < stored.newest_ns:
        return _page(asked, stored)
    return _page(asked, _reader_of_dataset(dataset, asked))


def joined_page(asked: Asked, memory: Memory, *, source: str, is_stale: bool) -> EncodedCandlePage:
    """Candles of a market's memory and, before it, of the store's series of the same source."""
    newest_ns = memory.newest_ns
    if newest_ns == MIN_TIME_NS and len(
        newest := stored(asked, Window(MIN_TIME_NS, MAX_TIME_NS - 1, 1, False), source)
    ):
        newest_ns = newest.time_ns[-1]
    reader = Reader(
        source,
        is_stale,
        lambda part: joined(part, memory, lambda older: stored(asked, older, source)),
        newest_ns,
        price_decimals=0,
        volume_decimals=0,
        closes=memory.closes,
    )
    return _page(asked, reader)


def stored(asked: Asked, part: Window, source: str) -> Candles:
    """Candles of the store's series of a source; none where it has no such series."""
    instrument = asked.instrument
    found = candle_store.read_candles(
        instrument.symbol, asked.interval, part, source=source, calendar=instrument.calendar
    )
    return NO_CANDLES if found is None else found.candles


def joined(window: Window, memory: Memory, read_stored: Callable[[Window], Candles]) -> Candles:
    """The candles of a window out of memory and the store; of one time the store's, which may be begun before memory was."""
    kept = _within(memory.candles, window)
    missing = window.limit if window.is_oldest_first else window.limit - len(kept)
    if missing <= 0 or window.from_ns > memory.first_ns:
        return kept
    part = Window(window.from_ns, min(window.to_ns, memory.first_ns), missing + 1, window.is_oldest_first)
    older = read_stored(part)
    if len(older) and len(kept) and older.time_ns[-1] == kept.time_ns[0]:
        kept = cut(kept, 1, None)
    whole = Candles(*(before + after for before, after in zip(_columns(older), _columns(kept), strict=True)))
    return cut(whole, 0, window.limit) if window.is_oldest_first else cut(whole, -window.limit, None)


def ex_dates(symbol: str, adjust: Adjust, calendar: str, interval: str) -> list[int]:
    """From when on prices are without the symbol's splits and dividends; none without adjusting."""
    if adjust == "none":
        return []
    days = {action.ex_date for action in corporate_actions.actions_of(symbol)}
    return [_start_ns(calendar, interval, day) for day in sorted(days)]


# A market's memory, on the event loop --------------------------------------------------------------------------------


def memory_of(market: Market, asked: Asked, starts_ns: Sequence[int]) -> Memory:
    """What a page needs of a market's memory, and one candle more, which tells whether there is another page."""
    series, interval, window = market.candles, asked.interval, asked.window
    if not series.has_interval(interval):
        return Memory(NO_CANDLES, MAX_TIME_NS - 1, MIN_TIME_NS, {})
    oldest = series.read(interval, Window(MIN_TIME_NS, MAX_TIME_NS, 1, True))
    newest = series.read(interval, Window(MIN_TIME_NS, MAX_TIME_NS, 1, False))
    wanted = msgspec.structs.replace(window, limit=window.limit + 1)
    closes = {
        start_ns: float(market.instrument.price_text(found[-1].close_ticks))
        for start_ns in starts_ns
        if (found := series.read(interval, Window(MIN_TIME_NS, start_ns - 1, 1, False)))
    }
    return Memory(
        candle_store.candles_of_ticks(market.instrument, series.read(interval, wanted)),
        oldest[0].time_ns if oldest else MAX_TIME_NS - 1,
        newest[0].time_ns if newest else MIN_TIME_NS,
        closes,
    )


def reaches_before(market: Market, asked: Asked) -> bool:
    """Whether a page asks for candles from before a market's memory."""
    series, window = market.candles, asked.window
    if not series.has_interval(asked.interval):
        return True
    kept = series.numbers(asked.interval, Window(MIN_TIME_NS, MAX_TIME_NS, 1, True))
    if not kept:
        return True
    first_ns = series.time_ns_of(asked.interval, kept[0])
    if window.is_oldest_first:
        return window.from_ns < first_ns
    return window.from_ns < first_ns and len(series.numbers(asked.interval, window)) <= window.limit


# Inside --------------------------------------------------------------------------------------------------------------


def _check_interval(interval: str, base_s: int) -> None:
    """Raise Invalid for candles so long that a page of them would be made of more rows than memory should hold."""
    if interval_s_of(interval) > base_s * MAX_SHORTER:
        longest = interval_text(base_s * MAX_SHORTER)
        raise invalid_field("interval", f"Of candles of {interval_text(base_s)} come longer ones up to {longest}.")


def _reader_of_dataset(dataset: Dataset, asked: Asked) -> Reader:
    _check_interval(asked.interval, datasets.base_interval_s(dataset))
    return Reader(
        "dataset",
        True,
        lambda part: read_candles(dataset, asked.instrument, asked.interval, part),
        dataset.to_ns,
        dataset.price_decimals,
        dataset.volume_decimals,
        closes={},
        name=f"{dataset.content_hash} {asked.instrument.calendar}",
    )


def _reader_of_store(key: SeriesKey, asked: Asked) -> Reader:
    _check_interval(asked.interval, interval_s_of(key.interval))
    known = candle_store.outline(key)
    return Reader(
        key.source,
        True,
        lambda part: candle_store.read_series(key, asked.interval, part, calendar=asked.instrument.calendar).candles,
        known.to_ns,
        known.price_decimals,
        known.volume_decimals,
        closes={},
    )


def _page(asked: Asked, reader: Reader) -> EncodedCandlePage:
    factors = _factors(asked, reader)
    price_decimals, volume_decimals = reader.price_decimals, reader.volume_decimals
    if factors and price_decimals is not None:
        price_decimals = max(price_decimals, asked.instrument.tick.decimals) + ADJUSTED_DECIMALS
    if any(not factor.volume.is_integer() for factor in factors) and volume_decimals is not None:
        volume_decimals = max(volume_decimals, asked.instrument.lot.decimals) + ADJUSTED_DECIMALS
    read = reader.read(msgspec.structs.replace(asked.window, limit=asked.window.limit + 1))
    kept, position = page_of(asked.window, lambda _: read.time_ns, lambda time_ns: time_ns)
    first = 0 if asked.window.is_oldest_first else len(read) - len(kept)
    rows = rows_json(
        adjusted(cut(read, first, first + len(kept)), factors),
        asked.instrument,
        price_decimals=price_decimals,
        volume_decimals=volume_decimals,
    )
    cursor = cursor_text(position)
    # Anything stored may be corrected, so the page is known by what it holds.
    version = (hashlib.blake2b(rows).hexdigest(), cursor, reader.source, reader.is_stale)
    return EncodedCandlePage(msgspec.Raw(rows), cursor, reader.source, reader.is_stale, version)


def cursor_text(position: CandleCursor | None) -> str | None:
    """A place in a series as the cursor of the next page."""
    return None if position is None else encode_cursor(position)


def _factors(asked: Asked, reader: Reader) -> tuple[Factor, ...]:
    """The factors of a series; those of content that cannot change are found once."""
    if asked.adjust == "none":
        return ()
    actions = corporate_actions.actions_of(asked.instrument.symbol)
    if not actions:
        return ()
    place = (reader.name, asked.interval, asked.adjust, actions)
    known = _KNOWN_FACTORS.get(place) if reader.name else None
    if known is not None:
        return known
    found = factors_of(
        actions,
        asked.adjust,
        newest_ns=reader.newest_ns,
        start_ns_of=lambda day: _start_ns(asked.instrument.calendar, asked.interval, day),
        close_before=lambda time_ns: _close_before(reader, time_ns),
    )
    if reader.name:
        if len(_KNOWN_FACTORS) >= SERIES_IN_MEMORY:
            _KNOWN_FACTORS.clear()
        _KNOWN_FACTORS[place] = found
    return found


SERIES_IN_MEMORY = 64
_KNOWN_FACTORS: dict[tuple[str | None, str, Adjust, tuple[CorporateAction, ...]], tuple[Factor, ...]] = {}


def _close_before(reader: Reader, time_ns: int) -> float | None:
    known = reader.closes.get(time_ns)
    if known is not None:
        return known
    found = reader.read(Window(MIN_TIME_NS, time_ns - 1, 1, False))
    return found.close[-1] if len(found) else None


@lru_cache(maxsize=10_000)
def _start_ns(calendar: str, interval: str, day: date) -> int:
    of_daily_bars = interval_s_of(interval) >= interval_ns_of("1d") // NS_PER_SECOND
    return calendars.day_start_ns(calendar, day, of_daily_bars=of_daily_bars)


def _within(candles: Candles, window: Window) -> Candles:
    first = bisect_left(candles.time_ns, window.from_ns)
    end = bisect_right(candles.time_ns, window.to_ns)
    return candles if (first, end) == (0, len(candles)) else cut(candles, first, end)


def _columns(candles: Candles) -> tuple[list[Any], ...]:
    return tuple(msgspec.structs.astuple(candles))
