"""The market channels of the stream: what is published on each, and the snapshot a new listener begins with.

A snapshot is always the state as published so far: the publisher notes what it has told before it tells it, because a
listener may be given a snapshot in the very middle of that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from kit.errors import NotFound
from markets.answers import (
    CandleUpdate,
    OrderBook,
    Ticker,
    TradePrint,
    book_change,
    book_of,
    candle_update,
    print_of,
    ticker_of,
)
from markets.board import Board, Market
from markets.candles import ClosedCandle
from markets.instruments import Instrument
from markets.paging import MAX_TIME_NS, Window
from markets.updates import INTERVALS, MarketUpdate
from streams.channels import ChannelKind, Delivery, Snapshot, register

SNAPSHOT_TRADES = 50
"""Prints a new listener of the tape begins with."""

NEWEST = Window(0, MAX_TIME_NS, limit=1, is_oldest_first=False)


class StreamHub(Protocol):
    """What the publisher needs of `streams.hub.HUB`."""

    def publish(self, channel: str, data: Any, *, final: bool = False) -> None:
        """Give `data` to all who listen."""
        ...

    def has_subscribers(self, channel: str) -> bool:
        """Whether anyone does."""
        ...


@dataclass(slots=True)
class _Told:
    """What streams have been told of one market."""

    market: Market
    book: MarketUpdate | None = None
    trade_count: int = 0


@dataclass(frozen=True, slots=True)
class _Names:
    """The channel names of one symbol, made once."""

    ticker: str
    book: str
    trades: str
    candles: dict[str, str]


class StreamPublisher:
    """Tells the hub what changed. Nothing is built for a channel nobody listens to."""

    def __init__(self, hub: StreamHub) -> None:
        self._hub = hub
        self._told: dict[str, _Told] = {}
        self._names: dict[str, _Names] = {}

    def publish(self, market: Market, closed: list[ClosedCandle]) -> None:
        """Tell what changed in `market` since the last call; `closed` are the candles that closed since, in order."""
        symbol = market.instrument.symbol
        names = self._names.get(symbol) or self._make_names(symbol)
        told = self._told.setdefault(symbol, _Told(market))
        if told.market is not market:
            told.market, told.trade_count = market, 0
        self._publish_trades(names.trades, told)
        self._publish_book(names.book, told)
        self._publish_candles(names.candles, market, closed)
        if self._hub.has_subscribers(names.ticker):
            self._hub.publish(names.ticker, ticker_of(symbol, market))

    def publish_age(self, market: Market) -> None:
        """Tell how old the price of a stale market is by now."""
        names = self._names.get(market.instrument.symbol)
        if names is not None and self._hub.has_subscribers(names.ticker):
            self._hub.publish(names.ticker, ticker_of(market.instrument.symbol, market))

    def book_of(self, symbol: str) -> OrderBook:
        """The book as told."""
        told = self._told.get(symbol)
        return book_of(symbol, told.market if told else None, told.book if told else None)

    def trades_of(self, symbol: str) -> list[TradePrint]:
        """The newest prints as told, newest first."""
        told = self._told.get(symbol)
        if told is None:
            return []
        untold = told.market.trade_count - told.trade_count
        newest = islice(reversed(told.market.trades), untold, untold + SNAPSHOT_TRADES)
        return [print_of(told.market.instrument, trade) for trade in newest]

    def _publish_trades(self, channel: str, told: _Told) -> None:
        market = told.market
        new_count = min(market.trade_count - told.trade_count, len(market.trades))
        told.trade_count = market.trade_count
        if not new_count or not self._hub.has_subscribers(channel):
            return
        told.trade_count -= new_count
        for trade in list(islice(reversed(market.trades), new_count))[::-1]:
            told.trade_count += 1
            self._hub.publish(channel, print_of(market.instrument, trade))

    def _publish_book(self, channel: str, told: _Told) -> None:
        before, after = told.book, told.market.last_update
        if after is None:
            return
        told.book = after
        if self._hub.has_subscribers(channel):
            self._hub.publish(channel, book_change(told.market, before, after))

    def _publish_candles(self, names: dict[str, str], market: Market, closed: list[ClosedCandle]) -> None:
        listened = {interval for interval, name in names.items() if self._hub.has_subscribers(name)}
        if not listened:
            return
        for one in closed:
            if one.interval in listened:
                update = candle_update(market, one.interval, one.candle, is_closed=True)
                self._hub.publish(names[one.interval], update, final=True)
        for interval in listened.intersection(market.candles.intervals):
            forming = market.candles.forming(interval)
            if forming is not None:
                update = candle_update(market, interval, forming, is_closed=False)
                self._hub.publish(names[interval], update)

    def _make_names(self, symbol: str) -> _Names:
        candles = {interval: f"candles:{symbol}:{interval}" for interval in INTERVALS}
        names = _Names(f"ticker:{symbol}", f"orderbook:{symbol}", f"trades:{symbol}", candles)
        self._names[symbol] = names
        return names


class MarketSnapshots:
    """The snapshots of the market channels. Raises NotFound UNKNOWN_SYMBOL, or NOT_FOUND for an unknown interval."""

    def __init__(self, board: Board, publisher: StreamPublisher, instrument_of: "InstrumentOf") -> None:
        self._board = board
        self._publisher = publisher
        self._instrument_of = instrument_of

    def ticker(self, params: dict[str, str], account: str) -> Ticker:
        """The present ticker."""
        symbol = self._instrument_of(params["symbol"]).symbol
        return ticker_of(symbol, self._board.get(symbol))

    def book(self, params: dict[str, str], account: str) -> OrderBook:
        """The whole book."""
        return self._publisher.book_of(self._instrument_of(params["symbol"]).symbol)

    def trades(self, params: dict[str, str], account: str) -> list[TradePrint]:
        """The newest prints, newest first."""
        return self._publisher.trades_of(self._instrument_of(params["symbol"]).symbol)

    def candle(self, params: dict[str, str], account: str) -> CandleUpdate | None:
        """The newest candle of the interval, forming or closed; None when there is none."""
        interval = params["interval"]
        if interval not in INTERVALS:
            raise NotFound(f"There is no interval {interval!r}; there are {', '.join(INTERVALS)}.")
        market = self._board.get(self._instrument_of(params["symbol"]).symbol)
        if market is None or not market.candles.has_interval(interval):
            return None
        newest = market.candles.read(interval, NEWEST)
        if not newest:
            return None
        is_closed = market.candles.forming(interval) is None
        return candle_update(market, interval, newest[0], is_closed=is_closed)


class InstrumentOf(Protocol):
    """Finds an instrument; raises NotFound UNKNOWN_SYMBOL."""

    def __call__(self, symbol: str) -> Instrument:
        """The instrument of that symbol."""
        ...


def register_channels(snapshots: Callable[[], MarketSnapshots]) -> None:
    """Have the streams know the market channels; `snapshots` gives those of the floor that a listener is on."""
    kinds: tuple[tuple[str, str, Delivery, Callable[..., Any]], ...] = (
        ("ticker", "ticker:{symbol}", "latest", MarketSnapshots.ticker),
        ("trades", "trades:{symbol}", "resync", MarketSnapshots.trades),
        ("orderbook", "orderbook:{symbol}", "resync", MarketSnapshots.book),
        ("candles", "candles:{symbol}:{interval}", "latest", MarketSnapshots.candle),
    )
    for name, pattern, delivery, read in kinds:
        register(ChannelKind(name, pattern, delivery, _of_floor(snapshots, read), placed=True))


def _of_floor(snapshots: Callable[[], MarketSnapshots], read: Callable[..., Any]) -> Snapshot:
    return lambda params, account: read(snapshots(), params, account)
