"""Who leads the shared prices, and what this gateway plays: its own simulation while it leads, or what the leader says.

    leads      plays its own simulation, from where the prices were, and says every step
    follows    plays what the leader says
    alone      plays its own simulation: Redis is away. Gateways then show different prices, until one leads again

Everything here runs on the feed's event loop. What was not said while Redis was away is missing from the others' charts.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from kit.clock import NS_PER_SECOND, Clock
from markets.board import Board
from markets.feed import Feed
from markets.paging import MAX_TIME_NS, Window
from markets.sharing.channel import FAULTS, PriceChannel
from markets.sharing.messages import Past, Said
from markets.sharing.source import FollowedSource
from markets.sources import base
from markets.sources.simulated import HISTORY_MINUTES
from markets.updates import Candle, MarketUpdate

TURN_S = 1.0
"""How often the lead is renewed, or asked for: a third of its life."""

PATIENCE_TURNS = 2
"""Turns without an answer of Redis after which a gateway that follows goes on alone."""

FIRST_STEP_S = 2.0
"""How long a gateway that begins to follow waits for the first step."""

MOST_UNSAID = 200
"""Batches that may wait for Redis: some ten seconds. Beyond it is away."""

MINUTE_NS = 60 * NS_PER_SECOND

Role = Literal["none", "leads", "follows", "alone"]
_log = logging.getLogger(__name__)


class MakeSource(Protocol):
    """Makes the simulation that goes on from some prices; from none it begins at its own."""

    def __call__(self, *, seed: str, last_ticks: Mapping[str, int], past: list[base.Past]) -> base.Source:
        """The source."""
        ...


class SharedPrices:
    """Keeps one gateway's feed at the shared prices."""

    def __init__(
        self,
        feed: Feed,
        board: Board,
        channel: PriceChannel,
        *,
        make_source: MakeSource,
        clock: Clock,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._feed = feed
        self._board = board
        self._channel = channel
        self._make_source = make_source
        self._clock = clock
        self._on_change = on_change
        self.role: Role = "none"
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: asyncio.Task[None] | None = None
        self._source: FollowedSource | None = None
        self._heard = "0-0"
        self._failures = 0
        self._speaker = _Speaker()
        feed.subscribe(self._on_market)
        feed.flow_gate(self._speaker.flush)

    async def start(self) -> None:
        """Lead or follow, and see to it from now on."""
        await self._turn()
        self._spawn(self._keep_turning())

    async def stop(self) -> None:
        """Let another gateway lead at once."""
        self.role = "none"
        await _end([*self._tasks, *([self._reading] if self._reading is not None else [])])
        try:
            await self._channel.let_go()
        except FAULTS:
            _log.info("The lead of the prices could not be given up; it expires.")
        await self._channel.close()

    async def _keep_turning(self) -> None:
        while True:
            await asyncio.sleep(TURN_S)
            try:
                await self._turn()
            except Exception:  # a fault of ours must not end the watch
                _log.exception("Sharing prices failed for a moment.")

    async def _turn(self) -> None:
        try:
            if await self._channel.hold_lead():
                await self._lead()
            else:
                await self._follow()
            self._failures = 0
        except FAULTS as fault:
            self._failures += 1
            if self._failures == 1:
                _log.warning("Shared prices: Redis does not answer (%s).", fault)
            if self.role == "none" or self._failures >= PATIENCE_TURNS:
                await self._go_alone()

    def _become(self, role: Role) -> None:
        if role != self.role:
            _log.info("Shared prices: this gateway %s.", role if role != "alone" else "goes on alone")
            self.role = role
            self._on_change()

    # ---- leading

    async def _lead(self) -> None:
        if self.role == "leads" and self._speaker.error is None:
            if self._speaker.is_past_due(self._clock.now_ns()):
                await self._channel.keep_past(self._past())
            return
        if self.role == "follows":
            await self._hear_the_rest()
        term = await self._channel.new_term()
        if self.role in ("none", "follows"):
            await self._play_own(seed=f"shared/{term}")
        self._speaker.begin(term, self._clock.now_ns() // MINUTE_NS * MINUTE_NS)
        self._become("leads")
        await self._channel.keep_past(self._past())
        self._spawn(self._say())

    async def _say(self) -> None:
        """Say what there is for as long as this term lasts."""
        speaker, term = self._speaker, self._speaker.term
        while speaker.term == term and speaker.error is None and self.role == "leads":
            position, said = await speaker.next()
            try:
                await self._channel.say(position, said)
            except FAULTS as fault:
                speaker.error = str(fault)

    def _past(self) -> Past:
        minute_ns = self._speaker.minute_ns
        minutes = {
            symbol: [candle for candle in self._minutes_of(symbol) if candle.time_ns < minute_ns]
            for symbol in self._feed.state().symbols
        }
        return Past(self._speaker.minute_position, minute_ns, minutes)

    def _minutes_of(self, symbol: str) -> list[Candle]:
        market = self._board.get(symbol)
        newest = Window(0, MAX_TIME_NS, limit=HISTORY_MINUTES, is_oldest_first=False)
        return [] if market is None else market.candles.read("1m", newest)

    async def _play_own(self, *, seed: str) -> None:
        """The simulation, from the prices that were shown last."""
        symbols = self._feed.state().symbols
        last_ticks, past = {}, []
        for symbol in symbols:
            market = self._board.get(symbol)
            if market is not None and market.last_update is not None:
                last_ticks[symbol] = market.last_update.last_ticks
                past += [base.Past(symbol, candle) for candle in self._minutes_of(symbol)]
        source = self._make_source(seed=seed, last_ticks=last_ticks, past=past)
        await self._feed.switch(source, speed=1.0, is_paused=False)

    # ---- following

    async def _follow(self) -> None:
        if self.role == "follows":
            return
        past = await self._channel.past()
        if past is None:
            return  # who leads has not said it yet
        self._source, self._heard = FollowedSource(past), past.position
        await _end([self._reading] if self._reading is not None else [])
        self._reading = asyncio.get_running_loop().create_task(self._read(self._source))
        self._become("follows")
        try:
            async with asyncio.timeout(FIRST_STEP_S):
                await self._feed.switch(self._source, speed=1.0, is_paused=False, is_live=True)
        except TimeoutError:
            _log.warning("Shared prices: who leads says nothing yet.")

    async def _read(self, source: FollowedSource) -> None:
        while True:
            try:
                await self._hear(source)
            except FAULTS:
                await asyncio.sleep(TURN_S / 4)  # the turns see to it that this does not last

    async def _hear(self, source: FollowedSource, *, wait: bool = True) -> int:
        heard = await self._channel.hear(self._heard, wait=wait)
        for position, said in heard:
            source.take(said)
            self._heard = position
        return len(heard)

    async def _hear_the_rest(self) -> None:
        """Take in what the last leader said before this gateway leads from there."""
        await _end([self._reading] if self._reading is not None else [])
        self._reading, source = None, self._source
        assert source is not None, "who follows has a source"
        while await self._hear(source, wait=False):
            pass
        await source.is_taken()

    async def _go_alone(self) -> None:
        """Redis is away: the prices go on here, as they come to be."""
        if self.role in ("none", "follows"):
            await _end([self._reading] if self._reading is not None else [])
            self._reading = None
            await self._play_own(seed=f"alone/{self._clock.now_ns()}")
        self._become("alone")

    # ---- the rest

    def _on_market(self, update: MarketUpdate) -> None:
        if self.role == "leads":
            self._speaker.note(update)

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Speaker:
    """What is to be said, in messages that end with the feed's slices and with minutes."""

    def __init__(self) -> None:
        self.term = 0
        self.error: str | None = None
        """Why nothing of this term can be said any more; the next term begins anew."""
        self.minute_ns = 0
        self.minute_position = "0-0"
        """What had been said when the minute began."""
        self._is_past_kept = True
        self._count = 0
        self._updates: list[MarketUpdate] = []
        self._batches: asyncio.Queue[tuple[str, Said]] = asyncio.Queue()

    def begin(self, term: int, minute_ns: int) -> None:
        """A new term: nothing of the last one is said any more."""
        self.term, self.error, self._count, self._updates = term, None, 0, []
        self._batches = asyncio.Queue()
        self.minute_ns, self.minute_position, self._is_past_kept = minute_ns, f"{term}-0", True

    def note(self, update: MarketUpdate) -> None:
        """One more step; with the first of a minute a message begins."""
        minute_ns = update.time_ns // MINUTE_NS * MINUTE_NS
        if minute_ns > self.minute_ns:
            self.flush()
            self.minute_ns, self.minute_position = minute_ns, f"{self.term}-{self._count}"
            self._is_past_kept = False
        self._updates.append(update)

    def flush(self) -> None:
        """End the message."""
        if not self._updates or self.error is not None:
            self._updates = []
            return
        self._count += 1
        self._batches.put_nowait((f"{self.term}-{self._count}", Said(self._updates)))
        self._updates = []
        if self._batches.qsize() > MOST_UNSAID:
            self.error = "Redis is behind"

    async def next(self) -> tuple[str, Said]:
        """The next message to say."""
        return await self._batches.get()

    def is_past_due(self, now_ns: int) -> bool:
        """Whether a minute began long enough ago for every market to have closed the one before; once for each."""
        if self._is_past_kept or now_ns - self.minute_ns < 2 * NS_PER_SECOND:
            return False
        self._is_past_kept = True
        return True


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
