"""Live markets of this gateway: which venue is wanted, whether it plays yet, and what stands in until it does.

    wanted, unreachable   the simulated markets serve (or none, by `live.simulated_until_first`), and say so as their source
    wanted, reached       its markets serve; while it is away their last good prices, marked stale, with their age

From its first price on a venue is never replaced by simulated prices again: what is stale is still true, and what is
simulated is not. All of it happens on the event loop.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

from kit.clock import Clock
from kit.http_pool import POOL, HttpPool, address_fault
from markets.feed import Feed
from markets.instruments import Instrument
from markets.sources.base import Source
from markets.sources.live.library import exchange_fault
from markets.sources.live.parameters import STAND_IN, SYMBOLS
from markets.sources.live.states import PREFIX, CandleShelf, SessionState

if TYPE_CHECKING:
    from markets.sources.live.session import LiveSession
    from markets.sources.live.source import LiveSource

LIVE: Final = "live"
DEFAULT_EXCHANGE: Final = "binance"
FIRST_PRICE_WAIT_S: Final = 5.0
"""How long a start, and whoever chooses a live source, waits for its first prices before something stands in."""

_log = logging.getLogger(__name__)


def live_fault(source: str, base_url: str) -> str | None:
    """What is wrong with `live:EXCHANGE` and the address that stands in for the exchange's, as a sentence."""
    exchange_id = source.removeprefix(PREFIX)
    fault = exchange_fault(exchange_id)
    if fault is not None:
        return f"MARKET_SOURCE={source}: {fault}"
    if base_url and (reason := address_fault(base_url, may_be_loopback=True)):
        return f"LIVE_EXCHANGE_URL {reason}."
    return None


def default_exchange(market_source: str) -> str:
    """The exchange that `live` means: that of MARKET_SOURCE, where it names one."""
    return market_source.removeprefix(PREFIX) if market_source.startswith(PREFIX) else DEFAULT_EXCHANGE


class LiveMarkets:
    """The venue that is wanted, if one is."""

    def __init__(
        self,
        feed: Feed,
        *,
        clock: Clock,
        find_instrument: Callable[[str], Instrument | None],
        adopt: Callable[[Sequence[Instrument]], Awaitable[None]],
        make_stand_in: Callable[[], Source],
        on_change: Callable[[], None],
        shelf: CandleShelf,
        pool: HttpPool = POOL,
    ) -> None:
        """`on_change` is called when what is shown of the feed may have changed; `shelf` keeps closed minutes."""
        self._feed = feed
        self._clock = clock
        self._find_instrument = find_instrument
        self._adopt = adopt
        self._make_stand_in = make_stand_in
        self._on_change = on_change
        self._shelf = shelf
        self._pool = pool
        self._session: LiveSession | None = None
        self._playing = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None
        self._base_url = ""
        self.exchange_id: str | None = None
        """The venue that is wanted; None when none is."""

    @property
    def waiting_for(self) -> str | None:
        """The live source that something stands in for."""
        session = self._session
        return session.source_name if session is not None and not session.ready.is_set() else None

    def state(self) -> SessionState | None:
        """How the wanted venue is doing."""
        return self._session.state() if self._session is not None else None

    async def choose(self, exchange_id: str, base_url: str) -> None:
        """Follow a venue without fault; returns when it plays or, for now, what stands in for it."""
        from markets.sources.live.session import LiveSession  # a gateway without live markets never loads it

        await self.leave()
        self.exchange_id, self._base_url, self._playing = exchange_id, base_url, asyncio.Lock()
        if base_url:
            self._pool.allow_loopback(base_url)
        session = self._session = LiveSession(
            exchange_id,
            pool=self._pool,
            clock=self._clock,
            base_url=base_url,
            find_instrument=self._find_instrument,
            adopt=self._adopt,
            feed=self,
            shelf=self._shelf,
            on_ready=lambda source: self._play(session, source),
        )
        session.start()
        try:
            async with asyncio.timeout(FIRST_PRICE_WAIT_S):
                await session.ready.wait()
        except TimeoutError:
            _log.warning("%s has given no price yet; it is waited for.", session.source_name)
        await self._stand_in(session)

    async def leave(self) -> None:
        """Follow no venue any more; the feed goes on with what it has until it is given something else."""
        session, self._session, self.exchange_id = self._session, None, None
        if session is not None:
            await session.stop()

    async def again(self) -> None:
        """Begin the wanted venue anew: its connections, its listings, its markets."""
        assert self.exchange_id is not None, "one is wanted"
        await self.choose(self.exchange_id, self._base_url)

    def renew(self, _: object = None) -> None:
        """Begin the wanted venue anew soon: what it should be followed for has changed."""
        if self._session is not None and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.get_running_loop().create_task(self.again())

    async def stop(self) -> None:
        """Leave the venue and close the pool: the process ends."""
        renewing, self._renewing = self._renewing, None
        if renewing is not None and not renewing.done():
            renewing.cancel()
            await asyncio.wait([renewing])
        await self.leave()
        await self._pool.close()

    # ---- what a session tells

    def grow_stale(self, symbol: str, good_ns: int) -> None:
        """Nothing good was heard of a symbol since then."""
        self._feed.grow_stale(symbol, good_ns)

    def tell_ages(self) -> None:
        """Once a second: how old stale prices have grown, and whatever else of the feed has changed."""
        self._feed.tell_ages()
        self._on_change()

    async def _play(self, session: "LiveSession", source: "LiveSource") -> None:
        """The venue has prices: they are the markets from now on."""
        async with self._playing:
            if session is self._session:
                await self._feed.switch(source, speed=1.0, is_paused=False, is_live=True)
                _log.info("%s plays: %s.", source.name, ", ".join(source.symbols))
        self._on_change()

    async def _stand_in(self, session: "LiveSession") -> None:
        """Let something serve, or nothing, unless the venue does."""
        async with self._playing:
            if session is self._session and not session.ready.is_set():
                stand_in = self._make_stand_in() if STAND_IN.value else None
                await self._feed.switch(stand_in, speed=1.0, is_paused=False)
        self._on_change()


def follow_parameters(markets: LiveMarkets) -> None:
    """Have the live markets act on the settings that need a new beginning."""
    SYMBOLS.on_change(markets.renew)
