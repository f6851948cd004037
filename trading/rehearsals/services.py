"""Rehearsals: each has a floor (feed, markets, clock) and a desk (exchange, accounts, orders) of its own.

Nothing of them is kept: they end with the process or when somebody ends them. A request works in one when it names it;
the services of orders, accounts and markets then find its desk and its feed in place of the main ones. Everything here
runs on the event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec
from django.conf import settings

from api.pagination import Page, decode_cursor, encode_cursor
from kit.clock import SYSTEM_CLOCK, iso_from_ns, iso_ms_from_ns
from kit.errors import Conflict, NotFound, Unavailable, invalid_field
from kit.trace import new_id
from kit.trail import note_change
from markets import services as markets
from markets.direction import services as direction
from markets.sources.base import Source
from streams.hub import HUB
from trading import channels, tunables
from trading import services as trading
from trading.accounts.services import AccountSetup, command_to_open
from trading.desk import RETRY_DELAYS_S, Desk
from trading.journal.stores import MemoryStore
from trading.sandbox.orders import OpenAccount

MAX_REHEARSALS = 8
"""At a time. Each has a feed that may want a whole core, a journal thread, and orders in memory."""

ENDED = trading.REHEARSAL_ENDED


class RehearsalWish(msgspec.Struct, frozen=True, kw_only=True):
    """A rehearsal as it is asked for; no account: the one that everyone starts with."""

    name: str
    source: str
    dataset: str | None
    seed: int
    speed: float
    is_paused: bool
    scenarios: Sequence[direction.ScenarioWish]
    account: AccountSetup | None


class RehearsalShown(msgspec.Struct, frozen=True):
    """A rehearsal. `durable` is always false: nothing of it outlives the process."""

    id: str
    name: str
    created_at: str
    seed: int
    accounts: int
    orders: int
    durable: bool
    status: str
    source: str | None
    dataset: str | None
    symbols: tuple[str, ...]
    speed: float
    time: str


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Rehearsal:
    """One that goes on."""

    id: str
    name: str
    seed: int
    created_ns: int
    floor: markets.Floor
    desk: Desk


_rehearsals: dict[str, Rehearsal] = {}
_end_listeners: list[Callable[[markets.Floor], Awaitable[None]]] = []


def on_end(listener: Callable[[markets.Floor], Awaitable[None]]) -> None:
    """Have `listener` awaited with the floor of every rehearsal that ends, before its feed and its desk are stopped."""
    _end_listeners.append(listener)


async def open_rehearsal(wish: RehearsalWish, *, actor: str, source: Source | None = None) -> RehearsalShown:
    """Begin a rehearsal: its account, its source from the start, its scenarios, then its pace.

    A `source` that is given plays in place of the one that the wish names. Raises Invalid, NotFound for a data set or
    symbol there is not, Conflict TOO_MANY_REHEARSALS.
    """
    if not settings.SANDBOX_TRADING:
        raise Unavailable("Trading is switched off (SANDBOX_TRADING=0).")
    if 0 < wish.speed < markets.MIN_SPEED:
        raise invalid_field("speed", f"Must be 0 (as fast as it goes) or at least {markets.MIN_SPEED:g}.")
    if len(_rehearsals) >= MAX_REHEARSALS:
        raise Conflict(f"There are {MAX_REHEARSALS} rehearsals already; end one first.", code="TOO_MANY_REHEARSALS")
    rehearsal = _make(wish)
    _rehearsals[rehearsal.id] = rehearsal
    try:
        await _begin(rehearsal, wish, actor, source)
    except BaseException:
        await _end(rehearsal)
        raise
    note_change(subject=("rehearsal", rehearsal.id))
    return _shown(rehearsal)


def list_rehearsals(*, limit: int, cursor: str | None) -> Page:
    """A page of those that go on, newest first."""
    newest = list(reversed(_rehearsals.values()))
    start = 0 if cursor is None else max(0, decode_cursor(cursor, int))
    end = start + limit
    return Page([_shown(one) for one in newest[start:end]], encode_cursor(end) if end < len(newest) else None)


def get_rehearsal(rehearsal_id: str) -> RehearsalShown:
    """One that goes on; raises NotFound."""
    return _shown(_find(rehearsal_id))


async def end_rehearsal(rehearsal_id: str) -> RehearsalShown:
    """End one, and everything in it; answers how it stood. Raises NotFound."""
    rehearsal = _find(rehearsal_id)
    last = _shown(rehearsal)
    note_change(subject=("rehearsal", rehearsal_id), before=last)
    await _end(rehearsal)
    return last


async def end_all() -> None:
    """End every rehearsal; for the stop of the server."""
    await asyncio.gather(*(_end(rehearsal) for rehearsal in list(_rehearsals.values())))


def work_in(rehearsal_id: str) -> AbstractContextManager[None]:
    """Have the present context work in a rehearsal for the time of a `with`; raises NotFound at once."""
    return markets.working_on(_find(rehearsal_id).floor)


def rehearse(rehearsal_id: str) -> AbstractContextManager[None]:
    """`work_in` for a request: what it changes is noted as the rehearsal's."""
    work = work_in(rehearsal_id)
    note_change(subject=("rehearsal", rehearsal_id))
    return work


def has_account(rehearsal_id: str, account_id: str) -> bool:
    """Whether a rehearsal has an account; raises NotFound for no rehearsal."""
    return account_id in _find(rehearsal_id).desk.published.accounts


def _find(rehearsal_id: str) -> Rehearsal:
    if rehearsal_id not in _rehearsals:
        shown = rehearsal_id if len(rehearsal_id) <= 40 else f"{rehearsal_id[:40]}…"
        raise NotFound(f"There is no rehearsal {shown!r}.")
    return _rehearsals[rehearsal_id]


def _make(wish: RehearsalWish) -> Rehearsal:
    rehearsal_id = new_id()
    floor = markets.open_floor(rehearsal_id)
    desk = Desk(
        store=MemoryStore(),
        find_instrument=markets.get_instrument,
        market_time_ns=lambda: floor.feed.market_time_ns,
        clock=SYSTEM_CLOCK,
        restore_answers=lambda answers: None,
        retry_delays_s=RETRY_DELAYS_S,
        kept_ended_orders=tunables.ENDED_ORDERS_IN_MEMORY.value,
        keep_house_every=tunables.SNAPSHOT_ENTRIES.value,
        limits=tunables.order_limits(),
        is_record=False,
    )
    hub = HUB.at(rehearsal_id)
    desk.add_listener(lambda change: channels.publish_change_of(desk, hub, change))
    trading.put_desk(floor, desk)
    return Rehearsal(rehearsal_id, wish.name, wish.seed, SYSTEM_CLOCK.now_ns(), floor, desk)


async def _begin(rehearsal: Rehearsal, wish: RehearsalWish, actor: str, source: Source | None) -> None:
    feed, desk = rehearsal.floor.feed, rehearsal.desk
    if source is None:
        source = await markets.open_source(wish.source, wish.dataset, seed=wish.seed)
    await desk.start()
    await desk.commit([desk.execute(_first_account(wish.account), actor=actor)])
    feed.subscribe(desk.on_market)
    feed.on_market_closed(desk.on_market_closed)
    feed.on_market_halted(desk.on_market_halted)
    feed.flow_gate(desk.wait_for_room)
    rehearsal.floor.speed_choice.is_own = True
    await feed.switch(source, speed=wish.speed, is_paused=True)
    with markets.working_on(rehearsal.floor):
        for scenario in wish.scenarios:
            direction.add_scenario(scenario)
    feed.set_pace(speed=wish.speed, is_paused=wish.is_paused)


def _first_account(setup: AccountSetup | None) -> OpenAccount:
    return trading.default_account() if setup is None else command_to_open(setup)


async def _end(rehearsal: Rehearsal) -> None:
    """Let go of everything that it holds. Who works in it at this moment is told that it has ended."""
    _rehearsals.pop(rehearsal.id, None)
    for listener in _end_listeners:
        await listener(rehearsal.floor)
    await markets.close_floor(rehearsal.floor)
    await rehearsal.desk.stop()
    trading.remove_desk(rehearsal.floor)
    HUB.end_place(rehearsal.id, ENDED)


def _shown(rehearsal: Rehearsal) -> RehearsalShown:
    desk, feed = rehearsal.desk, rehearsal.floor.feed.state()
    return RehearsalShown(
        id=rehearsal.id,
        name=rehearsal.name,
        created_at=iso_ms_from_ns(rehearsal.created_ns),
        seed=rehearsal.seed,
        accounts=len(desk.published.accounts),
        orders=len(desk.exchange.orders),
        durable=False,
        status=feed.status,
        source=feed.source,
        dataset=feed.dataset,
        symbols=feed.symbols,
        speed=feed.speed,
        time=iso_from_ns(feed.time_ns),
    )
