"""A venue as it is being followed: from the first try to reach it, for ever, to the moment it is given up.

    session = LiveSession("binance", …)
    session.start()                    # returns at once; tries until the venue is there
    await session.ready.wait()         # its markets are listed and each has a first price: `session.source` can play

Afterwards it watches over the age of each price and says which markets are stale. It never fails: a venue that is away is a
state that is shown.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from kit.breaker import BREAKERS, BreakerOpen
from kit.clock import NS_PER_MS, NS_PER_SECOND, Clock
from kit.http_pool import HttpPool
from markets.instruments import Instrument
from markets.sources.live import parameters
from markets.sources.live.client import PublicClient, VenueFault, VenueGarbage
from markets.sources.live.following import Followers
from markets.sources.live.keeping import MINUTE_MS, CandleKeeper, fetch_minutes
from markets.sources.live.library import exchange_class
from markets.sources.live.listings import Listing, Listings, find_listings
from markets.sources.live.source import LiveSource
from markets.sources.live.states import PREFIX, CandleShelf, SessionState
from markets.updates import Candle

WATCH_S: Final = 0.25
"""How often ages are looked at: a fraction of the shortest bound there can be."""

AGE_TOLD_S: Final = 1.0
"""How often streams are told how old a stale price has grown."""

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
HISTORY_MINUTES: Final = 1_500
"""A day and an hour: charts are not empty, and the 24-hour figures cover 24 hours from the start."""

HISTORY_SYMBOLS: Final = 20
"""Of so many markets the history is fetched before the start; it takes two requests each."""

HISTORY_TIMEOUT_S: Final = 6.0
"""Charts can do without; prices are wanted first."""

HISTORY_AT_ONCE: Final = 4
_log = logging.getLogger(__name__)


class Market(Protocol):
    """What a session needs of the feed it plays on."""

    def grow_stale(self, symbol: str, good_ns: int) -> None:
        """Nothing good was heard of a symbol since then."""
        ...

    def tell_ages(self) -> None:
        """Show how old stale prices are."""
        ...


class LiveSession:
    """One venue, followed."""

    def __init__(
        self,
        exchange_id: str,
        *,
        pool: HttpPool,
        clock: Clock,
        base_url: str,
        find_instrument: Callable[[str], Instrument | None],
        adopt: Callable[[Sequence[Instrument]], Awaitable[None]],
        feed: Market,
        shelf: CandleShelf,
        on_ready: Callable[[LiveSource], Awaitable[None]],
    ) -> None:
        """`adopt` keeps new instruments for good; `on_ready` is awaited with the source once it can play."""
        self.source_name = PREFIX + exchange_id
        self.source: LiveSource | None = None
        self._exchange_id = exchange_id
        self._pool = pool
        self._clock = clock
        self._base_url = base_url
        self._find_instrument = find_instrument
        self._adopt = adopt
        self._feed = feed
        self._shelf = shelf
        self._on_ready = on_ready
        self._client: PublicClient | None = None
        self._followers: Followers | None = None
        self._keeper: CandleKeeper | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._listings = Listings((), {})
        self._task: asyncio.Task[None] | None = None
        self._error: str | None = None
        self.ready = asyncio.Event()
        """Set once it has prices."""

    # ---- life

    def start(self) -> None:
        """Begin to reach for the venue; on the event loop."""
        self._task = asyncio.create_task(self._run(), name=f"live {self._exchange_id}")

    async def stop(self) -> None:
        """Give the venue up."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        if self._followers is not None:
            await self._followers.stop()
        client, self._client = self._client, None
        if client is not None:
            BREAKERS.forget(client.breaker)
            BREAKERS.forget(client.stream_breaker)
            await client.close()

    def state(self) -> SessionState:
        """How it is doing now."""
        client, source, followers, keeper = self._client, self.source, self._followers, self._keeper
        newest_ns = max(source.heard_ns().values(), default=0) if source is not None else 0
        return SessionState(
            source=self.source_name,
            is_ready=self.ready.is_set(),
            is_streaming=followers is not None and followers.is_streaming,
            breaker=_worse(client) if client is not None else "closed",
            age_ms=(self._clock.now_ns() - newest_ns) // NS_PER_MS if newest_ns else None,
            latency_ms=client.durations.median_ms() if client is not None else None,
            symbols=source.symbols if source is not None else (),
            missing=self._listings.missing,
            notes={each.instrument.symbol: each.notes for each in self._listings.found if each.notes},
            dropped=dict(source.drops.by_reason) if source is not None else {},
            last_drop=source.drops.last if source is not None else None,
            reconnects=followers.reconnects if followers is not None else 0,
            retries=client.retries if client is not None else 0,
            error=self._error
            or (followers.last_error if followers is not None else None)
            or (keeper.error if keeper is not None else None),
        )

    # ---- inside

    async def _run(self) -> None:
        """Reach the venue, let it play, watch over it. Whatever goes wrong here must leave the gateway standing."""
        try:
            # ccxt's module of an exchange takes most of a second to load, which the loop does not have.
            await asyncio.to_thread(exchange_class, self._exchange_id)
            self._client = PublicClient(self._exchange_id, self._pool, base_url=self._base_url, clock=self._clock)
            BREAKERS.register(self._client.breaker)
            BREAKERS.register(self._client.stream_breaker)
            await self._reach()
            await self._watch_ages()
        except Exception:
            _log.exception("Following %s ended.", self.source_name)
            self._error = "An internal fault ended the following of the venue; restart the source."

    async def _reach(self) -> None:
        """Try until the venue has listed its markets and given first prices."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                source = await self._begin()
            except (VenueFault, BreakerOpen) as fault:
                self._error = str(fault)
                _log.info("%s cannot be reached yet: %s", self.source_name, fault)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                continue
            self._error = None
            self.source = source
            self.ready.set()
            await self._on_ready(source)
            self._begin_keeping()
            return

    def _begin_keeping(self) -> None:
        client = self._client
        assert client is not None, "the venue was reached"
        keeper = self._keeper = CandleKeeper(
            client,
            self.source_name,
            self._listings.found,
            shelf=self._shelf,
            every_s=lambda: parameters.KEEP_CANDLES_S.value,
            clock=self._clock,
        )
        self._keeping = asyncio.create_task(keeper.run(), name=f"live candles of {self._exchange_id}")

    async def _begin(self) -> LiveSource:
        """One try; raises VenueFault or BreakerOpen."""
        client = self._client
        assert client is not None, "the session has begun"
        listings = find_listings(
            parameters.wanted_symbols(), await client.load_listings(), client.precision_mode, self._find_instrument
        )
        self._listings = listings
        if not listings.found:
            raise VenueGarbage(f"{self._exchange_id} lists none of the wanted markets; see the setting live.symbols.")
        await self._adopt([listing.instrument for listing in listings.found])
        source = LiveSource(
            self.source_name,
            listings.found,
            clock=self._clock,
            max_jump=lambda: parameters.MAX_JUMP_PERCENT.value / 100,
            history=await self._fetch_history(client, listings.found[:HISTORY_SYMBOLS]),
        )
        symbols = [listing.venue_symbol for listing in listings.found]
        for ticker in (await client.fetch_tickers(symbols)).values():
            source.take_quote(ticker)
        if not source.has_prices:
            raise VenueGarbage(f"{self._exchange_id} gave no good price. {source.drops.last or ''}")
        self._followers = Followers(
            client,
            source,
            symbols=symbols,
            depth_symbols=symbols[: parameters.DEPTH_SYMBOLS.value],
            poll_s=lambda: parameters.POLL_INTERVAL_S.value,
            clock=self._clock,
        )
        self._followers.start()
        return source

    async def _fetch_history(self, client: PublicClient, listings: Sequence[Listing]) -> dict[str, list[Candle]]:
        """The last day in minutes, as far as the venue gives it soon; charts can do without."""
        history: dict[str, list[Candle]] = {}
        gate = asyncio.Semaphore(HISTORY_AT_ONCE)

        async def fetch(listing: Listing) -> None:
            async with gate:
                history[listing.instrument.symbol] = await self._minutes_of(client, listing)

        tasks = [asyncio.create_task(fetch(listing)) for listing in listings]
        try:
            done, _ = await asyncio.wait(tasks, timeout=HISTORY_TIMEOUT_S) if tasks else (set(), None)
        finally:
            for task in tasks:
                task.cancel()
        faults = [fault for task in done if (fault := task.exception()) is not None]
        if faults:
            _log.info("Some of the history of %s is missing: %s", self.source_name, faults[0])
        return history

    async def _minutes_of(self, client: PublicClient, listing: Listing) -> list[Candle]:
        now_ms = self._clock.now_ns() // NS_PER_MS
        since_ms = now_ms // MINUTE_MS * MINUTE_MS - HISTORY_MINUTES * MINUTE_MS
        return await fetch_minutes(client, listing, since_ms, now_ms)

    async def _watch_ages(self) -> None:
        """Say which markets are stale, and go on saying how old they grow."""
        told_s = 0.0
        while True:
            await asyncio.sleep(WATCH_S)
            self._judge_ages()
            now_s = self._clock.monotonic_s()
            if now_s - told_s >= AGE_TOLD_S:
                told_s = now_s
                self._feed.tell_ages()

    def _judge_ages(self) -> None:
        source, client, followers = self.source, self._client, self._followers
        assert source is not None and client is not None and followers is not None, "the venue was reached"
        bound_s = parameters.STALE_AFTER_S.value
        if not followers.is_streaming and not client.breaker.is_closed:
            bound_s = min(bound_s, AGE_TOLD_S)  # nobody is even asking any more
        oldest_ns = self._clock.now_ns() - int(bound_s * NS_PER_SECOND)
        for symbol, heard_ns in source.heard_ns().items():
            if heard_ns < oldest_ns:
                source.fell_silent(symbol)
                self._feed.grow_stale(symbol, heard_ns)


def _worse(client: PublicClient) -> str:
    """The worse state of a client's two breakers."""
    states = (client.breaker.state, client.stream_breaker.state)
    return next(state for state in ("open", "half_open", "closed") if state in states)
