"""Asks one exchange of ccxt for what everybody may read: listings, tickers, books, trades and candles.

What ccxt raises comes out as one of three: `VenueAway` (the network, a timeout, a refusal for now), `VenueGarbage` (an
answer that is none) and `VenueRefused` (it understood and says no). Reads are tried again inside the breaker of the
exchange; its streams have a breaker of their own, for they go to other machines. No keys are ever held here: see
`readonly`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit, urlunsplit

from kit.breaker import Breaker, BreakerPolicy
from kit.clock import NS_PER_MS, SYSTEM_CLOCK, Clock
from kit.durations import RecentDurations
from kit.http_pool import HttpPool
from kit.retries import Reader, RetryPolicy
from markets.sources.live.library import ccxt_errors, exchange_class
from markets.sources.live.readonly import PrivateCall, check_no_credentials, read_only

REQUEST_TIMEOUT_S: Final = 4.0
"""Of one try; an answer that takes longer is of no use to a market."""

CONNECT_TIMEOUT_MS: Final = 4_000
"""Until a stream is open. ccxt counts it in whole seconds."""

RETRIES: Final = RetryPolicy(attempts=3, timeout_s=9.0, first_pause_s=0.2, longest_pause_s=2.0, jitter_s=0.1)
BREAKER: Final = BreakerPolicy(failures=3, window_calls=20, window_s=60.0, open_s=5.0)
STREAM_BREAKER: Final = BreakerPolicy(failures=3, window_calls=20, window_s=60.0, open_s=3.0)
MAX_BOOK_LEVELS: Final = 100
"""Levels of a side that a book is followed to; ladders shown and walked have twenty."""

MAX_CANDLES_PER_ASK: Final = 1_000
GATHER_S: Final = 0.01
"""What a stream says within so long is taken together."""

UNKNOWN_BOOK: Final = (None, None)
"""The mark of a book that waits for its first snapshot."""

OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "binance": {
        "fetchMarkets": {"types": ["spot"]},
        "watchTickers": {"name": "ticker"},
        "subscriptionLimitByStream": {"spot": 1_024},
    }
}
"""By exchange. Binance's tickers have bid and ask only when asked so, and it allows so many streams of a connection."""

MAX_REASON_CHARS: Final = 200


class VenueFault(Exception):
    """The exchange did not give what was asked for. `pause_s` is how long it asks to be left alone, if it does."""

    def __init__(self, reason: str, pause_s: float | None = None) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


class VenueAway(VenueFault):
    """It did not answer, or not now."""


class VenueGarbage(VenueFault):
    """It answered what cannot be read."""


class VenueRefused(VenueFault):
    """It understood and refused: no such symbol, no such interval, not from here."""


class PublicClient:
    """One exchange, made on the event loop. Times are milliseconds, prices and amounts floats, as venues have them."""

    def __init__(self, exchange_id: str, pool: HttpPool, *, base_url: str = "", clock: Clock = SYSTEM_CLOCK) -> None:
        """`exchange_id` is one without fault; `base_url` stands in for all the addresses of the exchange."""
        kind = read_only(exchange_class(exchange_id))
        self.id = exchange_id
        self.breaker = Breaker(exchange_id, BREAKER, clock)
        self.stream_breaker = Breaker(f"{exchange_id} streams", STREAM_BREAKER, clock)
        self.durations = RecentDurations()
        """What its last answers took."""
        self._clock = clock
        self._seen: dict[tuple[str, str], Any] = {}
        """How far each of ccxt's caches was read, by kind and symbol."""
        self._errors: Any = ccxt_errors()
        self._reader = Reader(self.breaker, faults=(VenueAway, VenueGarbage), policy=RETRIES, pause_asked=_pause_asked)
        self._exchange: Any = kind(
            {
                "session": pool.session(),
                "asyncio_loop": asyncio.get_running_loop(),
                "enableRateLimit": True,
                "timeout": int(REQUEST_TIMEOUT_S * 1_000),
                "newUpdates": True,
                "options": {
                    "defaultType": "spot",
                    "ws": {"connectionTimeout": CONNECT_TIMEOUT_MS},
                    **OPTIONS.get(exchange_id, {}),
                },
            }
        )
        self._exchange.has["fetchCurrencies"] = False  # asks for an account's, where it needs keys
        check_no_credentials(self._exchange)
        if base_url:
            self._exchange.urls["api"] = moved_to(base_url, self._exchange.urls["api"])

    def on_garbage(self, listener: Callable[[Any], None]) -> None:
        """Have `listener` called with each message of a stream that cannot be read."""
        self._exchange.on_garbage = listener

    @property
    def retries(self) -> int:
        """How many asks were repetitions."""
        return self._reader.retries

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self._exchange.name)

    def has(self, ability: str) -> bool:
        """Whether ccxt knows how to do something with it, by its own name, such as `watchTrades`."""
        return bool(self._exchange.has.get(ability))

    def timeframes(self) -> dict[str, Any]:
        """The candle intervals it has."""
        return dict(self._exchange.timeframes or {})

    @property
    def precision_mode(self) -> int:
        """How its listings say precision: 2 decimal places, 3 significant digits, 4 the step itself."""
        return int(self._exchange.precisionMode)

    # ---- reads

    async def load_listings(self) -> dict[str, dict[str, Any]]:
        """Its markets by ccxt's symbol (`BTC/USDT`)."""
        found: dict[str, dict[str, Any]] = await self._read(self._exchange.load_markets, True)
        if not isinstance(found, dict) or not found:
            raise VenueGarbage(f"{self.id} lists no markets.")
        return found

    async def fetch_tickers(self, symbols: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The tickers of some markets."""
        if self.has("fetchTickers"):
            found: dict[str, dict[str, Any]] = await self._read(self._exchange.fetch_tickers, list(symbols))
            return found
        return {symbol: await self._read(self._exchange.fetch_ticker, symbol) for symbol in symbols}

    async def fetch_book(self, symbol: str, limit: int = MAX_BOOK_LEVELS) -> dict[str, Any]:
        """The order book of a market."""
        found: dict[str, Any] = await self._read(self._exchange.fetch_order_book, symbol, limit)
        return found

    async def fetch_trades(self, symbol: str, since_ms: int | None = None) -> list[dict[str, Any]]:
        """The last prints of a market, oldest first."""
        found: list[dict[str, Any]] = await self._read(self._exchange.fetch_trades, symbol, since_ms, 100)
        return found

    async def fetch_candles(
        self, symbol: str, interval: str, since_ms: int, limit: int = MAX_CANDLES_PER_ASK
    ) -> list[list[float]]:
        """Candles from a time on, oldest first: [open time, open, high, low, close, volume]."""
        found: list[list[float]] = await self._read(self._exchange.fetch_ohlcv, symbol, interval, since_ms, limit)
        return found

    # ---- streams

    async def watch_tickers(self, symbols: Sequence[str]) -> list[Mapping[str, Any]]:
        """The tickers that changed since the last call, once any did."""
        await self._watch(self._exchange.watch_tickers, symbols)
        return self._changed("tickers", symbols, lambda ticker: ticker)

    async def watch_books(self, symbols: Sequence[str]) -> list[Mapping[str, Any]]:
        """The books that changed since the last call, once any did, as they stand: to be read at once."""
        await self._watch(self._exchange.watch_order_book_for_symbols, symbols)
        return self._changed("orderbooks", symbols, lambda book: (book.get("nonce"), book.get("timestamp")))

    async def watch_trades(self, symbols: Sequence[str]) -> list[Mapping[str, Any]]:
        """The prints since the last call, once there are any, those of each market in order."""
        await self._watch(self._exchange.watch_trades_for_symbols, symbols)
        prints: list[Mapping[str, Any]] = []
        for symbol in symbols:
            kept = self._exchange.trades.get(symbol)
            if kept and kept[-1] is not (last := self._seen.get(("trades", symbol))):
                new = list(takewhile(lambda each: each is not last, reversed(kept)))
                prints += new[::-1]
                self._seen["trades", symbol] = kept[-1]
        return prints

    async def _watch(self, watch: Callable[..., Awaitable[Any]], symbols: Sequence[str]) -> None:
        """Wait until a stream has said something, and for what it says with that.

        ccxt's own answer is of one market, the first that spoke: what the others said at the same moment is in its caches
        alone. A call costs it a look at every symbol, so it is not asked more often than need be.
        """
        await self._watched(watch, list(symbols))
        await asyncio.sleep(GATHER_S)

    def _changed(self, cache: str, symbols: Sequence[str], mark: Callable[[Any], Any]) -> list[Mapping[str, Any]]:
        """What of one of ccxt's caches has another mark than at the last look."""
        kept, found = getattr(self._exchange, cache), []
        for symbol in symbols:
            thing = kept.get(symbol)
            if thing is None or (now := mark(thing)) == self._seen.get((cache, symbol)) or now == UNKNOWN_BOOK:
                continue
            self._seen[cache, symbol] = now
            found.append(thing)
        return found

    async def drop_streams(self) -> None:
        """Close every stream, so that the next watch opens it anew and begins with a snapshot.

        ccxt keeps the prints and tickers it has heard. What was seen of them stays seen: an old price said again would
        pass for a fresh one.
        """
        clients, self._exchange.clients = dict(self._exchange.clients or {}), {}
        self._exchange.orderbooks.clear()
        self._seen = {place: mark for place, mark in self._seen.items() if place[0] != "orderbooks"}
        for client in clients.values():
            client.reset(self._errors.NetworkError("The stream was dropped."))
            await client.close()

    async def close(self) -> None:
        """Close its streams; the pool's connections stay."""
        await self.drop_streams()
        await self._exchange.close()

    # ---- inside

    async def _read(self, method: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        """One read, tried again while that makes sense; raises BreakerOpen or a VenueFault."""
        try:
            return await self._reader.read(lambda: self._ask(method, *arguments))
        except TimeoutError as fault:
            raise VenueAway(f"{self.id} did not answer in time.") from fault

    async def _ask(self, method: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        pause_s = self._exchange.not_before_s - time.monotonic()
        if pause_s > 0:
            raise VenueAway(f"{self.id} asked to be left alone for {pause_s:.1f} s more.", pause_s)
        started_s = self._clock.monotonic_s()
        found = await self._watched(method, *arguments)
        self.durations.add(self._clock.monotonic_s() - started_s)
        return found

    async def _watched(self, method: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        """One call of ccxt with its exceptions turned into ours."""
        try:
            return await method(*arguments)
        except PrivateCall as fault:
            raise VenueRefused(str(fault)) from fault
        except self._errors.BaseError as fault:
            self._raise(fault)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as fault:
            # ccxt reads an answer as it should be: one that is not breaks its parser somewhere.
            raise VenueGarbage(f"{self.id} answered what cannot be read ({type(fault).__name__}).") from fault

    def _raise(self, fault: Exception) -> NoReturn:
        errors = self._errors
        reason = f"{type(fault).__name__}: {fault}"[:MAX_REASON_CHARS]
        if isinstance(fault, errors.BadResponse) or type(fault) is errors.ExchangeError:
            raise VenueGarbage(reason) from fault
        if isinstance(fault, errors.OperationFailed):  # the network, a timeout, a refusal for now, an error of theirs
            pause_s = self._exchange.not_before_s - time.monotonic()
            raise VenueAway(reason, pause_s if pause_s > 0 else None) from fault
        raise VenueRefused(reason) from fault


def moved_to(base_url: str, address: Any) -> Any:
    """Addresses of an exchange, in ccxt's nested form, led to another server.

    Paths stay. A stream's begins with the host it had: by that ccxt tells the spot market from the others.
    """
    if isinstance(address, dict):
        return {name: moved_to(base_url, value) for name, value in address.items()}
    if not isinstance(address, str):
        return address
    base, parts = urlsplit(base_url), urlsplit(address)
    is_stream = parts.scheme in ("ws", "wss")
    scheme = base.scheme.replace("http", "ws") if is_stream else base.scheme
    path = f"/{parts.hostname}{parts.path}" if is_stream else parts.path
    return urlunsplit((scheme, base.netloc, base.path.rstrip("/") + path, parts.query, ""))


def _pause_asked(fault: Exception) -> float | None:
    return fault.pause_s if isinstance(fault, VenueFault) else None


def milliseconds(time_ns: int) -> int:
    """UTC nanoseconds as a venue's milliseconds."""
    return time_ns // NS_PER_MS
