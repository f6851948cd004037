"""Keeps what a venue's markets did for good: its own closed minutes, asked for now and then and put into the candle store.

Minutes built from ticks have holes where a stream broke, and the first one of a run is half; the venue's have not. So these
are asked for, from the last one stored on, and an outage or a restart of up to a day leaves no gap. What is older is for
the back-fill.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from kit.breaker import BreakerOpen
from kit.clock import NS_PER_MS, Clock
from markets.sources.live.client import PublicClient, VenueFault, milliseconds
from markets.sources.live.listings import Listing
from markets.sources.live.source import past_candles
from markets.sources.live.states import CandleShelf
from markets.updates import Candle

INTERVAL: Final = "1m"
MINUTE_MS: Final = 60_000
CATCH_UP_MINUTES: Final = 1_500
"""How far back a market's minutes are completed: a day and an hour."""

SYMBOLS_AT_ONCE: Final = 4
OFF_LOOK_S: Final = 5.0
"""While nothing is to be kept: how often it is asked whether that has changed."""

_log = logging.getLogger(__name__)


async def fetch_minutes(client: PublicClient, listing: Listing, since_ms: int, before_ms: int) -> list[Candle]:
    """A market's minutes from one time to before another, as far as the venue has them, in as many asks as it takes."""
    rows: list[list[float]] = []
    while since_ms < before_ms:
        page = await client.fetch_candles(listing.venue_symbol, INTERVAL, since_ms)
        rows += page
        if not page or page[-1][0] < since_ms:
            break
        since_ms = int(page[-1][0]) + MINUTE_MS
    return past_candles(listing.instrument, rows, before_ms)


class CandleKeeper:
    """Keeps the minutes of one venue while it is followed."""

    def __init__(
        self,
        client: PublicClient,
        source_name: str,
        listings: Sequence[Listing],
        *,
        shelf: CandleShelf,
        every_s: Callable[[], float],
        clock: Clock,
    ) -> None:
        """`every_s` is asked before each round; 0 keeps nothing."""
        self._client = client
        self._source_name = source_name
        self._listings = listings
        self._shelf = shelf
        self._every_s = every_s
        self._clock = clock
        self.error: str | None = None
        """Why a market's minutes could not be kept in the last round."""

    async def run(self) -> None:
        """Keep them, for ever; returns where the venue has no candles to ask for."""
        if not self._client.has("fetchOHLCV") or INTERVAL not in self._client.timeframes():
            _log.info("%s has no minutes to ask for; none are stored.", self._source_name)
            return
        while True:
            every_s = self._every_s()
            if every_s:
                await self._keep_all()
            await asyncio.sleep(every_s or OFF_LOOK_S)

    async def _keep_all(self) -> None:
        """One round over all markets. One that fails leaves the others alone and is tried in the next round."""
        self.error = None
        gate = asyncio.Semaphore(SYMBOLS_AT_ONCE)

        async def keep(listing: Listing) -> None:
            async with gate:
                try:
                    await self._keep(listing)
                except (VenueFault, BreakerOpen) as fault:
                    self.error = f"candles: {fault}"
                except Exception as fault:  # a full disk, for instance: prices go on without
                    _log.exception("Minutes of %s could not be stored.", listing.instrument.symbol)
                    self.error = f"candles: {type(fault).__name__} while storing {listing.instrument.symbol}."

        async with asyncio.TaskGroup() as tasks:
            for listing in self._listings:
                tasks.create_task(keep(listing))

    async def _keep(self, listing: Listing) -> None:
        symbol = listing.instrument.symbol
        newest_ns = await asyncio.to_thread(self._shelf.newest_ns, self._source_name, symbol, INTERVAL)
        forming_ms = milliseconds(self._clock.now_ns()) // MINUTE_MS * MINUTE_MS
        since_ms = forming_ms - CATCH_UP_MINUTES * MINUTE_MS
        if newest_ns is not None:
            since_ms = max(since_ms, newest_ns // NS_PER_MS + MINUTE_MS)
        if closed := await fetch_minutes(self._client, listing, since_ms, forming_ms):
            await asyncio.to_thread(self._shelf.append, self._source_name, listing.instrument, closed)
