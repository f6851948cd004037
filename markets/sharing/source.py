"""The prices of the gateway that leads, as a source of the feed here."""

import asyncio
from collections import deque
from collections.abc import Iterator

from kit.clock import NS_PER_SECOND
from markets.sharing import messages
from markets.sources.base import Past, Step
from markets.updates import MarketUpdate


class FollowedSource:
    """Steps as they are heard. It never ends: who leads may change, and the prices go on."""

    name = "simulated"
    dataset = None
    bar_s = 0
    total_beats = None
    longest_wait_ns = 60 * NS_PER_SECOND

    def __init__(self, past: messages.Past) -> None:
        self.symbols = tuple(past.minutes)
        self.start_ns = past.start_ns
        self._past = past
        self._heard: deque[Step] = deque()
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._newest_ns: dict[str, int] = {}

    def history(self) -> Iterator[Past]:
        """The minutes before."""
        for symbol, minutes in self._past.minutes.items():
            for candle in minutes:
                yield Past(symbol, candle)

    def take(self, said: messages.Said) -> None:
        """Have the feed take some steps; one that is older than its market is passed over."""
        for update in said.updates:
            if update.time_ns >= self._newest_ns.get(update.symbol, 0):
                self._newest_ns[update.symbol] = update.time_ns
                self._heard.append(_step(update))
                self._empty.clear()
        self._news.set()

    async def next_steps(self) -> Iterator[Step]:
        """What was heard; waits for it."""
        while not self._heard:
            self._news.clear()
            await self._news.wait()
        return self._drain()

    async def is_taken(self) -> None:
        """Return once the feed has taken everything that was heard, or has been given something else."""
        await self._empty.wait()

    def _drain(self) -> Iterator[Step]:
        while self._heard:
            step = self._heard.popleft()
            if not self._heard:
                self._empty.set()
            yield step


def _step(update: MarketUpdate) -> Step:
    return Step(update, update.traded_lots, update.trade_side, ends_beat=True)
