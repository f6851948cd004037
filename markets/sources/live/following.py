"""Follows the markets of a venue: streams where ccxt has them, asking now and then where not, and where streams fall silent.

Every follower runs until it is canceled, whatever the venue does. A stream that breaks is opened again, with growing pauses,
through the breaker of the streams; while it is broken, prices are asked for over REST, through the breaker of that.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Final

from kit.breaker import BreakerOpen
from kit.clock import NS_PER_SECOND, Clock
from markets.sources.live.client import PublicClient, VenueFault, VenueGarbage, VenueRefused
from markets.sources.live.source import LiveSource

FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0
"""Between two tries to open a stream; it doubles from the first to this."""

SILENT_STREAMS_S: Final = 10.0
"""Streams that all say nothing for so long may hang: they are dropped and opened anew. Prices are asked for meanwhile."""

UNREADABLE: Final = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
"""What reading something as what it is not raises."""

REFUSED_PAUSE_S: Final = 60.0
"""What a venue refuses it refuses again; it is asked once in a while all the same."""

SYMBOLS_PER_ASK: Final = 100
_log = logging.getLogger(__name__)


class Followers:
    """The tasks that hear a venue out for one source."""

    def __init__(
        self,
        client: PublicClient,
        source: LiveSource,
        *,
        symbols: Sequence[str],
        depth_symbols: Sequence[str],
        poll_s: Callable[[], float],
        clock: Clock,
    ) -> None:
        """`symbols` are the venue's; `depth_symbols` those of them whose book is followed."""
        self._client = client
        self._source = source
        self._symbols = list(symbols)
        self._depth_symbols = list(depth_symbols)
        self._poll_s = poll_s
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self._heard_s = clock.monotonic_s()
        self.reconnects = 0
        """How often a stream was opened again."""
        self.last_error: str | None = None
        self.streams: dict[str, bool] = {}
        """The streams there are, and whether each has said something since it was last opened."""

    def start(self) -> None:
        """Begin to follow."""
        watched = self._watched()
        self._client.on_garbage(self._source.take_garbage)
        self.streams = dict.fromkeys(watched, False)
        for name, (watch, take) in watched.items():
            self._begin(name, self._follow(name, watch, take))
        self._begin("polls", self._poll())
        if watched:
            self._begin("silence", self._mind_silence())

    async def stop(self) -> None:
        """End every follower."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks.clear()

    @property
    def is_streaming(self) -> bool:
        """Whether any stream is alive."""
        return any(self.streams.values())

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work, name=f"live {name}"))

    def _watched(self) -> dict[str, tuple[Callable[[], Awaitable[Any]], Callable[[Any], None]]]:
        """The streams that ccxt has for this exchange, with what takes in what each says."""
        client, source = self._client, self._source
        streams: dict[str, tuple[Callable[[], Awaitable[Any]], Callable[[Any], None]]] = {}
        if client.has("watchTickers"):
            streams["tickers"] = (lambda: client.watch_tickers(self._symbols), self._each(source.take_quote))
        if client.has("watchTradesForSymbols"):
            streams["trades"] = (lambda: client.watch_trades(self._symbols), self._each(source.take_print))
        if client.has("watchOrderBookForSymbols") and self._depth_symbols:
            streams["books"] = (lambda: client.watch_books(self._depth_symbols), self._each(source.take_book))
        return streams

    def _each(self, take: Callable[[Mapping[str, Any]], None]) -> Callable[[Iterable[Mapping[str, Any]]], None]:
        """Takes in several; one that cannot be read takes none of the others with it."""

        def take_all(said: Iterable[Mapping[str, Any]]) -> None:
            for each in said:
                try:
                    take(each)
                except UNREADABLE:
                    self._source.take_garbage(each)

        return take_all

    # ---- streams

    async def _follow(self, name: str, watch: Callable[[], Awaitable[Any]], take: Callable[[Any], None]) -> None:
        """Hear one stream, for ever."""
        pause_s = FIRST_PAUSE_S
        while True:
            if not self._client.stream_breaker.allows():
                await asyncio.sleep(FIRST_PAUSE_S)
                continue
            try:
                await self._hear(name, watch, take)
            except VenueFault as fault:
                if self.streams[name]:  # it has worked: this is a new fault
                    pause_s = FIRST_PAUSE_S
                pause_s = self._lost(name, fault, pause_s)
            except Exception as fault:
                # A mistake of ours or of ccxt's with one thing said must not end the hearing of all the others.
                _log.exception("The %s stream of %s was not understood.", name, self._client.id)
                pause_s = self._lost(name, VenueGarbage(type(fault).__name__), LONGEST_PAUSE_S)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _hear(self, name: str, watch: Callable[[], Awaitable[Any]], take: Callable[[Any], None]) -> None:
        """One connection of a stream, to its end: raises VenueFault."""
        with self._client.stream_breaker.judged(VenueFault):
            said = await watch()
        self.streams[name] = True
        while True:
            self._heard_s = self._clock.monotonic_s()
            take(said)
            said = await watch()

    def _lost(self, name: str, fault: VenueFault, pause_s: float) -> float:
        """A stream broke; returns how long to leave it alone."""
        self.streams[name] = False
        self.reconnects += 1
        self.last_error = f"{name}: {fault}"
        if isinstance(fault, VenueGarbage):
            self._source.take_garbage(fault)
        _log.info("The %s stream of %s broke: %s", name, self._client.id, fault)
        return REFUSED_PAUSE_S if isinstance(fault, VenueRefused) else pause_s

    async def _mind_silence(self) -> None:
        """Drop the streams when they say nothing: a connection that hangs looks like one that has nothing to say."""
        while True:
            await asyncio.sleep(SILENT_STREAMS_S / 4)
            if self._clock.monotonic_s() - self._heard_s > SILENT_STREAMS_S and self.is_streaming:
                self._heard_s = self._clock.monotonic_s()
                _log.info("The streams of %s say nothing and are opened anew.", self._client.id)
                await self._client.drop_streams()

    # ---- asking

    async def _poll(self) -> None:
        """Ask for what no stream says: everything where there are none, the silent markets where there are."""
        while True:
            await asyncio.sleep(self._poll_s())
            try:
                await self._ask()
            except (VenueFault, BreakerOpen) as fault:
                if isinstance(fault, VenueFault):
                    self.last_error = f"polls: {fault}"
                if isinstance(fault, VenueGarbage):
                    self._source.take_garbage(fault)
            except Exception:
                _log.exception("What %s answered was not understood.", self._client.id)

    async def _ask(self) -> None:
        since_ns = self._clock.now_ns() - int(2 * self._poll_s() * NS_PER_SECOND)
        silent = self._symbols if not self.streams else self._source.silent_since(since_ns)
        for first in range(0, len(silent), SYMBOLS_PER_ASK):
            self._take_tickers(await self._client.fetch_tickers(silent[first : first + SYMBOLS_PER_ASK]))
        if "trades" not in self.streams:
            for symbol in silent:
                self._each(self._source.take_print)(await self._client.fetch_trades(symbol))
        if "books" not in self.streams:
            for symbol in self._depth_symbols:
                self._source.take_book({**await self._client.fetch_book(symbol), "symbol": symbol})

    def _take_tickers(self, tickers: Any) -> None:
        if not isinstance(tickers, dict):
            self._source.take_garbage("tickers that are no table")
            return
        self._each(self._source.take_quote)(tickers.values())
