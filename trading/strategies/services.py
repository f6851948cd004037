"""Strategies for the rest of Sandbar: keep them in versions, start and stop runs, tell what they did. On the event loop."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from django.conf import settings
from django.db import DatabaseError

from api.pagination import Page, decode_cursor, encode_cursor
from kit.caller import Caller
from kit.clock import NS_PER_SECOND, SYSTEM_CLOCK
from kit.errors import Conflict, DomainError, NotFound, Rejected, Unavailable, invalid_field
from kit.trace import new_id
from kit.trail import note_change
from markets import services as markets
from operations.health import OK, Health
from operations.services_registry import ServiceState
from quant.expressions import parameters_from
from trading.accounts.services import AccountSetup, FeesRequest, command_to_open
from trading.desk import Desk
from trading.ownership.accounts import claim_beside
from trading.rehearsals.services import on_end
from trading.risk.services import limits_from
from trading.sandbox.orders import SetRiskLimits
from trading.services import MAX_ACCOUNTS, get_desk
from trading.sessions import services as sessions
from trading.strategies import table
from trading.strategies.answers import (
    RunAnswer,
    SignalAnswer,
    StrategyAnswer,
    TemplateAnswer,
    VersionAnswer,
    run_answer,
    signal_answer,
    strategy_answer,
    template_answer,
    version_answer,
)
from trading.strategies.arenas import MAIN, Arena, arena, close_arena, is_followed
from trading.strategies.dealers import dealers_of
from trading.strategies.live import SIGNALS_KEPT, LiveRun
from trading.strategies.performance import PerformanceAnswer, performance_of
from trading.strategies.program_specs import begins_at_price
from trading.strategies.records import (
    CANCEL,
    CLOSE,
    LEAVE,
    STARTING,
    STOPPED,
    Progress,
    Run,
    Signal,
    StrategyRecord,
    StrategySpec,
    Version,
)
from trading.strategies.templates import TEMPLATES
from trading.strategies.wishes import check_account, groups_for, quote_of, spec_of, with_parameters

MAX_RUNS: Final = 1_000
"""Of all strategies at once. Each costs some 30 microseconds a bar, and memory for twice the bars of its windows."""

BEGIN_WAIT_S: Final = 5.0
"""How long the answer to a start waits for the run's history; it goes on without it."""

assert MAIN.keeper is not None, "the main arena is durable"
KEEPER: Final = MAIN.keeper


class _Life:
    """Whether runs are followed at present."""

    is_running = False


_life = _Life()


# Strategies and versions ---------------------------------------------------------------------------------------------


def list_templates() -> Page:
    """The strategies to begin with."""
    answers: list[TemplateAnswer] = [template_answer(each) for each in TEMPLATES]
    return Page(answers)


async def list_strategies(account: str, *, limit: int, cursor: str | None) -> Page:
    """The account's strategies, newest first."""
    before = None if cursor is None else decode_cursor(cursor, str)
    found = await table.in_table(table.list_strategies, account, limit + 1, before)
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    return Page([_answer(record) for record in found[:limit]], following)


async def get_strategy(account: str, strategy_id: str) -> StrategyAnswer:
    """One strategy; raises NotFound, also for one of another account."""
    return _answer(await table.in_table(table.get_strategy, account, strategy_id))


async def list_versions(account: str, strategy_id: str, *, limit: int, cursor: str | None) -> Page:
    """The versions of a strategy, newest first; raises NotFound."""
    below = None if cursor is None else decode_cursor(cursor, int)
    found = await table.in_table(table.list_versions, account, strategy_id, limit + 1, below)
    following = encode_cursor(found[limit - 1].number) if len(found) > limit else None
    answers: list[VersionAnswer] = [version_answer(version) for version in found[:limit]]
    return Page(answers, following)


async def create_strategy(
    account: str, *, name: str, notes: str, template: str | None, spec: Mapping[str, Any]
) -> StrategyAnswer:
    """Keep a new strategy; raises Invalid naming the field, InvalidExpression, NotFound UNKNOWN_SYMBOL, Conflict."""
    _check_owner(account)
    now_ns = SYSTEM_CLOCK.now_ns()
    record = StrategyRecord(
        id=new_id(),
        account=account,
        name=name,
        notes=notes,
        template=template,
        version=Version(1, spec_of(template, spec), now_ns),
        created_ns=now_ns,
        updated_ns=now_ns,
    )
    await table.in_table(table.create_strategy, record)
    answer = _answer(record)
    note_change(subject=("strategy", record.id), after=answer)
    return answer


async def change_strategy(
    account: str, strategy_id: str, *, name: str | None, notes: str | None, note: str, spec: Mapping[str, Any]
) -> StrategyAnswer:
    """Change what is given. Anything of the spec makes a new version, which runs that go on do not take.

    Raises as `create_strategy`, and NotFound.
    """
    before = await table.in_table(table.get_strategy, account, strategy_id)
    now_ns = SYSTEM_CLOCK.now_ns()
    version = before.version
    if spec:
        changed = spec_of(None, spec, before=version.spec)
        if changed != version.spec:
            version = Version(version.number + 1, changed, now_ns, note)
    record = msgspec.structs.replace(
        before,
        name=before.name if name is None else name,
        notes=before.notes if notes is None else notes,
        version=version,
        updated_ns=now_ns,
    )
    await table.in_table(table.update_strategy, record)
    answer = _answer(record)
    note_change(subject=("strategy", strategy_id), before=_answer(before), after=answer)
    return answer


async def delete_strategy(account: str, strategy_id: str) -> None:
    """Forget a strategy with its runs and signals. Raises NotFound, Conflict STRATEGY_RUNNING."""
    before = await table.in_table(table.get_strategy, account, strategy_id)
    if is_followed(strategy_id):
        raise Conflict("The strategy runs; stop it first.", code="STRATEGY_RUNNING")
    await table.in_table(table.delete_strategy, account, strategy_id)
    note_change(subject=("strategy", strategy_id), before=_answer(before))


def _answer(record: StrategyRecord) -> StrategyAnswer:
    here = arena()
    lives = [live for live in here.runner.lives.values() if live.run.strategy_id == record.id]
    return strategy_answer(record, [here.answer(live) for live in reversed(lives)])


def _check_owner(account: str) -> None:
    """Raise NotFound UNKNOWN_ACCOUNT for an account that there is not; strategies may be kept while there is no exchange."""
    if settings.SANDBOX_TRADING:
        get_desk().published.account(account)


# Starting ------------------------------------------------------------------------------------------------------------


class StartWish(msgspec.Struct, frozen=True, kw_only=True):
    """How a run is to start. `version` None is the newest; the money and the rules are of an account of its own."""

    version: int | None = None
    parameters: Mapping[str, Any] = {}
    has_own_account: bool = True
    cash: str | None = None
    fill_policy: Any = None
    fees: FeesRequest | None = None
    limits: Any = None
    waits_for_warm_up: bool = True


async def start_run(account: str, strategy_id: str, wish: StartWish, *, actor: str) -> RunAnswer:
    """Start a version on an account; answers once its history is taken in, or after some seconds while it still is.

    Raises NotFound, Invalid, InvalidExpression, Conflict STRATEGY_ACCOUNT_BUSY, Rejected TOO_MANY_RUNS, POSITION_HELD or
    ACCOUNT_UNSUITABLE, and Unavailable.
    """
    here, desk = _running_arena(), get_desk()
    record, version, spec = await _read_to_start(account, strategy_id, wish)
    quote_of(spec)
    if len(here.runner.lives) + len(here.reserved) >= MAX_RUNS:
        raise Rejected(f"{MAX_RUNS} runs go on already; stop some first.", code="TOO_MANY_RUNS")
    run_id = new_id()
    trades_on = f"run-{run_id}" if wish.has_own_account else account
    reserved = _reserve(here, trades_on, spec)
    try:
        if wish.has_own_account:
            await _open_account(desk, trades_on, record.name, spec, wish, actor)
        run = _new_run(record, version, spec, wish, run_id=run_id, trades_on=trades_on, desk=desk)
        live = await _begin(here, run)
    finally:
        here.reserved -= reserved
    await here.runner.wait_until_begun(run_id, BEGIN_WAIT_S)
    answer = here.answer(live)
    note_change(subject=("strategy", strategy_id), after=answer)
    return answer


def check_wish(**spec: Any) -> None:
    """Refuse what a strategy could not be, by its fields; for backtests of programs. Raises as `create_strategy`."""
    spec_of(None, spec)


async def spec_to_start(account: str, strategy_id: str, wish: StartWish) -> StrategySpec:
    """What a run that starts so would trade by; raises as `start_run` does for strategy, version and parameters."""
    return (await _read_to_start(account, strategy_id, wish))[2]


async def _read_to_start(
    account: str, strategy_id: str, wish: StartWish
) -> tuple[StrategyRecord, Version, StrategySpec]:
    record = await table.in_table(table.get_strategy, account, strategy_id)
    version = record.version
    if wish.version is not None and wish.version != version.number:
        version = await table.in_table(table.get_version, strategy_id, wish.version)
    return record, version, with_parameters(version.spec, wish.parameters)


def parameters_of(sent: object) -> dict[str, int | float]:
    """Values of parameters as a request brings them; raises InvalidExpression naming one that is no name or no number."""
    return parameters_from({} if sent is None else sent)


def _running_arena() -> Arena:
    here = arena()
    if here is MAIN and not _life.is_running:
        raise Unavailable("Strategies are not running.")
    return here


def _reserve(here: Arena, account: str, spec: StrategySpec) -> set[tuple[str, str]]:
    """Keep an account's symbols for a run that starts; raises Conflict when another run has them."""
    wanted = {(account, symbol) for symbol in spec.symbols}
    taken = {(live.run.account, symbol) for live in here.runner.lives.values() for symbol in live.run.spec.symbols}
    busy = sorted(symbol for _, symbol in wanted & (taken | here.reserved))
    if busy:
        raise Conflict(
            f"Another run trades {', '.join(busy)} on this account; stop it, or start on an account of its own.",
            code="STRATEGY_ACCOUNT_BUSY",
        )
    here.reserved |= wanted
    return wanted


async def _open_account(
    desk: Desk, account_id: str, name: str, spec: StrategySpec, wish: StartWish, actor: str
) -> None:
    """Open the account of a run, with its limits, durably."""
    if len(desk.exchange.accounts) >= MAX_ACCOUNTS:
        raise Rejected(f"There are {MAX_ACCOUNTS} accounts already.", code="TOO_MANY_ACCOUNTS")
    quote = quote_of(spec)
    setup = AccountSetup(
        id=account_id,
        name=name,
        type="margin",
        base_currency=quote,
        balances=None if wish.cash is None else {quote: wish.cash},
        allow_short=spec.allow_short,
        fees=wish.fees,
        fill_policy=wish.fill_policy,
        leverage=spec.leverage,
    )
    command = command_to_open(setup)
    limits = None if wish.limits is None else limits_from(wish.limits)
    await claim_beside(account_id)
    executed = [desk.execute(command, actor=actor)]
    if limits is not None:
        executed.append(desk.execute(SetRiskLimits(account_id=account_id, limits=limits), actor=actor))
    await desk.commit(executed)


def _new_run(
    record: StrategyRecord,
    version: Version,
    spec: StrategySpec,
    wish: StartWish,
    *,
    run_id: str,
    trades_on: str,
    desk: Desk,
) -> Run:
    account = desk.exchange.accounts.get(trades_on)
    if account is None:
        raise NotFound(f"There is no account {trades_on!r}.", code="UNKNOWN_ACCOUNT")
    check_account(spec, account)
    prices = {symbol: desk.marks[symbol] for symbol in spec.symbols if symbol in desk.marks}
    if begins_at_price(spec.program) and not prices:
        raise Rejected("The program begins at the price of the market, and there is none yet.", code="NO_MARKET_PRICE")
    held = {symbol: position.quantity_lots for symbol, position in account.positions.items()}
    return Run(
        id=run_id,
        strategy_id=record.id,
        strategy_name=record.name,
        version=version.number,
        owner=record.account,
        account=trades_on,
        has_own_account=wish.has_own_account,
        parameters=dict(spec.strategy.parameters),
        spec=spec,
        state=STARTING,
        started_ns=SYSTEM_CLOCK.now_ns(),
        market_ns=desk.market_time_ns(),
        waits_for_warm_up=wish.waits_for_warm_up,
        start_lots={symbol: held.get(symbol, 0) for symbol in spec.symbols},
        start_ticks=prices,
        start_equity_units=desk.rates.worth(account).equity_units,
    )


def live_run(here: Arena, run: Run, progress: Progress) -> LiveRun:
    """A run with its dealers; raises NotFound or Invalid for a symbol that is not there any more as it was."""
    actor = Caller("strategy", run.strategy_id).actor
    dealers = dealers_of(run, markets.get_instrument, actor=actor, budget=here.runner.budget)
    return LiveRun(run, dealers, progress)


async def _begin(here: Arena, run: Run) -> LiveRun:
    """Write a run down, then have it follow its bars."""
    live, groups = live_run(here, run, Progress()), groups_for(run)
    if here.is_durable:
        try:
            await table.in_table(table.add_run, run, live.progress)
        except DatabaseError as fault:
            raise Unavailable("The table of strategies cannot be written now; try again.") from fault
    here.runner.add(live, groups)
    here.tell(live)
    return live


# Stopping ------------------------------------------------------------------------------------------------------------


async def stop_runs(account: str, strategy_id: str, *, run_id: str | None, ending: str, by: str) -> Page:
    """Stop a run of a strategy, or all of them; `ending` says what becomes of orders and positions.

    Answers the runs as they ended. Raises NotFound, Conflict STRATEGY_NOT_RUNNING, Unavailable when the journal does not
    take what `cancel` and `close` order: then the runs have ended all the same.
    """
    here = _running_arena()
    await table.in_table(table.get_strategy, account, strategy_id)
    lives = [live for live in here.runner.lives.values() if live.run.strategy_id == strategy_id]
    if run_id is not None:
        lives = [live for live in lives if live.run.id == run_id]
    if not lives:
        raise Conflict("No such run of the strategy goes on.", code="STRATEGY_NOT_RUNNING")
    desk = get_desk()
    for live in lives:
        _end_run(here, desk, live, ending, by)
    if here.is_durable:
        await _write_ended(lives)
    await desk.wait_until_durable()
    answers = [run_answer(live.run, live.progress) for live in lives]
    note_change(subject=("strategy", strategy_id), after=answers)
    return Page(answers)


async def _write_ended(lives: list[LiveRun]) -> None:
    """Have it on disk before it is answered: a run that was stopped must not go on after a crash."""
    try:
        for live in lives:
            await table.in_table(table.write_run, live.run, live.progress)
    except DatabaseError as fault:
        raise Unavailable("The runs have ended, which cannot be written now; it is tried again.") from fault


def _end_run(here: Arena, desk: Desk, live: LiveRun, ending: str, by: str) -> None:
    trouble = ""
    try:
        for dealer in live.dealers.values():
            if ending in (CANCEL, CLOSE):
                dealer.cancel_orders(desk)
            if ending == CLOSE:
                deed = dealer.end(desk, desk.market_time_ns())
                if deed.text and not deed.order_ids:
                    trouble += f" {dealer.symbol}: {deed.text}"
    except DomainError as refusal:
        trouble += f" {refusal.message}"
    words = {LEAVE: "orders and positions left", CANCEL: "orders canceled", CLOSE: "orders canceled, positions closed"}
    here.end(live, STOPPED, f"Stopped by {by or 'its owner'}; {words[ending]}.{trouble}")


# Looking on ----------------------------------------------------------------------------------------------------------


def runs_of_account(account: str) -> list[RunAnswer]:
    """The runs of an account's strategies that go on where the work at hand is, newest first."""
    here = arena()
    lives = [live for live in here.runner.lives.values() if live.run.owner == account]
    return [here.answer(live) for live in reversed(lives)]


async def list_runs(account: str, strategy_id: str, *, limit: int, cursor: str | None) -> Page:
    """The runs of a strategy, newest first; in a rehearsal, the rehearsal's. Raises NotFound."""
    here = arena()
    before = None if cursor is None else decode_cursor(cursor, str)
    if here.keeper is None:
        await table.in_table(table.get_strategy, account, strategy_id)
        known = {**here.ended, **here.runner.lives}
        of_strategy = sorted(
            (live for live in known.values() if live.run.strategy_id == strategy_id), key=_id_of, reverse=True
        )
        found = [live for live in of_strategy if before is None or live.run.id < before]
        following = encode_cursor(found[limit - 1].run.id) if len(found) > limit else None
        return Page([_run_answer(here, live.run, live.progress) for live in found[:limit]], following)
    await here.keeper.flush()
    rows = await table.in_table(table.list_runs, account, strategy_id, limit + 1, before)
    if not rows:
        await table.in_table(table.get_strategy, account, strategy_id)
    following = encode_cursor(rows[limit - 1][0].id) if len(rows) > limit else None
    return Page([_run_answer(here, run, progress) for run, progress in rows[:limit]], following)


def _id_of(live: LiveRun) -> str:
    return live.run.id


def _run_answer(here: Arena, run: Run, progress: Progress) -> RunAnswer:
    live = here.runner.lives.get(run.id)
    return run_answer(run, progress) if live is None else here.answer(live)


async def get_performance(account: str, strategy_id: str, run_id: str | None) -> PerformanceAnswer:
    """How a run is doing, the newest unless one is named; raises NotFound, also for a strategy that never ran."""
    run, _ = await _find_run(account, strategy_id, run_id)
    return await performance_of(get_desk(), run)


class RunPart(msgspec.Struct, frozen=True):
    """A run, and which part of its account's history is its own: these orders, from `since_ns` on.

    `until_ns` is the end of the bar after the last it acted on, and None while it goes on; times are the market's.
    """

    run: Run
    since_ns: int
    until_ns: int | None
    order_ids: frozenset[str]


async def find_run_part(account: str, strategy_id: str, run_id: str | None) -> RunPart:
    """A run for reports, the newest unless one is named; raises NotFound, also for a strategy that never ran."""
    run, progress = await _find_run(account, strategy_id, run_id)
    until_ns = None if run.is_live else _followed_until_ns(run, progress)
    return RunPart(run, run.market_ns, until_ns, _own_orders(run))


def _own_orders(run: Run) -> frozenset[str]:
    ids = get_desk().published.account(run.account).account.client_order_ids
    return frozenset(order_id for key, order_id in ids.items() if key.startswith(f"{run.id}."))


def _followed_until_ns(run: Run, progress: Progress) -> int:
    length_ns = markets.INTERVALS[run.spec.interval] * NS_PER_SECOND
    return max(progress.last_ns.values(), default=run.market_ns) + 2 * length_ns


async def _find_run(account: str, strategy_id: str, run_id: str | None) -> tuple[Run, Progress]:
    here = arena()
    known = {**here.ended, **here.runner.lives}
    if run_id is not None and run_id in known:
        live = known[run_id]
        if live.run.owner == account and live.run.strategy_id == strategy_id:
            return live.run, live.progress
    if here.keeper is None:
        await table.in_table(table.get_strategy, account, strategy_id)
        lives = [live for live in known.values() if live.run.strategy_id == strategy_id]
        if run_id is not None or not lives:
            raise NotFound(f"The strategy has no run {run_id!r} here." if run_id else "The strategy never ran here.")
        last = max(lives, key=_id_of)
        return last.run, last.progress
    if run_id is not None:
        return await table.in_table(table.get_run, account, strategy_id, run_id)
    rows = await table.in_table(table.list_runs, account, strategy_id, 1, None)
    if not rows:
        await table.in_table(table.get_strategy, account, strategy_id)
        raise NotFound("The strategy never ran.")
    newest = known.get(rows[0][0].id)
    return rows[0] if newest is None else (newest.run, newest.progress)


class RunSession(msgspec.Struct, frozen=True):
    """What a run did, and the market times that it followed: from its start to the bar after the last it acted on."""

    session: sessions.Session
    since_ns: int
    until_ns: int


async def read_run_session(account: str, run_id: str) -> RunSession:
    """The fills and refusals of a run's own orders, for comparisons. Raises NotFound, Conflict SESSION_TOO_LONG."""
    here = arena()
    known = {**here.ended, **here.runner.lives}.get(run_id)
    if known is not None and known.run.owner == account:
        run, progress = known.run, known.progress
    elif here.keeper is not None:
        run, progress = await table.in_table(table.find_run, account, run_id)
    else:
        raise NotFound(f"There is no run {run_id!r} here.")
    until_ns = _followed_until_ns(run, progress)
    found = await sessions.read_session(run.account, since_ns=run.market_ns, until_ns=until_ns)
    own = _own_orders(run)
    of_run = sessions.Session(
        fills=[fill for fill in found.fills if fill.order_id in own],
        refusals=[refusal for refusal in found.refusals if refusal.order_id in own],
    )
    return RunSession(of_run, run.market_ns, until_ns)


async def list_signals(account: str, wanted: table.Wanted, *, limit: int, cursor: str | None) -> Page:
    """Signals of a strategy, newest first; raises NotFound, Invalid."""
    if wanted.from_ns is not None and wanted.to_ns is not None and wanted.from_ns > wanted.to_ns:
        raise invalid_field("from", "Must not be after `to`.")
    here = arena()
    before = None if cursor is None else decode_cursor(cursor, str)
    wanted = msgspec.structs.replace(wanted, before=before)
    if here.keeper is None:
        await table.in_table(table.get_strategy, account, wanted.strategy_id)
        found = _signals_in_memory(here, account, wanted)[: limit + 1]
    else:
        await here.keeper.flush()
        if not await table.in_table(table.list_runs, account, wanted.strategy_id, 1, None):
            await table.in_table(table.get_strategy, account, wanted.strategy_id)
        found = await table.in_table(table.list_signals, account, wanted, limit + 1)
    following = encode_cursor(found[limit - 1].id) if len(found) > limit else None
    answers: list[SignalAnswer] = [signal_answer(signal) for signal in found[:limit]]
    return Page(answers, following)


def _signals_in_memory(here: Arena, account: str, wanted: table.Wanted) -> list[Signal]:
    known = {**here.ended, **here.runner.lives}.values()
    signals = [
        signal
        for live in known
        if live.run.strategy_id == wanted.strategy_id and live.run.owner == account
        for signal in live.signals
        if wanted.fits(signal)
    ]
    return sorted(signals, key=lambda signal: signal.id, reverse=True)


# Life and health -----------------------------------------------------------------------------------------------------


async def start() -> None:
    """Take up the runs where they were. Raises DatabaseError."""
    runs = await table.in_table(table.live_runs)
    KEEPER.start(await table.in_table(table.count_signals, [run.id for run, _ in runs]))
    _life.is_running = True
    for run, progress in runs:
        await _take_up(run, progress)


async def _take_up(run: Run, progress: Progress) -> None:
    """A run goes on after a restart, or says why it cannot."""
    run = msgspec.structs.replace(run, state=STARTING)
    live = LiveRun(run, {}, progress)
    live.signals.extend(await table.in_table(table.newest_signals, run.id, SIGNALS_KEPT))
    try:
        live.dealers = live_run(MAIN, run, progress).dealers
        MAIN.runner.add(live, groups_for(run))
    except DomainError as refusal:
        MAIN.runner.lives[run.id] = live
        MAIN.fail(live, refusal.message)


async def stop() -> None:
    """Follow nothing any more and write down how far every run came; they go on after the next start."""
    if not _life.is_running:
        return
    _life.is_running = False
    for live in MAIN.runner.lives.values():
        KEEPER.note_run(live.run, live.progress)
    await MAIN.runner.stop()
    await KEEPER.stop()


async def restart() -> None:
    """Stop and start: every run begins with its history anew."""
    await stop()
    await start()


def on_ended(listener: Callable[[Run], None]) -> None:
    """Have `listener` called with each run of the main market that ends, by itself, by a fault or on a wish."""
    MAIN.on_ended.append(listener)


on_end(close_arena)


async def check_health() -> Health:
    """Whether runs are followed and what they say is written."""
    if not _life.is_running:
        return Health("failed", "Strategies are not running.")
    if KEEPER.trouble is not None:
        return Health("degraded", KEEPER.trouble)
    return OK


def service_state() -> ServiceState:
    """How strategies are doing, for the list of services."""
    if not _life.is_running:
        return ServiceState("stopped")
    runner = MAIN.runner
    return ServiceState(
        "running" if KEEPER.trouble is None else "degraded",
        last_error=KEEPER.trouble,
        load=len(runner.lives) / MAX_RUNS,
        detail=(
            f"Runs: {len(runner.lives)}. Sets of conditions: {runner.group_count}. Evaluations: {runner.evaluations}. "
            f"Decisions: {runner.decisions}."
        ),
    )


def reading(name: str) -> float:
    """One of the figures for `/metrics`."""
    runner = MAIN.runner
    figures = {
        "runs": len(runner.lives),
        "groups": runner.group_count,
        "signals_waiting": KEEPER.waiting,
        "evaluations": runner.evaluations,
        "decisions": runner.decisions,
    }
    return float(figures[name])
