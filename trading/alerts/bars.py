"""Closed bars on their way to the expressions that watch them, on the event loop and beside the feed.

The feed only hands a bar over; a task of its own evaluates it, a few milliseconds at a time. Each expression is followed
once for all rules that share it on a symbol and interval. It begins with the history of the market, read and taken in by a
thread, and begins anew when its market does.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from kit.clock import SYSTEM_CLOCK, Clock
from kit.errors import DomainError
from markets.services import Candles
from markets.updates import Candle
from quant.expressions import Expression
from trading.alerts.rules import Bar

if TYPE_CHECKING:
    from trading.alerts.following import Follower, Reading

SLICE_S: Final = 0.002
"""How long bars are evaluated before the loop has other work again."""

BARS_BEFORE_WAITING: Final = 2_000
"""Bars that may wait, for evaluation or for a history; beyond them a replay at full speed waits."""

HISTORY_TIMEOUT_S: Final = 60.0
"""A history that is not read by then fails its rules."""

BEGIN_TIMEOUT_S: Final = 300.0
"""So does one that is not taken in by then. The first time, compiling may take half a minute of it."""

FIELDS: Final = ("open", "high", "low", "close", "volume")
_log = logging.getLogger(__name__)

Place = tuple[str, str]
"""A symbol and an interval."""


class ClosedBar(msgspec.Struct, frozen=True):
    """A bar as the feed told it; None in place of the candle: the market has ended, and what follows is another one."""

    symbol: str
    interval: str = ""
    candle: Candle | None = None
    source: str = ""


class Sources:
    """Where bars come from."""

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> Candles | None:
        """The newest closed bars before a time, oldest first; None while there is no market."""
        raise NotImplementedError

    def floats_of(self, bar: ClosedBar) -> dict[str, float]:
        """The columns of a bar."""
        raise NotImplementedError

    def playing(self) -> str:
        """The name of what plays."""
        raise NotImplementedError


OnReading = Callable[[str, "Reading", Bar], None]
"""Told a rule's id, what a bar came to, and which."""

OnFault = Callable[[str, str], None]
"""Told a rule's id and why it cannot be evaluated."""

Prepare = Callable[[Expression, Candles], Awaitable["Follower"]]


@dataclass(slots=True)
class Followed:
    """An expression on a symbol and interval. Without a follower it is cold, or its history is being taken in."""

    expression: Expression
    rules: dict[str, None] = field(default_factory=dict)
    follower: "Follower | None" = None
    beginning: asyncio.Task[None] | None = None
    waiting: list[ClosedBar] = field(default_factory=list)
    last_ns: int | None = None
    """When the newest bar opened that it was given."""


class BarWatch:
    """All expressions that are followed, and the bars that wait for them."""

    def __init__(
        self, sources: Sources, prepare: Prepare, on_reading: OnReading, on_fault: OnFault, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._sources = sources
        self._prepare = prepare
        self._on_reading = on_reading
        self._on_fault = on_fault
        self._clock = clock
        self._places: dict[Place, dict[str, Followed]] = {}
        self._place_of: dict[str, tuple[Place, str]] = {}
        self._waiting: deque[ClosedBar] = deque()
        self._held_back = 0
        self._news = asyncio.Event()
        self._has_room = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.evaluations = 0
        """Expressions evaluated on bars since the start, history left out."""

    # ---- for its owner

    def start(self) -> None:
        """Evaluate from now on."""
        self._news, self._has_room = asyncio.Event(), asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="alerts on bars")

    async def stop(self) -> None:
        """Evaluate what waits, then no more, and forget everything."""
        tasks = [each.beginning for place in self._places.values() for each in place.values() if each.beginning]
        tasks += [self._task] if self._task is not None else []
        self._task = None
        while self._waiting:
            self._take_safely(self._waiting.popleft())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._places.clear()
        self._place_of.clear()
        self._waiting.clear()
        self._held_back = 0
        self._has_room.set()

    def watch(self, rule_id: str, place: Place, expression: Expression) -> None:
        """Have a rule told of every bar of a symbol and interval from now on."""
        self.forget(rule_id)
        name = expression.hash
        followed = self._places.setdefault(place, {}).get(name)
        if followed is None:
            followed = self._places[place][name] = Followed(expression)
            self._begin(place, followed, before_ns=None)
        followed.rules[rule_id] = None
        self._place_of[rule_id] = place, name

    def forget(self, rule_id: str) -> None:
        """Tell it no more; what nobody watches is not followed."""
        if (known := self._place_of.pop(rule_id, None)) is None:
            return
        place, name = known
        followed = self._places[place][name]
        del followed.rules[rule_id]
        if not followed.rules:
            self._make_cold(followed)
            del self._places[place][name]
            if not self._places[place]:
                del self._places[place]

    def bars_seen(self, rule_id: str) -> int | None:
        """How many bars a rule's expression has seen, history included; None while it waits for its market or history."""
        if (known := self._place_of.get(rule_id)) is None:
            return None
        follower = self._places[known[0]][known[1]].follower
        return None if follower is None else follower.bars

    @property
    def expressions(self) -> int:
        """How many are followed."""
        return sum(len(place) for place in self._places.values())

    @property
    def bars_waiting(self) -> int:
        """How many bars wait, for evaluation or for a history."""
        return len(self._waiting) + self._held_back

    # ---- for the feed

    def on_candle_closed(self, symbol: str, interval: str, candle: Candle) -> None:
        """A bar has closed; it is evaluated soon."""
        if (symbol, interval) in self._places:
            self._add(ClosedBar(symbol, interval, candle, self._sources.playing()))

    def on_market_closed(self, symbol: str) -> None:
        """A market has ended: once its last bars are evaluated, what watched it waits for another one."""
        if any(place[0] == symbol for place in self._places):
            self._add(ClosedBar(symbol))

    @property
    def is_behind(self) -> bool:
        """Whether so many bars wait that a feed which can wait should."""
        return self.bars_waiting >= BARS_BEFORE_WAITING and self._task is not None

    async def wait_for_room(self) -> None:
        """Return once fewer bars wait."""
        while self.is_behind:
            self._has_room.clear()
            await self._has_room.wait()

    def _add(self, bar: ClosedBar) -> None:
        self._waiting.append(bar)
        self._news.set()

    # ---- inside

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                ends_s = self._clock.monotonic_s() + SLICE_S
                while self._waiting and self._clock.monotonic_s() < ends_s:
                    self._take_safely(self._waiting.popleft())
                self._look_for_room()
                await asyncio.sleep(0)

    def _look_for_room(self) -> None:
        if self.bars_waiting < BARS_BEFORE_WAITING:
            self._has_room.set()

    def _take_safely(self, bar: ClosedBar) -> None:
        try:
            self._take(bar)
        except Exception:  # one bar must not be the end of all others
            _log.exception("A bar of %s could not be evaluated.", bar.symbol)

    def _take(self, bar: ClosedBar) -> None:
        """Hand a bar to every expression that watches it, or to those whose history is not there yet to keep."""
        if bar.candle is None:
            for place, all_followed in self._places.items():
                if place[0] == bar.symbol:
                    for each in all_followed.values():
                        self._make_cold(each)
            return
        columns: dict[str, float] | None = None
        place = (bar.symbol, bar.interval)
        for followed in list(self._places.get(place, {}).values()):
            if followed.follower is not None:
                columns = columns or self._sources.floats_of(bar)
                self._evaluate(followed, bar, columns)
            else:
                followed.waiting.append(bar)
                self._held_back += 1
                if followed.beginning is None:
                    self._begin(place, followed, before_ns=bar.candle.time_ns)

    def _evaluate(self, followed: Followed, bar: ClosedBar, columns: dict[str, float]) -> None:
        assert bar.candle is not None and followed.follower is not None, "there is a bar, and somebody to take it"
        if followed.last_ns is not None and bar.candle.time_ns <= followed.last_ns:
            return
        followed.last_ns = bar.candle.time_ns
        try:
            reading = followed.follower.take(columns)
        except Exception as fault:  # the rules of this expression fail, and nothing else
            self._fail(followed, fault)
            return
        self.evaluations += 1
        for rule_id in list(followed.rules):
            self._on_reading(rule_id, reading, Bar(bar.source, bar.candle.time_ns))

    def _begin(self, place: Place, followed: Followed, *, before_ns: int | None) -> None:
        if self._task is not None:
            work = self._take_history(place, followed, before_ns)
            followed.beginning = asyncio.get_running_loop().create_task(work)

    async def _take_history(self, place: Place, followed: Followed, before_ns: int | None) -> None:
        """Begin with what was before; the bars that came meanwhile are evaluated after it, as if they came then."""
        symbol, interval = place
        try:
            limit = max(1, followed.expression.need().warm_up)
            async with asyncio.timeout(HISTORY_TIMEOUT_S):
                history = await self._sources.history(symbol, interval, limit=limit, before_ns=before_ns)
            if history is None:
                followed.beginning = None
                self._make_cold(followed)
                return
            async with asyncio.timeout(BEGIN_TIMEOUT_S):
                follower = await self._prepare(followed.expression, history)
        except Exception as fault:  # whatever it is, it must not be more than the end of these rules
            followed.beginning = None
            self._fail(followed, fault)
            return
        followed.last_ns = history.time_ns[-1] if history.time_ns else None
        followed.follower = follower
        # In one go: a bar that comes now must not be taken before these.
        waiting, followed.waiting, followed.beginning = followed.waiting, [], None
        self._held_back -= len(waiting)
        for bar in waiting:
            if followed.follower is follower:
                self._evaluate(followed, bar, self._sources.floats_of(bar))
        self._look_for_room()

    def _make_cold(self, followed: Followed) -> None:
        if followed.beginning is not None:
            followed.beginning.cancel()
        self._held_back -= len(followed.waiting)
        followed.follower, followed.beginning, followed.last_ns, followed.waiting = None, None, None, []
        self._look_for_room()

    def _fail(self, followed: Followed, fault: Exception) -> None:
        self._make_cold(followed)
        is_ours = not isinstance(fault, DomainError)
        _log.error(
            "%r cannot be followed any more: %s", followed.expression, fault, exc_info=fault if is_ours else None
        )
        for rule_id in list(followed.rules):
            self._on_fault(rule_id, reason_of(fault))


def reason_of(fault: Exception) -> str:
    """Why, as its owner may read it: what is a bug of ours says no more than its name."""
    if isinstance(fault, DomainError):
        return fault.message
    if isinstance(fault, TimeoutError):
        return "Its history was not there in time."
    return f"It could not be evaluated ({type(fault).__name__}); the log has the rest."
