"""The runs of one floor, bar by bar: each bar that closes is evaluated once a group and acted on by each of its runs, before
the market moves on.

The feed ends its slice at a bar that is followed (`awaits`), tells of it (`on_candle_closed`), and waits at `flow_gate`
until everybody has acted: so what is ordered meets the open of the next bar at any speed. Work is done in slices, between
which others have the event loop. A run that fails or is slow is ended, and nothing else is.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import msgspec

from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK, Clock
from kit.errors import DomainError, Unavailable
from kit.trace import current_trace_id, set_trace_id
from markets.instruments import Instrument
from markets.services import Candles
from markets.updates import INTERVALS, Candle
from trading.desk import Desk
from trading.published import Change
from trading.sandbox.events import OrderFilled
from trading.strategies.budget import OrderBudget
from trading.strategies.groups import MAX_HELD_BARS, Group, Place
from trading.strategies.live import NO_NEXT_BAR, SLOW_BARS, SLOW_S, AccountGone, LiveRun
from trading.strategies.measuring import Measures, candles_in_ticks
from trading.strategies.readings import FollowsBars, Reading
from trading.strategies.records import FAILED, RUNNING, STOPPED, Gap, Signal

SLICE_S: Final = 0.005
"""How long runs hold the event loop at a time, as the feed does."""

HISTORY_TIMEOUT_S: Final = 60.0
"""A history is 20,000 bars at most; the first of a process also loads a compiler."""

HISTORIES_AT_ONCE: Final = 2
"""A thousand runs that begin together, as after a start, take turns: each keeps a thread and asks for the interpreter."""

MAX_MISSED_BARS: Final = 20_000
"""Bars of before a start that are looked at for what a run missed: two weeks of minutes."""

_log = logging.getLogger(__name__)


class Prepared(msgspec.Struct, frozen=True):
    """A follower and measures that have seen a history, and what its last bar came to."""

    follower: FollowsBars
    measures: Measures
    reading: Reading | None


class Surroundings(Protocol):
    """What a runner asks of where it runs."""

    def desk(self) -> Desk | None:
        """Where orders are placed; None while there is none."""
        ...

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> Candles | None:
        """The newest closed bars before a time, oldest first; None while there is no market."""
        ...

    def floats_of(self, symbol: str, candle: Candle) -> dict[str, float]:
        """The columns of a bar."""
        ...

    def instrument(self, symbol: str) -> Instrument:
        """The instrument of a symbol."""
        ...

    def playing(self) -> str:
        """The name of what plays."""
        ...

    def is_over(self) -> bool:
        """Whether no further bar will come of what plays."""
        ...

    def market_time_ns(self) -> int:
        """By the market's clock."""
        ...


Prepare = Callable[[Group, Candles | None, list[Candle]], Awaitable[Prepared]]
OnSignal = Callable[[LiveRun, Signal], None]
OnChange = Callable[[LiveRun], None]
OnEnd = Callable[[LiveRun, str, str], None]
"""Told a run, the state that it ends in, and why."""


class _Job(msgspec.Struct, frozen=True):
    """A bar for a group, or, with a run, what the group read of it for that run."""

    group: Group
    candle: Candle
    live: LiveRun | None = None
    reading: Reading | None = None
    read_s: float = 0.0
    """What the reading took."""


class Runner:
    """All runs of a floor. `holds_feed` has the market wait for histories too, which a rehearsal may ask and others not."""

    def __init__(
        self,
        around: Surroundings,
        *,
        prepare: Prepare,
        on_signal: OnSignal,
        on_change: OnChange,
        on_end: OnEnd,
        on_progress: OnChange,
        holds_feed: bool,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._around = around
        self._prepare = prepare
        self._on_signal = on_signal
        self._on_change = on_change
        self._on_end = on_end
        self._on_progress = on_progress
        self._holds_feed = holds_feed
        self._clock = clock
        self._groups: dict[Place, dict[str, Group]] = {}
        self.lives: dict[str, LiveRun] = {}
        self._accounts: dict[str, dict[str, LiveRun]] = {}
        self._jobs: deque[_Job] = deque()
        self._turns = asyncio.Semaphore(HISTORIES_AT_ONCE)
        self.budget = OrderBudget()
        self.evaluations = 0
        """Groups evaluated on bars since the start."""
        self.decisions = 0
        """Bars that runs acted on since the start."""

    # ---- runs

    def add(self, live: LiveRun, groups: list[Group]) -> None:
        """Have a run follow its symbols from now on; a group that is there already takes it in as it is."""
        self.lives[live.run.id] = live
        self._accounts.setdefault(live.run.account, {})[live.run.id] = live
        for wanted in groups:
            group = self._groups.setdefault(wanted.place, {}).setdefault(wanted.key, wanted)
            group.members[live.run.id] = live
            if group.follower is not None:
                self._join(group, live, missed=[])
            elif group.beginning is None:
                self._begin(group, before_ns=None)

    def remove(self, run_id: str) -> None:
        """Have a run follow nothing any more; what nobody follows is forgotten."""
        live = self.lives.pop(run_id, None)
        if live is None:
            return
        of_account = self._accounts.get(live.run.account, {})
        of_account.pop(run_id, None)
        if not of_account:
            self._accounts.pop(live.run.account, None)
        for place, groups in list(self._groups.items()):
            for key, group in list(groups.items()):
                if group.members.pop(run_id, None) is not None and not group.members:
                    group.make_cold()
                    del groups[key]
            if not groups:
                del self._groups[place]

    def groups_of(self, run_id: str) -> list[Group]:
        """What a run follows."""
        return [group for groups in self._groups.values() for group in groups.values() if run_id in group.members]

    @property
    def group_count(self) -> int:
        """How many groups are followed."""
        return sum(len(groups) for groups in self._groups.values())

    @property
    def jobs_waiting(self) -> int:
        """Bars and decisions that wait."""
        return len(self._jobs)

    async def stop(self) -> None:
        """Follow nothing any more, without a word to anyone."""
        beginnings = [group.beginning for groups in self._groups.values() for group in groups.values()]
        tasks = [task for task in beginnings if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._groups.clear()
        self.lives.clear()
        self._accounts.clear()
        self._jobs.clear()
        self._turns = asyncio.Semaphore(HISTORIES_AT_ONCE)

    async def wait_until_begun(self, run_id: str, timeout_s: float) -> None:
        """Return when the histories of a run are taken in, or after a while."""
        tasks = [group.beginning for group in self.groups_of(run_id) if group.beginning is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=timeout_s)

    # ---- for the feed

    def awaits(self, symbol: str, interval: str) -> bool:
        """Whether somebody acts on the bars of a symbol and interval."""
        return (symbol, interval) in self._groups

    def on_candle_closed(self, symbol: str, interval: str, candle: Candle) -> None:
        """A bar has closed; who follows it acts at the gate, or here if there is no gate any more."""
        groups = self._groups.get((symbol, interval))
        if not groups:
            return
        self._jobs.extend([_Job(group, candle) for group in groups.values()])
        asyncio.get_running_loop().call_soon(self._look_at_last)

    def on_market_closed(self, symbol: str) -> None:
        """A market has ended: what followed it waits for another one."""
        self._jobs = deque(job for job in self._jobs if job.group.place[0] != symbol)
        for place, groups in self._groups.items():
            if place[0] == symbol:
                for group in groups.values():
                    group.make_cold()

    def flow_gate(self) -> Awaitable[None] | None:
        """What the feed waits for before it takes the next step; None while nobody acts."""
        return self._work_off() if self._jobs else None

    def on_change(self, change: Change) -> None:
        """Something became durable: entries that were on their way are protected when they fill."""
        if not self._accounts:
            return
        desk = self._around.desk()
        for fill in change.fills:
            for live in list(self._accounts.get(fill.account_id, {}).values()):
                order = None if desk is None else desk.exchange.orders.get(fill.order_id)
                group = None if order is None else self._group_of(live, order.symbol)
                if desk is not None and group is not None and group.measures is not None:
                    self._take_fill(desk, live, fill, group.measures, group.place[0])

    def _take_fill(self, desk: Desk, live: LiveRun, fill: OrderFilled, measures: Measures, symbol: str) -> None:
        try:
            signal = live.on_fill(desk, fill, measures, symbol)
        except Exception as fault:  # this run fails, and nothing else
            self._fail(live, fault)
            return
        if signal is not None:
            self._on_signal(live, signal)

    def _group_of(self, live: LiveRun, symbol: str) -> Group | None:
        groups = self._groups.get((symbol, live.run.spec.interval), {})
        return next((group for group in groups.values() if live.run.id in group.members), None)

    # ---- working off

    async def _work_off(self) -> None:
        while self._jobs:
            ends_s = self._clock.monotonic_s() + SLICE_S
            while self._jobs and self._clock.monotonic_s() < ends_s:
                self._do(self._jobs.popleft())
            if self._holds_feed:
                await self._wait_for_beginnings()
            if self._jobs:
                await asyncio.sleep(0)

    async def _wait_for_beginnings(self) -> None:
        """In a rehearsal nobody else is kept waiting: no bar passes before histories are taken in."""
        while True:
            tasks = [
                group.beginning
                for groups in self._groups.values()
                for group in groups.values()
                if group.beginning is not None
            ]
            if not tasks:
                return
            await asyncio.wait(tasks)

    def _look_at_last(self) -> None:
        """The last bars of a source that has ended: nothing comes after them, so nothing is done but told."""
        if not self._jobs or not self._around.is_over():
            return
        while self._jobs:
            job = self._jobs.popleft()
            if job.live is None:
                self._evaluate(job.group, job.candle)
            elif job.reading is not None and job.live.run.id in self.lives and (desk := self._around.desk()):
                signal = job.live.pass_over(desk, job.group.place[0], job.candle.time_ns, job.reading, NO_NEXT_BAR)
                if signal is not None:
                    self._on_signal(job.live, signal)

    def _do(self, job: _Job) -> None:
        if job.live is None:
            self._evaluate(job.group, job.candle)
        elif job.reading is not None and job.live.run.id in job.group.members:
            self._decide(job.group, job.live, job.candle.time_ns, job.reading, job.read_s)

    def _evaluate(self, group: Group, candle: Candle) -> None:
        """Give a group a bar, and have each of its runs act on what it came to."""
        if not group.members:
            return
        if group.follower is None:
            self._hold(group, candle)
            return
        started_s = self._clock.monotonic_s()
        try:
            reading = self._read(group, candle)
        except Exception as fault:  # these runs fail, and nothing else
            self._fail_all(group, fault)
            return
        if reading is None:
            return
        took_s = self._clock.monotonic_s() - started_s
        acting = []
        for live in group.members.values():
            if live.run.waits_for_warm_up and not group.is_warm:
                live.note_bar(group.place[0], candle.time_ns)
                self._on_progress(live)
            else:
                acting.append(_Job(group, candle, live, reading, took_s))
        self._jobs.extendleft(reversed(acting))

    def _read(self, group: Group, candle: Candle) -> Reading | None:
        """What a bar comes to; None for one that the group has seen."""
        assert group.follower is not None and group.measures is not None, "the group follows"
        if group.last_ns is not None and candle.time_ns <= group.last_ns:
            return None
        group.last_ns = candle.time_ns
        group.measures.add(candle)
        group.reading = group.follower.take(self._around.floats_of(group.place[0], candle))
        self.evaluations += 1
        return group.reading

    def _decide(self, group: Group, live: LiveRun, bar_ns: int, reading: Reading, read_s: float = 0.0) -> None:
        desk = self._around.desk()
        if desk is None or group.measures is None:
            return
        symbol, interval = group.place
        self.budget.begin(bar_ns + INTERVALS[interval] * NS_PER_SECOND)
        self.decisions += 1
        started_s = self._clock.monotonic_s()
        before = current_trace_id()
        set_trace_id(live.run.id)
        try:
            signal = live.act(desk, symbol, bar_ns, reading, group.measures)
        except Unavailable as refusal:
            signal = live.refuse(desk, symbol, bar_ns, reading, refusal)
        except Exception as fault:  # this run fails, and nothing else
            self._fail(live, fault)
            return
        finally:
            set_trace_id(before)
        if live.note_time(read_s + self._clock.monotonic_s() - started_s):
            self._on_end(live, FAILED, f"It takes too long: more than {SLOW_S:g} s for {SLOW_BARS} bars in a row.")
        self._on_progress(live)
        if signal is not None:
            self._on_signal(live, signal)
        if live.is_done:
            self._on_end(live, STOPPED, "Done." if signal is None else f"Done: {signal.text}")

    def _fail_all(self, group: Group, fault: Exception) -> None:
        for live in list(group.members.values()):
            self._fail(live, fault)

    def _fail(self, live: LiveRun, fault: Exception) -> None:
        _log.error("The run %s of %s fails.", live.run.id, live.run.strategy_name, exc_info=fault)
        self._on_end(live, FAILED, reason_of(fault))

    # ---- histories

    def _hold(self, group: Group, candle: Candle) -> None:
        """Keep a bar until the history before it is taken in."""
        group.held.append(candle)
        if len(group.held) > MAX_HELD_BARS:
            group.make_cold()
            group.held.append(candle)
        if group.beginning is None:
            self._begin(group, before_ns=candle.time_ns)

    def _begin(self, group: Group, *, before_ns: int | None) -> None:
        work = self._take_history(group, before_ns)
        group.beginning = asyncio.get_running_loop().create_task(work)

    async def _take_history(self, group: Group, before_ns: int | None) -> None:
        """Begin with what was before; bars that came meanwhile are history too, unless the market waited for them."""
        symbol, interval = group.place
        try:
            async with self._turns, asyncio.timeout(HISTORY_TIMEOUT_S):
                limit = max(1, group.warm_up_bars, self._missed_bars(group))
                history = await self._around.history(symbol, interval, limit=limit, before_ns=before_ns)
                candles = [] if history is None else candles_in_ticks(history, self._around.instrument(symbol))
                prepared = await self._prepare(group, history, candles)
        except Exception as fault:  # whatever it is, it must not be more than the end of these runs
            group.beginning = None
            self._fail_all(group, fault)
            return
        group.beginning = None
        if history is None and before_ns is None:
            # No market yet: all that can be done was to load what evaluates.
            for live in list(group.members.values()):
                self._on_change(live)
            return
        self._start_group(group, prepared, candles)

    def _missed_bars(self, group: Group) -> int:
        """How many bars may have closed since its runs acted last, as many as there are reasons to look at."""
        symbol, interval = group.place
        length_ns = INTERVALS[interval] * NS_PER_SECOND
        lasts = [live.progress.last_ns.get(symbol) for live in group.members.values()]
        since_ns = max([self._around.market_time_ns() - last_ns for last_ns in lasts if last_ns is not None], default=0)
        return min(max(since_ns // length_ns, 0), MAX_MISSED_BARS)

    def _start_group(self, group: Group, prepared: Prepared, candles: list[Candle]) -> None:
        """In one go: a bar that comes now must not be taken before those that were held."""
        group.follower, group.measures, group.reading = prepared.follower, prepared.measures, prepared.reading
        group.last_ns = candles[-1].time_ns if candles else None
        held, group.held = list(group.held), deque()
        times = [candle.time_ns for candle in candles]
        if not self._holds_feed:
            for candle in held:
                self._read(group, candle)
            times += [candle.time_ns for candle in held]
        for live in list(group.members.values()):
            self._join(group, live, missed=times)
        if self._holds_feed:
            self._jobs.extendleft([_Job(group, candle) for candle in reversed(held)])

    def _join(self, group: Group, live: LiveRun, missed: list[int]) -> None:
        """A run begins to follow a group: what it left is found, and what it missed is named and not traded.

        The newest bar is acted on all the same if the one after it still forms, as after a crash between a close and its
        orders: everything ordered at it before is known by its client order id.
        """
        symbol = group.place[0]
        self._note_source(live, symbol)
        last_ns = live.progress.last_ns.get(symbol)
        since = [] if last_ns is None else [time_ns for time_ns in missed if time_ns > last_ns]
        desk = self._around.desk()
        if desk is not None and group.measures is not None:
            try:
                live.dealers[symbol].resume(desk, group.measures)
            except (DomainError, AccountGone, KeyError) as fault:
                self._fail(live, fault)
                return
        is_late = bool(since) and self._is_newest(since[-1], group)
        if is_late and group.reading is not None and group.last_ns == since[-1]:
            self._decide(group, live, since.pop(), group.reading)
        if since:
            live.note_gap(Gap(symbol, since[0], since[-1], "The run was not following then."))
        if last_ns is not None and group.last_ns is not None and group.last_ns < last_ns:
            live.note_gap(Gap(symbol, None, None, "The market's clock was set back."))
        if live.run.id in self.lives:
            if group.last_ns is not None:
                live.note_bar(symbol, group.last_ns)
            self._set_running(live)

    def _note_source(self, live: LiveRun, symbol: str) -> None:
        """Bars of another source have nothing to do with those before: the difference is a gap by itself."""
        playing = self._around.playing()
        before = live.progress.source
        if playing == before:
            return
        live.progress = msgspec.structs.replace(live.progress, source=playing, last_ns={})
        if before:
            live.note_gap(Gap(symbol, None, None, f"The market changed from {before} to {playing}."))

    def _is_newest(self, bar_ns: int, group: Group) -> bool:
        """Whether the bar after one still forms."""
        length_ns = INTERVALS[group.place[1]] * NS_PER_SECOND
        return self._around.market_time_ns() < bar_ns + 2 * length_ns

    def _set_running(self, live: LiveRun) -> None:
        if live.run.state != RUNNING:
            live.run = msgspec.structs.replace(live.run, state=RUNNING)
        self._on_change(live)


def reason_of(fault: Exception) -> str:
    """Why, as its owner may read it: what is a bug of ours says no more than its name."""
    if isinstance(fault, DomainError):
        return fault.message
    if isinstance(fault, AccountGone):
        return str(fault)
    if isinstance(fault, TimeoutError):
        return f"Its history did not come within {HISTORY_TIMEOUT_S:g} s."
    return f"It could not go on ({type(fault).__name__}); the log has the rest."
