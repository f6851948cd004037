"""Rehearsals of strategies: data sets are played through at full speed in a market of its own, and what came of it is kept.

Each goes on in a rehearsal (trading/rehearsals), which it begins and ends; the run in it is one like any other. On the
event loop.
"""

import asyncio
import logging
from typing import Final

import msgspec

from api.pagination import Page, decode_cursor, encode_cursor
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK
from kit.errors import Conflict, DomainError
from kit.trace import new_id
from kit.trail import note_change
from markets import services as markets
from markets.updates import MarketUpdate
from trading.desk import Desk
from trading.rehearsals import services as rehearsals
from trading.services import get_desk
from trading.sessions import services as sessions
from trading.strategies import services as strategies
from trading.strategies import table as strategy_table
from trading.strategies.arenas import arena
from trading.strategies.live import LiveRun
from trading.strategies.performance import performance_of
from trading.strategies.records import FAILED as RUN_FAILED
from trading.strategies.records import Run
from trading.strategies.rehearsed import table
from trading.strategies.rehearsed.answers import (
    RehearsedOrderAnswer,
    StrategyRehearsalAnswer,
    order_answers,
    rehearsal_answer,
)
from trading.strategies.rehearsed.bars import Chosen, open_source
from trading.strategies.rehearsed.curves import Curve
from trading.strategies.rehearsed.records import (
    CANCELED,
    FAILED,
    FINISHED,
    INTERRUPTED,
    RUNNING,
    Asked,
    Kept,
    Outcome,
    StrategyRehearsal,
)

END_WAIT_S: Final = 10.0
"""How long the answer to a cancel waits for the end: reading what a rehearsal did takes a second at most."""

FOREVER_NS: Final = 2**62

MARKET: Final = rehearsals.RehearsalWish(
    name="A strategy",
    source=markets.REPLAY,
    dataset=None,
    seed=0,
    speed=0.0,
    is_paused=True,
    scenarios=(),
    account=None,
)
"""What every strategy is rehearsed in: a market of its own, which waits for the run."""

_log = logging.getLogger(__name__)


class RehearseWish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be rehearsed: the bars that are played, and how the run starts."""

    chosen: Chosen
    start: strategies.StartWish


class _Going:
    """A rehearsal that goes on: what is known of it, and what ends it."""

    def __init__(self, record: StrategyRehearsal, floor: markets.Floor, desk: Desk, live: LiveRun) -> None:
        self.record = record
        self.floor = floor
        self.desk = desk
        self.live = live
        self.curve = Curve()
        self.has_ended = asyncio.Event()
        self.state, self.reason = FINISHED, ""
        self.task: asyncio.Task[None] | None = None
        self._done = ""
        """What a program said that is done before the data end."""
        self._bar_ns = max(filter(None, map(self._forming_ns, live.run.spec.symbols)), default=0)

    @property
    def progress(self) -> float:
        """The share of the data that has played."""
        state = self.floor.feed.state()
        return min(1.0, state.beat / state.total_beats) if state.total_beats else 0.0

    def end(self, state: str, reason: str) -> None:
        """It is over; who says so first is believed."""
        if not self.has_ended.is_set():
            self.state, self.reason = state, reason
            self.has_ended.set()

    def on_feed(self) -> None:
        """Its market has come to an end."""
        state = self.floor.feed.state()
        if state.status == "failed":
            self.end(FAILED, f"The market failed: {state.error}")
        elif state.status == "finished":
            self.end(FINISHED, self._done or "The data have ended.")

    def on_run_ended(self, run: Run) -> None:
        """Its run has ended before the data did: by a fault, on somebody's wish, or because it is done.

        A program that is done leaves a position, and that is worth something else with every bar that is left.
        """
        if run.id != self.live.run.id:
            return
        if run.state == RUN_FAILED:
            self.end(FAILED, run.reason)
        elif self.live.is_done:
            self._done = run.reason
        else:
            self.end(FINISHED, run.reason)

    def on_update(self, update: MarketUpdate) -> None:
        """What the account was worth when a bar closed: as the next one opens, before anything fills in that one."""
        opened_ns = self._forming_ns(update.symbol)
        if opened_ns is None or opened_ns <= self._bar_ns:
            return
        account = self.desk.exchange.accounts.get(self.live.run.account)
        if account is not None:
            closed_ns = self._bar_ns + self.live.interval_s * NS_PER_SECOND
            self.curve.add(closed_ns, self.desk.rates.worth(account).equity_units)
        self._bar_ns = opened_ns

    def _forming_ns(self, symbol: str) -> int | None:
        """When the bar opened that forms; None before the first one."""
        market = self.floor.board.get(symbol)
        forming = None if market is None else market.candles.forming(self.live.run.spec.interval)
        return None if forming is None else forming.time_ns


_going: dict[str, _Going] = {}


# Beginning and ending ------------------------------------------------------------------------------------------------


async def rehearse(account: str, strategy_id: str, wish: RehearseWish, *, actor: str) -> StrategyRehearsalAnswer:
    """Begin to rehearse a version of a strategy on data sets; it goes on by itself from here.

    Raises NotFound for strategy, version or data set, Invalid, InvalidExpression, Rejected and Unavailable as a start
    does, Conflict TOO_MANY_REHEARSALS.
    """
    spec = await strategies.spec_to_start(account, strategy_id, wish.start)
    source, in_order = await strategy_table.beside_table(open_source, spec, wish.chosen)
    opened = await rehearsals.open_rehearsal(MARKET, actor=actor, source=source)
    wish = msgspec.structs.replace(wish, chosen=msgspec.structs.replace(wish.chosen, datasets=in_order))
    try:
        with rehearsals.work_in(opened.id):
            going = await _begin(account, strategy_id, wish, opened.id, actor)
    except BaseException:
        await rehearsals.end_rehearsal(opened.id)
        raise
    answer = _answer(going.record)
    note_change(subject=("strategy", strategy_id), after=answer)
    return answer


async def _begin(account: str, strategy_id: str, wish: RehearseWish, rehearsal_id: str, actor: str) -> _Going:
    """The first bar, the run, the record, then the pace."""
    feed = markets.floor().feed
    # A run begins while there is a price: that of the first bar, which has not closed then.
    await feed.step(1)
    answer = await strategies.start_run(account, strategy_id, wish.start, actor=actor)
    live = arena().runner.lives[answer.id]
    record = _record_of(live.run, wish, rehearsal_id)
    await strategy_table.in_table(table.add_rehearsal, record)
    going = _going[record.id] = _Going(record, markets.floor(), get_desk(), live)
    feed.subscribe(going.on_update, is_first=True)
    feed.on_state(going.on_feed)
    arena().on_ended.append(going.on_run_ended)
    going.task = asyncio.get_running_loop().create_task(_conduct(going), name=f"rehearsal {record.id}")
    feed.set_pace(speed=0.0, is_paused=False)
    return going


def _record_of(run: Run, wish: RehearseWish, rehearsal_id: str) -> StrategyRehearsal:
    fees = wish.start.fees
    return StrategyRehearsal(
        id=new_id(),
        strategy_id=run.strategy_id,
        strategy_name=run.strategy_name,
        version=run.version,
        owner=run.owner,
        parameters=run.parameters,
        symbols=run.spec.symbols,
        interval=run.spec.interval,
        dataset=wish.chosen.datasets[0],
        more_datasets=wish.chosen.datasets[1:],
        asked=Asked(
            start_ns=wish.chosen.start_ns,
            end_ns=wish.chosen.end_ns,
            cash=wish.start.cash,
            fees=None if fees is None else {"maker_bps": fees.maker_bps, "taker_bps": fees.taker_bps},
            fill_policy=wish.start.fill_policy,
        ),
        state=RUNNING,
        started_ns=SYSTEM_CLOCK.now_ns(),
        rehearsal_id=rehearsal_id,
        run_id=run.id,
    )


async def _conduct(going: _Going) -> None:
    """Wait for the end, read what came of it, let go of the market, and write it down."""
    outcome, kept = None, None
    try:
        await going.has_ended.wait()
        if going.state != INTERRUPTED:
            with markets.working_on(going.floor):
                markets.floor().feed.set_pace(speed=0.0, is_paused=True)
                outcome, kept = await _read(going)
    except Exception as fault:
        _log.exception("What a rehearsal of a strategy did could not be read.")
        going.state, going.reason = FAILED, f"What came of it could not be read ({type(fault).__name__})."
    record = msgspec.structs.replace(
        going.record,
        state=going.state,
        reason=going.reason,
        ended_ns=SYSTEM_CLOCK.now_ns(),
        rehearsal_id=None,
        outcome=outcome,
    )
    try:
        await _let_go(going)
        await strategy_table.in_table(table.end_rehearsal, record, kept)
    finally:
        _going.pop(record.id, None)


async def _let_go(going: _Going) -> None:
    """End the market of a rehearsal, which somebody may have ended before."""
    try:
        await rehearsals.end_rehearsal(str(going.record.rehearsal_id))
    except DomainError as gone:
        _log.debug("A rehearsal had ended before: %s", gone.message)


async def _read(going: _Going) -> tuple[Outcome, Kept | None]:
    """Money, round trips and orders, while the market is still there."""
    desk, live = going.desk, going.live
    await desk.wait_until_durable()
    kept: Kept | None = None
    try:
        session = await sessions.read_session(live.run.account, since_ns=0, until_ns=FOREVER_NS)
        kept = Kept(session, _reasons(desk, live))
    except Conflict as too_long:
        going.reason = f"{going.reason} Its orders are not kept: {too_long.message}".strip()
    now_ns = desk.market_time_ns()
    account = desk.published.account(live.run.account).account
    going.curve.add(now_ns, desk.rates.worth(account).equity_units)
    counts = live.counts
    outcome = Outcome(
        performance=await performance_of(desk, live.run),
        max_drawdown_ppm=going.curve.max_drawdown_ppm,
        equity=going.curve.whole(),
        from_ns=live.run.market_ns,
        to_ns=now_ns,
        bars=counts.bars,
        signals=counts.signals,
        ordered=counts.ordered,
        refused=counts.refused,
        orders=None if kept is None else len(order_answers(kept)),
    )
    return outcome, kept


def _reasons(desk: Desk, live: LiveRun) -> dict[str, str]:
    """By order what it was for: the last part of its client order id."""
    own = [dealer.own_orders(desk).items() for dealer in live.dealers.values()]
    return {order_id: name.partition(".")[2] for orders in own for name, order_id in orders}


async def cancel(account: str, identity: str, *, by: str) -> StrategyRehearsalAnswer:
    """End one that goes on; what it did until then is kept. Raises NotFound, Conflict NOT_RUNNING."""
    record = await strategy_table.in_table(table.get_rehearsal, account, identity)
    going = _going.get(identity)
    if going is None or going.task is None:
        raise Conflict(f"The rehearsal has ended: it is {record.state}.", code="NOT_RUNNING")
    going.end(CANCELED, f"Canceled by {by or 'its owner'}.")
    await asyncio.wait([going.task], timeout=END_WAIT_S)
    answer = await get_rehearsal(account, identity)
    note_change(subject=("strategy", record.strategy_id), after=answer)
    return answer


# Looking on ----------------------------------------------------------------------------------------------------------


async def list_rehearsals(account: str, strategy_id: str, *, limit: int, cursor: str | None) -> Page:
    """The rehearsals of a strategy, newest first, without their curves; raises NotFound."""
    before = None if cursor is None else decode_cursor(cursor, str)
    await strategy_table.in_table(strategy_table.get_strategy, account, strategy_id)
    found = await strategy_table.in_table(table.list_rehearsals, account, strategy_id, limit + 1, before)
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([_answer(record, has_curve=False) for record in found[:limit]], following)


async def get_rehearsal(account: str, identity: str) -> StrategyRehearsalAnswer:
    """One, and how far it has come; raises NotFound."""
    return _answer(await strategy_table.in_table(table.get_rehearsal, account, identity))


async def list_orders(account: str, identity: str, *, limit: int, cursor: str | None) -> Page:
    """What its orders did, oldest first; empty while it goes on. Raises NotFound."""
    start = 0 if cursor is None else max(0, decode_cursor(cursor, int))
    kept = await strategy_table.in_table(table.get_fills, account, identity)
    answers: list[RehearsedOrderAnswer] = [] if kept is None else order_answers(kept)
    end = start + limit
    return Page(answers[start:end], encode_cursor(end) if end < len(answers) else None)


async def read_session(account: str, identity: str) -> sessions.Session:
    """The fills and refusals of one that has ended, for comparisons; raises NotFound, Conflict NOT_KEPT."""
    kept = await strategy_table.in_table(table.get_fills, account, identity)
    if kept is None:
        raise Conflict("The rehearsal goes on, or kept no orders; rehearse it again.", code="NOT_KEPT")
    session: sessions.Session = kept.session
    return session


def _answer(record: StrategyRehearsal, *, has_curve: bool = True) -> StrategyRehearsalAnswer:
    going = _going.get(record.id)
    progress = 1.0 if record.state == FINISHED else 0.0 if going is None else going.progress
    return rehearsal_answer(record, progress, has_curve=has_curve)


# Life ----------------------------------------------------------------------------------------------------------------


async def start() -> None:
    """Say of those that an earlier process left that they were interrupted."""
    await strategy_table.in_table(table.interrupt_rehearsals, SYSTEM_CLOCK.now_ns())


async def stop() -> None:
    """End those that go on: the process stops."""
    tasks = [going.task for going in _going.values() if going.task is not None]
    for going in _going.values():
        going.end(INTERRUPTED, "The server stopped meanwhile.")
    if tasks:
        await asyncio.wait(tasks)


async def _on_market_ended(floor: markets.Floor) -> None:
    """Somebody ended the rehearsal that one goes on in."""
    for going in list(_going.values()):
        if going.floor is floor:
            going.end(INTERRUPTED, "Its market was ended.")


rehearsals.on_end(_on_market_ended)
