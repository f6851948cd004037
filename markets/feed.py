"""The loop that turns a source into markets: source -> candles, book and tape -> trading -> streams, at a pace.

It runs on the event loop in slices of a few milliseconds. In a slice each step that is due updates its market and goes to
the subscribers at once, in order; what streams show is published at the end of the slice, before anything else runs, so
that nobody ever reads a half-told state. A source that fails stops the feed, never the gateway.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Literal, Protocol

import msgspec

from kit.clock import NS_PER_MS, NS_PER_SECOND, Clock
from kit.errors import Conflict, Unavailable
from markets.board import Board, Market
from markets.candles import ClosedCandle
from markets.direction.director import Beat, Director
from markets.direction.scenarios import Scenario
from markets.instruments import Instrument
from markets.pacing import Pacer
from markets.sources.base import Source, SourceFailed, Step
from markets.updates import Candle, MarketUpdate

SLICE_S = 0.005
"""How long the feed holds the event loop at a time; a request waits no longer than this for it."""

STEPS_PER_SLICE = 500
STEPS_PER_CLOCK_READ = 8
HISTORY_PER_SLICE = 500
"""Bounds of a slice in steps and past bars, for clocks that stand still and for steps that cost next to nothing."""

RATE_WINDOW_S = 1.0
MIN_SPEED = 0.01
MAX_SPEED = 1_000_000.0
MAX_BEATS_PER_CALL = 100_000
"""Beats of one single-step call: some seconds of work, within the time a request may take."""

Status = Literal["idle", "running", "paused", "finished", "failed"]
Subscriber = Callable[[MarketUpdate], None]
MarketClosed = Callable[[str], None]
MarketHalted = Callable[[str], None]
MarketStale = Callable[[str, int], None]
"""Told a symbol and when its last good price came (UTC nanoseconds, by the machine's clock)."""
CandleClosed = Callable[[str, str, Candle], None]
"""Told a symbol, an interval (`1m`) and the candle of it that will not change any more."""
CandleAwaited = Callable[[str, str], bool]
"""Whether somebody acts on the candles of a symbol and interval before anything else moves."""
StateListener = Callable[[], None]
FlowGate = Callable[[], Awaitable[None] | None]
log = logging.getLogger(__name__)


class Publisher(Protocol):
    """Where the feed tells what streams should show."""

    def publish(self, market: Market, closed: list[ClosedCandle]) -> None:
        """A market has changed since the last call; `closed` are the candles that closed since, in order."""
        ...

    def publish_age(self, market: Market) -> None:
        """A market is stale, and its price older than at the last call."""
        ...


class FeedState(msgspec.Struct, frozen=True):
    """Where the feed stands. `beat` counts bars, prints or rounds; `total_beats` is None where there is no end."""

    status: Status
    source: str | None
    dataset: str | None
    symbols: tuple[str, ...]
    speed: float
    is_paused: bool
    time_ns: int
    beat: int
    total_beats: int | None
    lag_s: float
    updates_per_s: float
    error: str | None
    scenarios: tuple[Scenario, ...]
    dataset_hash: str | None = None
    load: float = 0.0
    """The share of its time that the feed itself works, 0 to 1; the rest of it waits or belongs to others."""


class _Run:
    """One source from its start to its end: its markets, its steps and how far it is.

    A live one gives its steps when they happen: they are due at once, and the time is the machine's.
    """

    def __init__(self, source: Source, first_beat: int = 0, *, is_live: bool = False) -> None:
        self.source = source
        self.is_live = is_live
        self.markets: dict[str, Market] = {}
        self.steps: Iterator[Step] | None = None
        self.next_step: Step | None = None
        self.time_ns = source.start_ns
        self.beat = self.beat_to_reach = first_beat
        """While paused, it runs on until so many beats are done."""
        self.beat_start_ns = source.start_ns
        self.has_begun = False
        """Whether a step was taken."""
        self.is_in_beat = False
        """Whether the last step did not end its beat, which began at `beat_start_ns`."""
        self.is_finished = False
        self.error: str | None = None
        self.waiters: list[tuple[int, asyncio.Future[None]]] = []
        self.wake = asyncio.Event()
        """Set when the pace changed or a single step is wanted."""

    @property
    def is_over(self) -> bool:
        return self.is_finished or self.error is not None


class Feed:
    """The main feed of a gateway. Everything here happens on one event loop."""

    def __init__(
        self, *, board: Board, instrument_of: Callable[[str], Instrument], publisher: Publisher, clock: Clock
    ) -> None:
        self._board = board
        self._instrument_of = instrument_of
        self._publisher = publisher
        self._clock = clock
        self._subscribers: list[Subscriber] = []
        self._close_listeners: list[MarketClosed] = []
        self._halt_listeners: list[MarketHalted] = []
        self._state_listeners: list[StateListener] = []
        self._stale_listeners: list[MarketStale] = []
        self._candle_listeners: list[CandleClosed] = []
        self._acted_on: list[CandleAwaited] = []
        self._gates: list[FlowGate] = []
        self.director = Director()
        """The scenarios that change what the source says."""
        self._run: _Run | None = None
        self._task: asyncio.Task[None] | None = None
        self._pacer = Pacer(1.0, longest_wait_ns=0)
        self._is_paused = False
        self._switching = asyncio.Lock()
        self._changed: dict[str, list[ClosedCandle]] = {}
        self._has_news = False
        """Whether a scenario has begun or ended since the state was last told."""
        self._lag_s = 0.0
        self._rate = _Rate(clock.monotonic_s())
        self.updates = 0
        """Steps taken since this process began."""

    def subscribe(self, callback: Subscriber, *, is_first: bool = False) -> None:
        """Have `callback` called for every update, on the loop, before streams see it. It must not wait.

        `is_first`: before all who subscribed until now, such as the exchange, which fills orders at the update.
        """
        self._subscribers.insert(0 if is_first else len(self._subscribers), callback)

    def on_market_closed(self, callback: MarketClosed) -> None:
        """Have `callback` called with a symbol whose market has ended: the feed was switched or has failed."""
        self._close_listeners.append(callback)

    def on_market_halted(self, callback: MarketHalted) -> None:
        """Have `callback` called with a symbol that is not traded from now on until its next update."""
        self._halt_listeners.append(callback)

    def on_state(self, callback: StateListener) -> None:
        """Have `callback` called when the feed's state has changed, and about once a second while it runs."""
        self._state_listeners.append(callback)

    def on_market_stale(self, callback: MarketStale) -> None:
        """Have `callback` called with a symbol whose market has grown stale; its next update makes it fresh again."""
        self._stale_listeners.append(callback)

    def on_candle_closed(self, callback: CandleClosed) -> None:
        """Have `callback` called with every candle that closes, in order, at the end of the slice that closed it.

        Candles of before the source's start, which markets begin with, are not told. It must not wait.
        """
        self._candle_listeners.append(callback)

    def act_on_candles(self, is_awaited: CandleAwaited) -> None:
        """End a slice with the step that closes a candle which `is_awaited` says yes to.

        So who is told of it by `on_candle_closed` acts, and is waited for at a `flow_gate`, while the market stands where
        the next bar opened, at any speed.
        """
        self._acted_on.append(is_awaited)

    def flow_gate(self, callback: FlowGate) -> None:
        """Have `callback` asked after every slice; what it returns is awaited before the next step is taken."""
        self._gates.append(callback)

    @property
    def market_time_ns(self) -> int:
        """The time of the newest step, or the source's start before it; wall time without a source or with a live one."""
        run = self._run
        if run is not None and not run.is_live:
            return run.time_ns
        now_ns = self._clock.now_ns() // NS_PER_MS * NS_PER_MS
        return now_ns if run is None else max(run.time_ns, now_ns)

    @property
    def source(self) -> Source | None:
        """What plays, or has ended; None without a source."""
        return self._run.source if self._run else None

    @property
    def next_moment_ns(self) -> int:
        """The earliest market time at which a scenario can begin or end: right after the last step, or on bars at the end
        of the one that is under way, which is a whole.
        """
        run = self._run
        if run is None or not run.has_begun:
            return self.market_time_ns
        if run.source.bar_s and run.is_in_beat:
            return run.beat_start_ns + run.source.bar_s * NS_PER_SECOND
        return run.time_ns + 1

    def state(self) -> FeedState:
        """Where the feed stands now."""
        run, source = self._run, self._run.source if self._run else None
        is_moving = self._status() == "running"
        return FeedState(
            status=self._status(),
            source=source.name if source else None,
            dataset=source.dataset if source else None,
            symbols=source.symbols if source else (),
            speed=self._pacer.speed,
            is_paused=self._is_paused,
            time_ns=self.market_time_ns,
            beat=run.beat if run else 0,
            total_beats=source.total_beats if source else None,
            lag_s=self._lag_s if is_moving else 0.0,
            updates_per_s=self._rate.per_second(self._clock.monotonic_s()) if is_moving else 0.0,
            error=run.error if run else None,
            scenarios=tuple(self.director.list()),
            # Only sources that replay a data set have one.
            dataset_hash=getattr(source, "dataset_hash", None),
            load=self._rate.load(self._clock.monotonic_s()) if is_moving else 0.0,
        )

    async def switch(
        self,
        source: Source | None,
        *,
        speed: float,
        is_paused: bool,
        first_beat: int = 0,
        keeps_scenarios: bool = False,
        is_live: bool = False,
    ) -> None:
        """End the present source and its markets and begin with another (None: with none, the feed is idle).

        A live source has no pace but its own, so its speed is 1.

        A source that begins in the middle of its data says with `first_beat` how many beats lie before it. The scenarios
        end with the present source unless they are kept. Returns when the new source's first slice is through, so that an
        unpaused source has prices by then.
        """
        async with self._switching:
            # Everything up to the wait happens at once: a caller that gives up waiting leaves nothing half done.
            ending = self._end()
            self.director.begin_run(keeps_scenarios=keeps_scenarios)
            self._is_paused = is_paused
            self._rate = _Rate(self._clock.monotonic_s())
            self._pacer = Pacer(speed, longest_wait_ns=source.longest_wait_ns if source else 0)
            first_slice = asyncio.Event()
            if source is not None:
                run = self._run = _Run(source, first_beat, is_live=is_live)
                self._task = asyncio.create_task(self._go(run, first_slice), name="feed")
            self._tell_state()
            await _ended(ending)
            if source is not None:
                await first_slice.wait()

    def set_pace(self, *, speed: float, is_paused: bool) -> None:
        """Change speed or pause, from here on."""
        self._pacer.speed = speed
        self._is_paused = is_paused
        if self._run is not None:
            self._pacer.anchor(self._run.time_ns, self._clock.monotonic_s())
            self._run.wake.set()
        self._tell_state()

    def add_scenario(self, scenario: Scenario) -> None:
        """Put a scenario on; raises Conflict when there are too many."""
        self.director.add(scenario, now_ns=self.market_time_ns)
        self._scenarios_changed()

    def end_scenario(self, scenario_id: str) -> Scenario:
        """End a scenario at the next moment; raises NotFound, or Conflict when it has ended already."""
        ended = self.director.end(scenario_id, at_ns=self.next_moment_ns)
        self._scenarios_changed()
        return ended

    def _scenarios_changed(self) -> None:
        """A halt that begins at the next moment holds at once: no step can come before it."""
        moment_ns = self.next_moment_ns
        for symbol, market in self._run.markets.items() if self._run else ():
            if self.director.is_halted(symbol, moment_ns):
                self._halt(market)
                self._publisher.publish(market, [])
        self._tell_state()

    def grow_stale(self, symbol: str, good_ns: int) -> None:
        """The present source has heard nothing good of a symbol since `good_ns`: its price is a memory until it does."""
        market = self._run.markets.get(symbol) if self._run is not None else None
        if market is None or market.is_stale:
            return
        market.grow_stale(good_ns)
        for callback in self._stale_listeners:
            callback(symbol, good_ns)
        self._publisher.publish(market, [])

    def tell_ages(self) -> None:
        """Show streams how old the stale markets of the present source have grown."""
        for market in self._run.markets.values() if self._run is not None else ():
            if market.is_stale and not market.is_closed:
                self._publisher.publish_age(market)

    def stale_symbols(self) -> tuple[str, ...]:
        """The symbols of the present source whose markets are stale."""
        markets = self._run.markets if self._run is not None else {}
        return tuple(symbol for symbol, market in markets.items() if market.is_stale)

    async def step(self, beats: int) -> int:
        """Take so many beats of a paused feed at once and return how many there were, fewer at the end of the data.

        Raises Conflict when the feed is not paused or has no more steps, Unavailable when it fails on the way.
        """
        run = self._run
        if run is None or run.is_over:
            raise Conflict("The feed has no more steps; choose a source with PUT feed/.", code="FEED_NOT_RUNNING")
        if not self._is_paused:
            raise Conflict("Single steps need a paused feed; PUT feed/ with paused true.", code="FEED_NOT_PAUSED")
        before = run.beat
        run.beat_to_reach = max(run.beat, run.beat_to_reach) + beats
        done = asyncio.get_running_loop().create_future()
        run.waiters.append((run.beat_to_reach, done))
        run.wake.set()
        await done
        return run.beat - before

    async def stop(self) -> None:
        """End the present source without a word to anyone: the process ends."""
        async with self._switching:
            await _ended(self._cancel())

    def _status(self) -> Status:
        if self._run is None:
            return "idle"
        if self._run.error is not None:
            return "failed"
        if self._run.is_finished:
            return "finished"
        return "paused" if self._is_paused else "running"

    async def _take_history(self, run: _Run) -> None:
        """Fill the markets with what was before the start, a slice at a time."""
        for count, past in enumerate(run.source.history()):
            market = run.markets.get(past.symbol) or self._open_market(run, past.symbol)
            market.begin_with(past.candle)
            if count % HISTORY_PER_SLICE == 0:
                await asyncio.sleep(0)

    def _open_market(self, run: _Run, symbol: str) -> Market:
        market = Market(self._instrument_of(symbol), run.source.name, run.source.bar_s, self._clock)
        run.markets[symbol] = market
        self._board.put(market)
        return market

    async def _go(self, run: _Run, first_slice: asyncio.Event) -> None:
        """Run until the source ends. Whatever goes wrong here must leave the gateway standing, hence the wide catch."""
        try:
            await self._take_history(run)
            self._pacer.anchor(run.time_ns, self._clock.monotonic_s())
            while not run.is_over:
                wait_s = await self._turn(run)
                first_slice.set()
                await _rest(run.wake, wait_s)
        except SourceFailed as fault:
            log.warning("The %s source failed: %s", run.source.name, fault)
            self._fail(run, str(fault))
        except Exception as fault:
            log.exception("The feed stopped.")
            self._fail(run, f"An internal fault stopped the feed ({type(fault).__name__}).")
        finally:
            first_slice.set()

    async def _turn(self, run: _Run) -> float | None:
        """One slice with all that belongs to it; returns how long to rest (None: until woken)."""
        if self._is_paused and run.beat >= run.beat_to_reach:
            return None
        if run.steps is None:
            run.steps = await run.source.next_steps()
            if run.steps is None:
                self._finish(run)
                return None
        started_s = self._clock.monotonic_s()
        wait_s = self._slice(run)
        self._publish()
        self._rate.busy_s += self._clock.monotonic_s() - started_s
        self._wake_waiters(run)
        for gate in self._gates:
            if (opening := gate()) is not None:
                await opening
        return wait_s

    def _slice(self, run: _Run) -> float:
        """Take the steps that are due, as many as fit; returns the seconds until the next one is due."""
        assert run.steps is not None, "a slice needs steps"
        started_s = now_s = self._clock.monotonic_s()
        for count in range(1, STEPS_PER_SLICE + 1):
            step = run.next_step or next(run.steps, None)
            if step is None:
                run.steps = None
                break
            run.next_step = step
            if self._is_paused:
                if run.beat >= run.beat_to_reach:
                    break
            elif self._pacer.speed and not run.is_live:
                wait_s = self._pacer.wait_s(step.update.time_ns, run.time_ns, now_s)
                if wait_s > 0:
                    self._lag_s = 0.0
                    return wait_s
                self._lag_s = -wait_s
                self._pacer.skip(step.update.time_ns, run.time_ns)
            run.next_step = None
            if self._take(run, step):
                break
            if count % STEPS_PER_CLOCK_READ == 0:
                now_s = self._clock.monotonic_s()
                if now_s - started_s >= SLICE_S:
                    break
        return 0.0

    def _take(self, run: _Run, step: Step) -> bool:
        """One step: its market first, then whoever trades on it. Whether it is the last of its slice."""
        update = step.update
        market = run.markets.get(update.symbol) or self._open_market(run, update.symbol)
        if not run.is_in_beat:
            run.beat_start_ns = update.time_ns
        if not self.director.is_idle:
            directed = self._directed(run, market, step)
            if directed is None:
                return False
            step, update = directed, directed.update
        try:
            closed = market.apply(step)
        except ValueError as fault:
            raise SourceFailed(f"{update.symbol} is out of order: {fault}") from fault
        if update.time_ns > run.time_ns or not run.is_live:  # the markets of a venue are not in step with each other
            run.time_ns = update.time_ns
        for callback in self._subscribers:
            callback(update)
        changed = self._changed.setdefault(update.symbol, [])
        self._count(run, step)
        if not closed:
            return False
        changed.extend(closed)
        return any(is_awaited(update.symbol, each.interval) for each in closed for is_awaited in self._acted_on)

    def _count(self, run: _Run, step: Step) -> None:
        run.has_begun = True
        run.is_in_beat = not step.ends_beat
        if step.ends_beat:
            run.beat += 1
        self._rate.count += 1
        self.updates += 1

    def _directed(self, run: _Run, market: Market, step: Step) -> Step | None:
        """The step as the scenarios have it; None when it is not traded: then only the clock goes on."""
        symbol, time_ns = step.update.symbol, step.update.time_ns
        beat = None
        if run.source.bar_s:
            end_ns = run.beat_start_ns + run.source.bar_s * NS_PER_SECOND
            beat = Beat(run.beat_start_ns, end_ns, is_first=not run.is_in_beat)
        directed = self.director.direct(step, market.last_update, beat)
        kinds = self.director.kinds_on(symbol, time_ns)
        if kinds != market.scenarios:
            market.scenarios = kinds
            market.latest_answers.forget()
            self._changed.setdefault(symbol, [])
            self._has_news = True
        if directed is None:
            run.time_ns = time_ns
            self._halt(market)
            self._count(run, step)
        else:
            market.is_halted = False
        return directed

    def _halt(self, market: Market) -> None:
        """The market is not traded from now on."""
        if market.is_halted:
            return
        market.is_halted = True
        if "halt" not in market.scenarios:
            market.scenarios = (*market.scenarios, "halt")
        market.latest_answers.forget()
        for callback in self._halt_listeners:
            callback(market.instrument.symbol)

    def _publish(self) -> None:
        """Tell streams what the slice changed."""
        for symbol, closed in self._changed.items():
            market = self._board.get(symbol)
            assert market is not None, "a market that changed is on the board"
            self._publisher.publish(market, closed)
            self._tell_closed(symbol, closed)
        self._changed.clear()
        if self._rate.close_window(self._clock.monotonic_s()) or self._has_news:
            self._tell_state()

    def _tell_closed(self, symbol: str, closed: list[ClosedCandle]) -> None:
        for each in closed:
            for callback in self._candle_listeners:
                callback(symbol, each.interval, each.candle)

    def _tell_state(self) -> None:
        self._has_news = False
        for callback in self._state_listeners:
            callback()

    def _wake_waiters(self, run: _Run) -> None:
        """Answer the single-step calls that are done, or that nothing more will come for."""
        waiting = []
        for beat, future in run.waiters:
            if future.done():
                continue
            if run.error is not None:
                future.set_exception(Unavailable(f"The feed has failed: {run.error}"))
            elif run.beat >= beat or run.is_finished:
                future.set_result(None)
            else:
                waiting.append((beat, future))
        run.waiters = waiting

    def _finish(self, run: _Run) -> None:
        """The source has ended well: close its candles; its last prices stand and can be traded on."""
        run.is_finished = True
        for symbol, market in run.markets.items():
            closed = market.finish()
            self._publisher.publish(market, closed)
            self._tell_closed(symbol, closed)
        self._wake_waiters(run)
        self._tell_state()

    def _fail(self, run: _Run, reason: str) -> None:
        """The source is of no use any more: no price of its markets may be traded on."""
        run.error = reason
        self._publish()
        self._close_markets(run)
        self._wake_waiters(run)
        self._tell_state()

    def _end(self) -> asyncio.Task[None] | None:
        """Leave the present source, if there is one; returns its task, which will take no more steps."""
        task = self._cancel()
        run, self._run = self._run, None
        if run is not None:
            self._close_markets(run)
            for _, future in run.waiters:
                if not future.done():
                    reason = "The feed was switched to another source."
                    future.set_exception(Conflict(reason, code="FEED_NOT_RUNNING"))
        return task

    def _close_markets(self, run: _Run) -> None:
        for symbol, market in run.markets.items():
            if market.is_closed:
                continue
            market.is_closed = True
            market.grow_stale()
            for callback in self._close_listeners:
                callback(symbol)
            self._publisher.publish(market, [])

    def _cancel(self) -> asyncio.Task[None] | None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        return task


async def _ended(task: asyncio.Task[None] | None) -> None:
    """Wait for a canceled task."""
    if task is not None:
        await asyncio.wait([task])


async def _rest(wake: asyncio.Event, wait_s: float | None) -> None:
    """Let the others run: for a moment (0), for `wait_s`, or until woken (None)."""
    if wait_s == 0:
        await asyncio.sleep(0)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            await wake.wait()
    wake.clear()


class _Rate:
    """Updates a second and the share of it that went into them, over windows of about a second."""

    def __init__(self, now_s: float) -> None:
        self.count = 0
        self.busy_s = 0.0
        self._started_s = now_s
        self._per_second = 0.0
        self._load = 0.0

    def close_window(self, now_s: float) -> bool:
        """End the window when it is long enough; says whether it was."""
        elapsed_s = now_s - self._started_s
        if elapsed_s < RATE_WINDOW_S:
            return False
        self._per_second = self.count / elapsed_s
        self._load = min(1.0, self.busy_s / elapsed_s)
        self.count, self.busy_s, self._started_s = 0, 0.0, now_s
        return True

    def load(self, now_s: float) -> float:
        """The last window's share; 0 when nothing came for two windows."""
        return self._load if now_s - self._started_s < 2 * RATE_WINDOW_S else 0.0

    def per_second(self, now_s: float) -> float:
        """The last window's rate; 0 when nothing came for two windows."""
        return self._per_second if now_s - self._started_s < 2 * RATE_WINDOW_S else 0.0
