"""Seeking in the feed, and scenarios on top of it. Everything here runs on the event loop."""

from collections.abc import Callable, Sequence
from typing import Protocol

from api.pagination import Page, decode_cursor, encode_cursor
from kit.clock import NS_PER_SECOND, iso_from_ns
from kit.errors import Conflict, invalid_field
from kit.trace import new_id
from kit.trail import note_change
from markets import services as markets
from markets.answers import FeedShown
from markets.direction.answers import ScenarioShown, scenario_shown
from markets.direction.contracts import ScenarioIn
from markets.direction.scenarios import ScenarioKind, ScenarioWish, make_scenario
from markets.feed import FeedState
from markets.instruments import DEFAULT_INSTRUMENTS
from markets.paging import MAX_TIME_NS, Window
from markets.sources.base import Past, SourceFailed
from markets.sources.side_by_side import SideBySide
from markets.sources.simulated import HISTORY_MINUTES, MINUTE_NS, SimulatedSource

__all__ = ["ScenarioIn", "ScenarioWish"]

MAX_LEAP_S = 31 * 86_400
"""How far the simulation is sought ahead at once: a month of minutes is made in a few seconds."""

MAX_AHEAD_S = 366 * 86_400
"""How long before its start a scenario may be asked for."""

WaitingOrders = Callable[[tuple[str, ...]], int]

_waiting_orders: list[WaitingOrders] = []


def count_waiting_orders(count: WaitingOrders) -> None:
    """Have seeking ask `count` how many orders wait in some symbols, so that none is left behind unknowingly."""
    _waiting_orders.append(count)


# Seeking -------------------------------------------------------------------------------------------------------------


async def seek_feed(time_ns: int, *, confirm: bool) -> FeedShown:
    """Go on at another moment of market time: the markets close and begin anew there, with their scenarios.

    Raises Invalid for a moment that cannot be reached, Conflict FEED_NOT_RUNNING without a source, FEED_NOT_SEEKABLE for
    one that has no other moments, OPEN_ORDERS while orders wait and `confirm` is not set.
    """
    markets.require_own_prices()
    state = markets.floor().feed.state()
    if state.source is None:
        raise Conflict("The feed has no source; choose one with PUT feed/.", code="FEED_NOT_RUNNING")
    if state.source not in (markets.SIMULATED, markets.REPLAY):
        raise Conflict(f"The {state.source} source has no other moments than now.", code="FEED_NOT_SEEKABLE")
    if isinstance(markets.floor().feed.source, SideBySide):
        raise Conflict("These bars are played from the first to the last.", code="FEED_NOT_SEEKABLE")
    if not confirm:
        _require_no_waiting_orders(state.symbols)
    before = markets.get_feed()
    if state.source == markets.REPLAY:
        await _seek_replay(state, time_ns)
    else:
        await _seek_simulation(state, time_ns)
    note_change(subject=("feed", "feed"), before=before)
    return markets.get_feed()


def _require_no_waiting_orders(symbols: tuple[str, ...]) -> None:
    waiting = sum(count(symbols) for count in _waiting_orders)
    if waiting:
        raise Conflict(
            f"Orders wait in these markets: {waiting}. They would not see the prices between, and may fill at the first one "
            "there. Cancel them, or send confirm: true.",
            code="OPEN_ORDERS",
            details={"orders": waiting, "symbols": list(symbols)},
        )


async def _seek_replay(state: FeedState, time_ns: int) -> None:
    """Read the data set from that time on, wherever it is."""
    assert state.dataset is not None, "a replay has its data set"
    try:
        source = await markets.open_replay(state.dataset, start_ns=time_ns)
    except SourceFailed as fault:
        raise invalid_field("time", f"The data before it cannot be used: {fault}.") from fault
    now = markets.floor().feed.state()
    if (now.source, now.dataset) != (state.source, state.dataset):
        raise Conflict("The feed was given another source meanwhile.", code="FEED_NOT_RUNNING")
    await markets.floor().feed.switch(
        source, speed=now.speed, is_paused=now.is_paused, first_beat=source.first_beat, keeps_scenarios=True
    )


async def _seek_simulation(state: FeedState, time_ns: int) -> None:
    """Let the simulation go on from its present prices at a later time; what lies between is made by the minute."""
    if time_ns <= state.time_ns:
        raise invalid_field("time", f"The simulation only goes forward; it is {iso_from_ns(state.time_ns)} there.")
    if time_ns - state.time_ns > MAX_LEAP_S * NS_PER_SECOND:
        latest = iso_from_ns(state.time_ns + MAX_LEAP_S * NS_PER_SECOND)
        raise invalid_field("time", f"The simulation goes 31 days ahead at a time, now to {latest} at most.")
    source = _leaping(state, time_ns)
    await markets.floor().feed.switch(
        source, speed=state.speed, is_paused=state.is_paused, first_beat=state.beat, keeps_scenarios=True
    )


def _leaping(state: FeedState, time_ns: int) -> SimulatedSource:
    """The simulation at a later time. Its seed is made of where it leaps from and how far, so the same leap is the same."""
    present = markets.floor().feed.source
    seed = present.seed if isinstance(present, SimulatedSource) else 0
    shown = {symbol: update.last_ticks for symbol in state.symbols if (update := markets.last_update(symbol))}
    return SimulatedSource(
        DEFAULT_INSTRUMENTS,
        start_ns=time_ns,
        seed=f"{seed}/{state.beat}+{time_ns - state.time_ns}",
        last_ticks={
            symbol: markets.floor().feed.director.source_ticks(symbol, ticks) for symbol, ticks in shown.items()
        },
        history_minutes=max(0, time_ns // MINUTE_NS - state.time_ns // MINUTE_NS - 1),
        past=[past for symbol in state.symbols for past in _minutes_of(symbol)],
    )


def _minutes_of(symbol: str) -> list[Past]:
    """The last minutes of a market as they were shown, for the chart of the one that follows it."""
    market = markets.floor().board.get(symbol)
    if market is None:
        return []
    newest = Window(0, MAX_TIME_NS, limit=HISTORY_MINUTES, is_oldest_first=False)
    return [Past(symbol, candle) for candle in market.candles.read("1m", newest)]


# Scenarios -----------------------------------------------------------------------------------------------------------


def list_scenarios(*, limit: int, cursor: str | None) -> Page:
    """A page of the scenarios of the present source, newest first."""
    feed = markets.floor().feed
    scenarios, now_ns = feed.director.list(), feed.market_time_ns
    start = 0 if cursor is None else max(0, decode_cursor(cursor, int))
    end = start + limit
    next_cursor = encode_cursor(end) if end < len(scenarios) else None
    return Page([scenario_shown(one, now_ns) for one in scenarios[start:end]], next_cursor)


def get_scenario(scenario_id: str) -> ScenarioShown:
    """One scenario; raises NotFound."""
    feed = markets.floor().feed
    return scenario_shown(feed.director.get(scenario_id), feed.market_time_ns)


class ScenarioRequest(Protocol):
    """A scenario as its contract reads it."""

    kind: ScenarioKind
    symbols: Sequence[str] | None
    start: int | None
    duration_seconds: float | None
    percent: float | None
    times: float | None
    recovery_seconds: float | None
    recovery_percent: float | None
    seed: int


def wish_of(request: ScenarioRequest) -> ScenarioWish:
    """What was asked for."""
    return ScenarioWish(
        kind=request.kind,
        symbols=None if request.symbols is None else tuple(request.symbols),
        start_ns=request.start,
        duration_s=request.duration_seconds,
        percent=request.percent,
        times=request.times,
        recovery_s=request.recovery_seconds,
        recovery_percent=request.recovery_percent,
        seed=request.seed,
    )


def add_scenario(wish: ScenarioWish) -> ScenarioShown:
    """Put a scenario on top of the present source.

    Raises Invalid naming the field, NotFound UNKNOWN_SYMBOL, Conflict FEED_NOT_RUNNING or TOO_MANY_SCENARIOS.
    """
    markets.require_own_prices()
    feed = markets.floor().feed
    state = feed.state()
    if state.status not in ("running", "paused"):
        raise Conflict("The feed has no steps to change; choose a source with PUT feed/.", code="FEED_NOT_RUNNING")
    scenario = make_scenario(
        wish, scenario_id=new_id(), symbols=_fed_symbols(wish.symbols, state), start_ns=_start_ns(wish.start_ns)
    )
    note_change(subject=("scenario", scenario.id))
    feed.add_scenario(scenario)
    return get_scenario(scenario.id)


def end_scenario(scenario_id: str) -> ScenarioShown:
    """End a scenario early: its market returns to the source's own prices by a jump. Raises NotFound or Conflict."""
    markets.require_own_prices()
    before = get_scenario(scenario_id)
    note_change(subject=("scenario", scenario_id), before=before)
    markets.floor().feed.end_scenario(scenario_id)
    return get_scenario(scenario_id)


def _fed_symbols(symbols: tuple[str, ...] | None, state: FeedState) -> tuple[str, ...]:
    """The symbols that a scenario concerns; raises NotFound UNKNOWN_SYMBOL, Invalid for one that is not fed or twice."""
    if symbols is None:
        return state.symbols
    if not symbols:
        raise invalid_field("symbols", "Name at least one, or leave it out for all.")
    if len(set(symbols)) < len(symbols):
        raise invalid_field("symbols", "Names one twice.")
    for symbol in symbols:
        markets.get_instrument(symbol)
        if symbol not in state.symbols:
            raise invalid_field("symbols", f"{symbol} is not fed now; {', '.join(state.symbols)} are.")
    return symbols


def _start_ns(asked_ns: int | None) -> int:
    """When a scenario begins: as asked, but no bar that is under way is changed any more. Raises Invalid for the past."""
    feed = markets.floor().feed
    now_ns, next_ns = feed.market_time_ns, feed.next_moment_ns
    if asked_ns is None:
        return next_ns
    if asked_ns < now_ns:
        raise invalid_field("start", f"Must not lie before the market's time, {iso_from_ns(now_ns)}.")
    if asked_ns - now_ns > MAX_AHEAD_S * NS_PER_SECOND:
        raise invalid_field("start", "Must lie within a year of the market's time.")
    return max(asked_ns, next_ns)
