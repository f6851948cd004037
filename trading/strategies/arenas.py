"""Where runs trade: the main market with the main desk, or those of a rehearsal. An arena has a runner of its own.

Runs of the main arena are written down and taken up again after a restart; those of a rehearsal end with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from kit.clock import SYSTEM_CLOCK
from markets import services as markets
from markets.instruments import Instrument
from markets.updates import Candle
from streams.hub import HUB, Hub, PlacedHub
from trading.desk import Desk
from trading.services import find_desk, get_desk
from trading.strategies import channel
from trading.strategies.answers import RunAnswer, live_answer
from trading.strategies.groups import Group
from trading.strategies.keeping import Keeper
from trading.strategies.live import LiveRun
from trading.strategies.records import FAILED, Run, Signal
from trading.strategies.runner import HISTORIES_AT_ONCE, Prepared, Runner, Surroundings

MAX_ENDED: Final = 100
"""Runs of a rehearsal that are remembered after their end, the newest."""

OnEnded = Callable[[Run], None]


class MainMarket(Surroundings):
    """The market of the gateway."""

    def desk(self) -> Desk | None:
        """The main desk when it runs."""
        return find_desk()

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> markets.Candles | None:
        """See `markets.closed_candles`."""
        return await markets.closed_candles(symbol, interval, limit=limit, before_ns=before_ns)

    def floats_of(self, symbol: str, candle: Candle) -> dict[str, float]:
        """As charts show it."""
        found = markets.floats_of(symbol, [candle])
        return {name: getattr(found, name)[0] for name in ("open", "high", "low", "close", "volume")}

    def instrument(self, symbol: str) -> Instrument:
        """As the markets know it."""
        return markets.get_instrument(symbol)

    def playing(self) -> str:
        """See `markets.playing`."""
        return markets.playing()

    def is_over(self) -> bool:
        """Whether what plays has ended or failed."""
        return markets.get_feed().status in ("finished", "failed", "idle")

    def market_time_ns(self) -> int:
        """By the market's clock."""
        return markets.market_time_ns()


class FloorMarket(MainMarket):
    """The market of a rehearsal, whoever asks."""

    def __init__(self, floor: markets.Floor, desk: Desk) -> None:
        self._floor = floor
        self._desk = desk

    def desk(self) -> Desk | None:
        """The rehearsal's."""
        return self._desk

    async def history(self, symbol: str, interval: str, *, limit: int, before_ns: int | None) -> markets.Candles | None:
        """Of the rehearsal's market."""
        with markets.working_on(self._floor):
            return await super().history(symbol, interval, limit=limit, before_ns=before_ns)

    def playing(self) -> str:
        """In the rehearsal."""
        with markets.working_on(self._floor):
            return super().playing()

    def is_over(self) -> bool:
        """In the rehearsal."""
        return self._floor.feed.state().status in ("finished", "failed", "idle")

    def market_time_ns(self) -> int:
        """By the rehearsal's clock."""
        return self._floor.feed.market_time_ns


class Arena:
    """A runner, where it tells, and whether what happens in it is kept (`keeper`)."""

    def __init__(self, around: Surroundings, hub: Hub | PlacedHub, keeper: Keeper | None) -> None:
        self.around = around
        self.hub = hub
        self.keeper = keeper
        self.runner = Runner(
            around,
            prepare=prepare,
            on_signal=self._on_signal,
            on_change=self.tell,
            on_end=self.end,
            on_progress=self._note_progress,
            holds_feed=keeper is None,
        )
        self.reserved: set[tuple[str, str]] = set()
        """Accounts and symbols of runs that are being started."""
        self.ended: dict[str, LiveRun] = {}
        """Runs of a rehearsal that have ended, for nothing else remembers them."""
        self.on_ended: list[OnEnded] = []

    @property
    def is_durable(self) -> bool:
        """Whether runs are taken up again after a restart."""
        return self.keeper is not None

    def answer(self, live: LiveRun) -> RunAnswer:
        """A run that goes on, as clients see it."""
        return live_answer(live, self.waiting_for(live))

    def waiting_for(self, live: LiveRun) -> str | None:
        """What a run waits for before it can act; None when nothing keeps it."""
        for group in self.runner.groups_of(live.run.id):
            symbol, interval = group.place
            if group.follower is None:
                return f"{'the history' if group.beginning else 'a market'} of {symbol} with bars of {interval}"
            if live.run.waits_for_warm_up and not group.is_warm:
                return f"{group.warm_up_bars - group.follower.bars} more bars of {symbol} for its warm-up"
        return None

    def tell(self, live: LiveRun) -> None:
        """A run has changed."""
        if self.keeper is not None:
            self.keeper.note_run(live.run, live.progress)
        channel.publish_run(self.hub, live.run.owner, lambda: self.answer(live))

    def _on_signal(self, live: LiveRun, signal: Signal) -> None:
        if self.keeper is not None:
            self.keeper.add_signal(live.run.strategy_id, signal)
        channel.publish_signal(self.hub, live.run.owner, live.run.strategy_id, signal)

    def _note_progress(self, live: LiveRun) -> None:
        if self.keeper is not None:
            self.keeper.note_progress(live)

    def end(self, live: LiveRun, state: str, reason: str) -> None:
        """A run ends, on somebody's wish or by a fault; its positions and orders are as they are."""
        if live.run.id not in self.runner.lives:
            return
        live.run = msgspec.structs.replace(live.run, state=state, reason=reason, ended_ns=SYSTEM_CLOCK.now_ns())
        self.runner.remove(live.run.id)
        if self.keeper is not None:
            self.keeper.forget(live.run.id)
        else:
            self.ended[live.run.id] = live
            while len(self.ended) > MAX_ENDED:
                del self.ended[next(iter(self.ended))]
        self.tell(live)
        for listener in self.on_ended:
            listener(live.run)

    def fail(self, live: LiveRun, reason: str) -> None:
        """A run cannot go on."""
        self.end(live, FAILED, reason)

    def flow_gate(self) -> Awaitable[None] | None:
        """What the feed waits for: everybody who acts on a bar, and the table where signals come faster than it writes."""
        if (opening := self.runner.flow_gate()) is not None:
            return opening
        return self.keeper.wait_for_room() if self.keeper is not None and self.keeper.is_behind else None


async def prepare(group: Group, history: markets.Candles | None, candles: list[Candle]) -> Prepared:
    """A follower and measures that have seen the history, made in a thread of their own: it loads numba the first time."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _prepare, group, history, candles)


def _prepare(group: Group, history: markets.Candles | None, candles: list[Candle]) -> Prepared:
    from trading.strategies import following  # numpy and numba are loaded by the first run

    return following.prepare(group, history, candles)


_THREADS: Final = ThreadPoolExecutor(HISTORIES_AT_ONCE, thread_name_prefix="strategies")
_arenas: dict[markets.Floor, Arena] = {}
MAIN = Arena(MainMarket(), HUB, Keeper())


def arena() -> Arena:
    """The arena of the floor at hand; that of a rehearsal comes to be when it is first asked for. Raises as `get_desk`."""
    floor = markets.chosen_floor()
    if floor is None:
        return MAIN
    desk = get_desk()
    if floor not in _arenas:
        made = _arenas[floor] = Arena(FloorMarket(floor, desk), floor.hub, None)
        floor.feed.on_candle_closed(made.runner.on_candle_closed)
        floor.feed.act_on_candles(made.runner.awaits)
        floor.feed.on_market_closed(made.runner.on_market_closed)
        floor.feed.flow_gate(made.flow_gate)
        desk.add_listener(made.runner.on_change)
    return _arenas[floor]


def is_followed(strategy_id: str) -> bool:
    """Whether a run of a strategy goes on anywhere, rehearsals included."""
    runners = [MAIN.runner, *(each.runner for each in _arenas.values())]
    return any(live.run.strategy_id == strategy_id for runner in runners for live in runner.lives.values())


async def close_arena(floor: markets.Floor) -> None:
    """The rehearsal of a floor ends."""
    made = _arenas.pop(floor, None)
    if made is not None:
        await made.runner.stop()
